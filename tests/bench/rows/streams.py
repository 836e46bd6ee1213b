# SPDX-License-Identifier: GPL-2.0-or-later
"""Row d: bulk data, by TCP and by UDP with GSO."""

import socket
from contextlib import ExitStack
from functools import partial

from lib.traffic import SO_RCVBUFFORCE

from bench import device, netperf
from bench.clock import Settings, elapsed_ns
from bench.device import FAR4, Pair
from bench.result import Result, Series
from bench.row import Row, take_turns
from bench.sender import SOL_UDP, Batch

TCP_BYTES = 128 << 20
SEGMENT = 1440
SEGMENTS = 45
BATCH = 4
CALLS = 100
UDP_GRO = 104
PORT = 5001

TCP = "a KiB, TCP_STREAM"
UDP = "a KiB, UDP GSO"

_METHOD = (
    f"netperf TCP_STREAM, {TCP_BYTES >> 20} MiB in sends of 16 KiB."
    f" UDP GSO: datagrams of {SEGMENT} bytes, {SEGMENTS} at a time"
    f" (UDP_SEGMENT), read from a socket with UDP_GRO. Sender and receiver are"
    " on the same CPU, and both are counted."
)


def _tcp(pair: Pair, size: int) -> float:
    taken = netperf.client(
        pair.near.ns, FAR4, "TCP_STREAM", size, ["THROUGHPUT"], ["-m", "16384"]
    )
    bytes_a_second = taken["THROUGHPUT"] * 1000 / 8
    return 1e9 / (bytes_a_second / 1024)


def _udp(pair: Pair, calls: int) -> float:
    size = SEGMENT * SEGMENTS
    expected = size * BATCH
    buffer = bytearray(1 << 16)
    receiver = pair.far.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(SOL_UDP, UDP_GRO, 1)
    receiver.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
    receiver.bind((FAR4, PORT))
    with receiver, Batch(
        pair.near.ns,
        (FAR4, PORT),
        size=size,
        count=BATCH,
        segment=SEGMENT,
    ) as batch:

        def transfer() -> None:
            for _ in range(calls):
                batch.send()
                came = 0
                while came < expected:
                    came += receiver.recv_into(buffer)

        taken = elapsed_ns(transfer)
    return taken / (calls * expected / 1024)


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    size = settings.amount(TCP_BYTES)
    calls = settings.amount(CALLS)
    with ExitStack() as stack:
        pairs = stack.enter_context(
            device.side_by_side([*device.TCP_PAIRS, device.LO])
        )
        for pair in pairs:
            pair.add_addresses()
            # each run is to start as the first
            pair.near.ns.sysctl("net/ipv4/tcp_no_metrics_save", 1)
            pair.far.ns.sysctl("net/ipv4/tcp_no_metrics_save", 1)
            stack.enter_context(netperf.server(pair.far.ns))
        for what, measure in {
            TCP: {p.name: partial(_tcp, p, size) for p in pairs},
            UDP: {p.name: partial(_udp, p, calls) for p in pairs},
        }.items():
            taken = take_turns(settings, f"{ROW.key}, {what}", measure)
            for pair in pairs:
                result.series.append(
                    Series(
                        pair.name,
                        pair.near.qdisc(),
                        what,
                        settings.mode.unit,
                        taken[pair.name],
                        pair.kind.floor,
                    )
                )
    for what in (TCP, UDP):
        for kind in (device.VNET, device.VNET_NOQUEUE):
            result.ratio(kind.name, what, 1.00, aim=0.98)
    return result


ROW = Row("d", "Bulk data", run, plots=(TCP, UDP))
