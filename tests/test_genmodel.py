# SPDX-License-Identifier: GPL-2.0-or-later
"""The model of the generator, held against what others say.

Hash and random numbers have published vectors; tcpdump decodes the frames and
verifies their checksums.
"""

import re
import struct
from pathlib import Path

import pytest

from lib import uapi
from lib.gen import Gen, address_bytes, fields_mask
from lib.genmodel import NSEC_PER_SEC, Model, mix, toeplitz
from lib.run import run

MAC = "02:11:22:33:44:55"

HASHES = [
    ("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323E8FC2, 0x51CCC178),
    ("199.92.111.2", 14230, "65.69.140.83", 4739, 0xD718262A, 0xC626B0EA),
    ("24.19.198.95", 12898, "12.22.207.184", 38024, 0xD2D0A5DE, 0x5C2B394A),
    ("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176, 0xAFC7327F),
    ("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5D1809C5, 0x10E828A2),
    (
        "3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766,
        0x2CC18CD5, 0x40207D3D,
    ),
    (
        "3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739,
        0x0F0C461C, 0xDDE51BBF,
    ),
    (
        "3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251,
        "fe80::200:f8ff:fe21:67cf", 38024, 0x4B61E985, 0x02D1FEEF,
    ),
]  # fmt: skip
"""The verification suite for receive side scaling."""


@pytest.mark.parametrize(
    ("src", "src_port", "dst", "dst_port", "of_two", "of_four"), HASHES
)
def test_the_hash_is_that_of_cards(
    src: str,
    src_port: int,
    dst: str,
    dst_port: int,
    of_two: int,
    of_four: int,
) -> None:
    addresses = address_bytes(src) + address_bytes(dst)
    assert toeplitz(addresses) == of_two
    ports = struct.pack("!HH", src_port, dst_port)
    assert toeplitz(addresses + ports) == of_four


def test_random_numbers_are_those_of_splitmix64() -> None:
    assert [mix(0, 0, n) for n in range(3)] == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]
    assert [mix(1234567, 0, n) for n in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]
    assert mix(5, 3, 0) != mix(5, 4, 0)


def decoded(tmp_path: Path, frames: list[bytes]) -> list[str]:
    """What tcpdump says of each frame."""
    file = tmp_path / "frames.pcap"
    with file.open("wb") as out:
        out.write(struct.pack("=IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for frame in frames:
            out.write(struct.pack("=IIII", 0, 0, len(frame), len(frame)))
            out.write(frame)
    said = run(["tcpdump", "-nn", "-e", "-vv", "-t", "-r", str(file)])
    return re.sub(r"\n\s+", " ", said).splitlines()


DECODED = [
    (
        Gen(proto=uapi.VNET_GEN_ARP),
        f"{MAC} > ff:ff:ff:ff:ff:ff, ethertype ARP .* length 60: "
        "Ethernet .*Request who-has 10.0.0.2 tell 10.0.0.1, length 46",
    ),
    (
        Gen(proto=uapi.VNET_GEN_UDP4, payload=uapi.VNET_GEN_PAYLOAD_RANDOM),
        f"02:00:00:00:00:01 > {MAC}, ethertype IPv4 .* length 60: "
        r".*tos 0x0, ttl 64, id 0, offset 0, flags \[DF\], proto UDP .*"
        r"length 46\) 10.0.0.1.9 > 10.0.0.2.9: \[udp sum ok\] UDP, length 18",
    ),
    (
        Gen(proto=uapi.VNET_GEN_UDP6, src="fd00::77", dst_port=53000, size=91),
        r"hlim 64, next-header UDP .*payload length: 37\) "
        r"fd00::77.9 > fd00::2.53000: \[udp sum ok\] UDP, length 29",
    ),
    (
        Gen(proto=uapi.VNET_GEN_TCP4, src_port=1000, dst_port=80),
        r"10.0.0.1.1000 > 10.0.0.2.80: Flags \[S\], cksum 0x.* \(correct\), "
        r"seq \d+:\d+, win 65535, length 6",
    ),
    (
        Gen(proto=uapi.VNET_GEN_TCP6, tcp=uapi.VNET_GEN_TCP_ACK),
        r"fd00::1.9 > fd00::2.9: Flags \[.\], cksum 0x.* \(correct\), "
        r"(seq \d+, )?ack \d+, win 65535, length 0",
    ),
    (
        Gen(proto=uapi.VNET_GEN_TCP4, tcp=uapi.VNET_GEN_TCP_DATA, size=154),
        r"Flags \[.\], cksum 0x.* \(correct\), seq \d+:\d+, ack \d+, "
        "win 65535, length 100",
    ),
    (
        Gen(proto=uapi.VNET_GEN_ICMP4, size=98),
        "10.0.0.1 > 10.0.0.2: ICMP echo request, id 0, seq 0, length 64",
    ),
    (
        Gen(proto=uapi.VNET_GEN_ICMP6, size=100),
        r"fd00::1 > fd00::2: \[icmp6 sum ok\] ICMP6, echo request, id 0, seq 0",
    ),
    (
        Gen(proto=uapi.VNET_GEN_UDP4, csum=uapi.VNET_GEN_CSUM_BAD),
        r"\[bad udp cksum ",
    ),
    (
        Gen(proto=uapi.VNET_GEN_TCP6, csum=uapi.VNET_GEN_CSUM_BAD),
        r"cksum 0x.* \(incorrect",
    ),
    (
        Gen(proto=uapi.VNET_GEN_ICMP4, csum=uapi.VNET_GEN_CSUM_BAD),
        r"wrong icmp cksum",
    ),
    (
        Gen(proto=uapi.VNET_GEN_UDP4, vlan=7, qinq=4000, vlan_prio=5),
        r"ethertype 802.1Q-QinQ \(0x88a8\), length 60: vlan 4000, p 5, "
        r"ethertype 802.1Q .*vlan 7, p 5, ethertype IPv4 .*\[udp sum ok\]",
    ),
    (
        Gen(
            proto=uapi.VNET_GEN_UDP4,
            src="10.1.0.0",
            src_last="10.1.255.255",
            random=fields_mask("src"),
            seed=1,
        ),
        r"10\.1\.\d+\.\d+\.9 > 10.0.0.2.9: \[udp sum ok\]",
    ),
]


@pytest.mark.parametrize(
    ("gen", "words"), DECODED, ids=[str(gen) for gen, _ in DECODED]
)
def test_frames_are_what_tcpdump_decodes(
    tmp_path: Path, gen: Gen, words: str
) -> None:
    (line,) = decoded(tmp_path, [Model(gen, MAC).frame(0)])
    assert re.search(words, line), line
    if gen.csum is None:
        assert not re.search("bad|wrong|incorrect", line), line


def test_data_follows_data() -> None:
    """Of each flow, whichever queues it is on."""
    for flows, queues in ((1, 1), (1, 3), (2, 3), (3, 3), (7, 3), (5, 4)):
        gen = Gen(
            proto=uapi.VNET_GEN_TCP4,
            tcp=uapi.VNET_GEN_TCP_DATA,
            size=64,
            flows=flows,
        )
        model = Model(gen, MAC, queues)
        seen: dict[int, int] = {}
        for g in range(60):
            place = model.place(g)
            assert place.nth == seen.get(place.flow, 0)
            seen[place.flow] = place.nth + 1
        assert set(seen) == set(range(flows))


def test_flows_stay_on_a_queue_where_there_are_enough() -> None:
    model = Model(Gen(proto=uapi.VNET_GEN_UDP4, flows=10), MAC, 4)
    queues: dict[int, set[int]] = {}
    for g in range(400):
        place = model.place(g)
        assert place.queue == g % 4
        queues.setdefault(place.flow, set()).add(place.queue)
    assert all(len(found) == 1 for found in queues.values())


@pytest.mark.parametrize(
    "gen",
    [
        Gen(rate=7),
        Gen(rate=33333),
        Gen(bitrate=480),
        Gen(bitrate=10**9, size=60, size_last=99),
        Gen(bitrate=123456789, size=0, proto=uapi.VNET_GEN_UDP4),
        Gen(rate=1000, count=5),
        Gen(bitrate=10**6, duration=NSEC_PER_SEC // 3),
    ],
    ids=str,
)
def test_what_is_due_is_the_most_that_may_be(gen: Gen) -> None:
    model = Model(gen, MAC)
    for nsecs in (0, 1, 10**6, NSEC_PER_SEC - 1, NSEC_PER_SEC, 7654321098):
        due = model.due(nsecs)
        until = min(nsecs, gen.duration or nsecs)
        if gen.rate:
            fits = due <= gen.rate * until / NSEC_PER_SEC < due + 1
        else:
            bits = (gen.bitrate or 0) * until // NSEC_PER_SEC
            fits = 8 * model.total(due) <= bits < 8 * model.total(due + 1)
        assert fits or due == gen.count
