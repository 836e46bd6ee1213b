# SPDX-License-Identifier: GPL-2.0-or-later
"""AF_XDP sockets in copy mode, as the core has them for any device.

Documentation/networking/af_xdp.rst of the kernel; what lies where is from
include/uapi/linux/if_xdp.h.
"""

import ctypes
import errno
import mmap
import socket
import struct

from lib import libc
from lib.link import Link
from lib.wait import wait_for

AF_XDP = 44

_SOL_XDP = 283
_MMAP_OFFSETS = 1
_RX_RING, _TX_RING, _UMEM_REG, _FILL_RING, _COMPLETION_RING = 2, 3, 4, 5, 6
# Where a ring is mapped; in the order in which the kernel tells of their offsets
_WHERE = {
    _RX_RING: 0,
    _TX_RING: 0x80000000,
    _FILL_RING: 0x100000000,
    _COMPLETION_RING: 0x180000000,
}
_XDP_COPY = 1 << 1

_DESCRIPTOR = struct.Struct("=QII")
_ADDRESS = struct.Struct("=Q")
_SLOTS = 64
_CHUNK = 2048


class _Ring:
    """A ring that is shared with the kernel; we are at one end of it."""

    def __init__(
        self,
        owner: socket.socket,
        kind: int,
        offsets: tuple[int, ...],
        entry: struct.Struct,
    ) -> None:
        owner.setsockopt(_SOL_XDP, kind, _SLOTS)
        producer, consumer, self._first, _ = offsets
        size = self._first + _SLOTS * entry.size
        self._memory = mmap.mmap(owner.fileno(), size, offset=_WHERE[kind])
        self._produced = ctypes.c_uint32.from_buffer(self._memory, producer)
        self._consumed = ctypes.c_uint32.from_buffer(self._memory, consumer)
        self._entry = entry

    def _place(self, index: int) -> int:
        return self._first + index % _SLOTS * self._entry.size

    def put(self, *values: int) -> None:
        """As the producer, add an entry."""
        index = self._produced.value
        self._entry.pack_into(self._memory, self._place(index), *values)
        self._produced.value = (index + 1) & 0xFFFFFFFF

    def take(self) -> tuple[int, ...]:
        """As the consumer, take the next entry; nothing if there is none."""
        index = self._consumed.value
        if index == self._produced.value:
            return ()
        values = self._entry.unpack_from(self._memory, self._place(index))
        self._consumed.value = (index + 1) & 0xFFFFFFFF
        return values


class Xsk:
    """An AF_XDP socket on one queue of a device, with memory of its own.

    Each place in the ring to send, and in that to receive, has a chunk of it.
    """

    def __init__(self, link: Link, queue: int) -> None:
        self._socket = link.ns.socket(AF_XDP, socket.SOCK_RAW)
        self._socket.setblocking(False)
        try:
            self._memory = mmap.mmap(-1, 2 * _SLOTS * _CHUNK)
            start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
            self._socket.setsockopt(
                _SOL_XDP,
                _UMEM_REG,
                struct.pack("=QQII", start, len(self._memory), _CHUNK, 0),
            )
            told = struct.unpack(
                "=16Q", self._socket.getsockopt(_SOL_XDP, _MMAP_OFFSETS, 128)
            )
            self._rx, self._tx, self._fill, self._completed = (
                _Ring(
                    self._socket,
                    kind,
                    told[4 * i : 4 * i + 4],
                    _DESCRIPTOR if kind in (_RX_RING, _TX_RING) else _ADDRESS,
                )
                for i, kind in enumerate(_WHERE)
            )
            for slot in range(_SLOTS):
                self._fill.put(slot * _CHUNK)
            self._free = [(_SLOTS + slot) * _CHUNK for slot in range(_SLOTS)]
            address = struct.pack(
                "=HHIII", AF_XDP, _XDP_COPY, link.index, queue, 0
            )
            libc.bind(self._socket.fileno(), address)
        except BaseException:
            self._socket.close()
            raise

    def close(self) -> None:
        """Close the socket; some time later it is off its queue."""
        self._socket.close()

    @property
    def fd(self) -> int:
        """The socket, as a map of sockets wants it."""
        return self._socket.fileno()

    def _reclaim(self) -> bool:
        """Take back the chunks that were sent; whether none is on the way."""
        while done := self._completed.take():
            self._free.append(done[0])
        return len(self._free) == _SLOTS

    def _kick(self) -> bool:
        """Have the kernel send what waits; the same as the above."""
        try:
            self._socket.send(b"")
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EBUSY):
                raise
        return self._reclaim()

    def send(self, frames: list[bytes]) -> None:
        """Send frames; return when the device has let go of all."""
        for frame in frames:
            if not self._free:
                wait_for(self._kick, "the frames to be sent")
            chunk = self._free.pop()
            self._memory[chunk : chunk + len(frame)] = frame
            self._tx.put(chunk, len(frame), 0)
        wait_for(self._kick, "the frames to be sent")

    def receive(self, count: int) -> list[bytes]:
        """Wait for this many frames."""
        return [self._receive() for _ in range(count)]

    def _receive(self) -> bytes:
        chunk, length, _ = wait_for(self._rx.take, "a frame")
        frame = self._memory[chunk : chunk + length]
        self._fill.put(chunk - chunk % _CHUNK)
        return frame
