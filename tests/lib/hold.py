# SPDX-License-Identifier: GPL-2.0-or-later
"""Holding a receiver still, so that its ring fills to a known count.

The kernel lets an administrator postpone a device's interrupts: after a poll
that found work, NAPI waits gro_flush_timeout before it looks again, and the
driver leaves its interrupt masked meanwhile (napi_defer_hard_irqs). With a
timeout of hours nothing that arrives is polled, until a socket that busy
polls fetches it. Nothing here depends on how long anything takes.
"""

import socket
from contextlib import suppress
from types import TracebackType

from lib import bql, libc
from lib.link import Link
from lib.wait import wait_for

SO_BUSY_POLL = 46
SO_INCOMING_NAPI_ID = 56
SO_PREFER_BUSY_POLL = 69

_HOURS = 10 * 3600 * 10**9
_PORT = 9


class Held:
    """A receiver of one RX queue whose NAPI does not run until released.

    Both ends need IPv4 addresses; ``near`` is the address of the receiver.
    BQL, which learns its limit from the traffic, is set aside unless told
    otherwise, so that the rings alone are the limit.
    """

    def __init__(
        self,
        sender: Link,
        receiver: Link,
        near: str,
        *,
        keep_bql: bool = False,
    ) -> None:
        if not keep_bql:
            bql.unlimited(sender)
        self._receiver = receiver
        self._device = receiver.ns.sys / "class/net" / receiver.name
        self._near = near
        self._out = sender.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._in = receiver.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._in.bind((near, _PORT))
        self._held = False

    def _set(self, name: str, value: int) -> None:
        (self._device / name).write_text(str(value), encoding="ascii")

    def _datagram(self) -> None:
        self._out.sendto(b"hold", (self._near, _PORT))
        self._in.recv(16)

    def begin(self) -> "Held":
        """Hold the receiver from now on."""
        self._datagram()  # resolves the neighbour while the device still polls
        self._set("gro_flush_timeout", _HOURS)
        self._set("napi_defer_hard_irqs", 1 << 20)
        self._out.sendto(b"hold", (self._near, _PORT))
        # A poll postponed the next: that which fetches this one, or one for
        # another frame, behind which busy polling alone fetches it
        wait_for(self._fetched, "the receiver to be held")
        libc.synchronize()  # that poll is over now
        self._held = True
        return self

    def __enter__(self) -> "Held":
        return self.begin()

    def _fetched(self) -> bool:
        """Has the datagram come, or does it with a little polling?"""
        self._in.setblocking(False)
        with suppress(BlockingIOError):
            return bool(self._in.recv(16))
        return self._busy_poll(prefer=True)

    def _busy_poll(self, *, prefer: bool) -> bool:
        """Poll. Has a datagram come?"""
        assert self._in.getsockopt(socket.SOL_SOCKET, SO_INCOMING_NAPI_ID), (
            "the frames of the device carry no NAPI id"
        )
        self._in.setsockopt(socket.SOL_SOCKET, SO_PREFER_BUSY_POLL, prefer)
        self._in.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 1000)
        self._in.setblocking(False)
        with suppress(BlockingIOError):
            return bool(self._in.recv(16))
        return False

    def poll_a_little(self) -> None:
        """Let NAPI take a few frames, and be held again.

        Busy polling has a budget of 8, and who prefers it leaves nothing to the
        softirq.
        """
        self._busy_poll(prefer=True)

    def poll(self) -> None:
        """Let NAPI run for as long as it takes to empty the RX ring."""

        def emptied() -> bool:
            self._busy_poll(prefer=False)
            return self._receiver.state().rx_queued == 0

        wait_for(emptied, "busy polling to empty the RX ring")

    def release(self) -> None:
        """Let the device poll again as it did before."""
        if not self._held:
            return
        self._held = False
        self._set("napi_defer_hard_irqs", 0)
        self._set("gro_flush_timeout", 0)
        self.poll()

    def close(self) -> None:
        """Close the sockets, whatever has become of the device."""
        self._out.close()
        self._in.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.release()
        finally:
            self.close()
