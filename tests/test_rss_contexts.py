# SPDX-License-Identifier: GPL-2.0-or-later
"""RSS contexts: other tables, keys and fields, for what rules give them."""

import os
from dataclasses import replace

import pytest

from lib.ethtool import RefusedError, ethtool, feature, set_channels
from lib.flows import TCP, UDP, Flow, udp4
from lib.genmodel import RSS_KEY, toeplitz
from lib.link import Link, Make, Pair
from lib.rss import new_context, queues_of, send, show, spelled
from lib.setup import PairMaker

QUEUES = 8
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)
KEY = bytes(range(52))
MANY = [udp4(number) for number in range(16)]
OTHERS = [replace(flow, proto=TCP) for flow in MANY]

pytestmark = pytest.mark.skipif(
    os.environ.get("VNET_KERNEL") == "6.1",
    reason="Linux 6.1 does not keep RSS contexts for the driver",
)


@pytest.fixture
def wide(make_pair: PairMaker) -> Pair:
    """A pair of eight queues each way; by its hash all goes to two."""
    pair = make_pair(SHAPE, SHAPE)
    ethtool(pair.b, "-X", "equal", "2", "hkey", spelled(RSS_KEY))
    return pair


def give(device: Link, *words: str) -> None:
    """Have frames of UDP over IPv4 spread by a context."""
    ethtool(device, "-N", "flow-type", "udp4", *words)


def by_table(pair: Pair, context: int, flows: list[Flow]) -> list[int]:
    """Where the table of a context sends frames, with its key."""
    rss = show(pair.b, context)
    return [rss.queue(flow.hash(rss.key)) for flow in flows]


@pytest.mark.smoke
def test_a_context_spreads_what_a_rule_gives_it(wide: Pair) -> None:
    """The rest goes by the device's own table."""
    context = new_context(wide.b, "start", "2", "equal", "3")
    assert set(show(wide.b, context).table) == {2, 3, 4}
    give(wide.b, "context", str(context))
    expected = by_table(wide, context, MANY)
    assert len(set(expected)) > 1
    assert queues_of(wide, MANY) == expected
    assert queues_of(wide, OTHERS) == by_table(wide, 0, OTHERS)


def test_a_context_has_all_that_the_device_has(wide: Pair) -> None:
    """But its table is over all queues."""
    ethtool(wide.b, "-X", "hkey", spelled(KEY), "hfunc", "xor")
    context = new_context(wide.b)
    rss = show(wide.b, context)
    assert rss.key == KEY
    assert rss.functions["xor"]
    assert set(rss.table) == set(range(QUEUES))
    assert set(show(wide.b).table) == {0, 1}


def test_each_has_a_key_of_its_own(wide: Pair) -> None:
    feature(wide.b, "receive-hashing", True)
    own = show(wide.b).key
    context = new_context(wide.b, "hkey", spelled(KEY))
    give(wide.b, "context", str(context))
    for key in (KEY, KEY[::-1]):
        ethtool(
            wide.b, "-X", "context", str(context), "hkey", spelled(key)
        )
        seen = send(wide, [MANY[0], OTHERS[0]])
        assert [s.hash for s in seen] == [
            MANY[0].hash(key),
            OTHERS[0].hash(own),
        ]
        assert show(wide.b, context).key == key
    assert show(wide.b).key == own


def test_its_table_can_be_changed(wide: Pair) -> None:
    context = new_context(wide.b)
    give(wide.b, "context", str(context))
    for words in (["equal", "4"], ["start", "7", "equal", "1"]):
        ethtool(wide.b, "-X", "context", str(context), *words)
        assert queues_of(wide, MANY) == by_table(wide, context, MANY)


def test_a_rule_can_add_to_the_queue(wide: Pair) -> None:
    """As long as there is such a queue."""
    context = new_context(wide.b, "equal", "3")
    give(wide.b, "context", str(context), "action", "4")
    expected = [4 + queue for queue in by_table(wide, context, MANY)]
    assert queues_of(wide, MANY) == expected
    for words in (["equal", "5"], ["start", "4", "equal", "1"]):
        with pytest.raises(RefusedError):
            ethtool(wide.b, "-X", "context", str(context), *words)
    with pytest.raises(RefusedError):
        give(wide.b, "context", str(context), "action", "6")
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-L", "combined", "6")
    assert queues_of(wide, MANY) == expected
    set_channels(wide.b, 7, 7)
    assert queues_of(wide, MANY) == expected


def test_a_rule_can_name_the_device_s_own_table(wide: Pair) -> None:
    """To except frames from a rule behind it."""
    context = new_context(wide.b, "start", "4", "equal", "2")
    give(wide.b, "context", str(context), "loc", "9")
    give(wide.b, "dst-port", "2000", "context", "0", "loc", "1")
    other = [replace(flow, dport=1) for flow in MANY]
    assert queues_of(wide, MANY) == by_table(wide, 0, MANY)
    assert queues_of(wide, other) == by_table(wide, context, other)


def test_a_context_in_use_is_not_deleted(wide: Pair) -> None:
    context = new_context(wide.b, "start", "2", "equal", "1")
    give(wide.b, "context", str(context), "loc", "0")
    with pytest.raises(RefusedError, match="busy"):
        ethtool(wide.b, "-X", "context", str(context), "delete")
    assert set(queues_of(wide, MANY)) == {2}
    ethtool(wide.b, "-N", "delete", "0")
    ethtool(wide.b, "-X", "context", str(context), "delete")
    with pytest.raises(RefusedError):
        show(wide.b, context)
    with pytest.raises(RefusedError, match="Invalid argument"):
        give(wide.b, "context", str(context))


def test_many_contexts_in_any_order(wide: Pair) -> None:
    contexts = [
        new_context(wide.b, "start", str(queue), "equal", "1")
        for queue in range(QUEUES)
    ]
    for queue, context in enumerate(contexts):
        give(wide.b, "src-port", str(1000 + queue), "context", str(context))
    flows = MANY[:QUEUES]
    assert queues_of(wide, flows) == list(range(QUEUES))
    for queue in (4, 0, 7):
        ethtool(wide.b, "-N", "delete", str(queue))
        ethtool(wide.b, "-X", "context", str(contexts[queue]), "delete")
        gone = by_table(wide, 0, [flows[queue]])
        assert queues_of(wide, [flows[queue]]) == gone
    kept = [queue for queue in range(QUEUES) if queue not in (4, 0, 7)]
    assert queues_of(wide, [flows[queue] for queue in kept]) == kept


def test_a_context_holds_its_queues(wide: Pair) -> None:
    """With a rule for it, or without."""
    context = new_context(wide.b, "start", "5", "equal", "1")
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-L", "combined", "5")
    set_channels(wide.b, 6, 6)
    ethtool(wide.b, "-X", "context", str(context), "delete")
    set_channels(wide.b, 2, 2)


def test_contexts_survive(wide: Pair) -> None:
    context = new_context(wide.b, "start", "2", "equal", "4")
    give(wide.b, "context", str(context))
    expected = by_table(wide, context, MANY)
    wide.b.down()
    late = new_context(wide.b, "start", "7", "equal", "1")
    ethtool(wide.b, "-N", "flow-type", "tcp4", "context", str(late))
    wide.up()
    assert queues_of(wide, MANY) == expected
    assert set(queues_of(wide, OTHERS)) == {7}
    set_channels(wide.b, 8, 8)
    assert queues_of(wide, MANY) == expected


def test_a_device_goes_with_its_contexts(wide: Pair) -> None:
    """And the rules for them."""
    for port in range(20):
        context = new_context(wide.b)
        give(wide.b, "src-port", str(port), "context", str(context))
    wide.b.delete()


def test_fields_of_a_context(wide: Pair) -> None:
    """Both directions of a symmetric context, too."""
    feature(wide.b, "receive-hashing", True)
    context = new_context(wide.b, "hkey", spelled(KEY))
    give(wide.b, "context", str(context))
    try:
        ethtool(
            wide.b,
            *("-N", "rx-flow-hash", "udp4", "sd", "context", str(context)),
        )
    except RefusedError as refused:
        pytest.skip(f"this ethtool or kernel has no fields of one: {refused}")
    (seen,) = send(wide, MANY[:1])
    assert seen.hash == toeplitz(MANY[0].addresses, KEY)
    assert not seen.l4_hash
    (seen,) = send(wide, OTHERS[:1])
    assert seen.hash == OTHERS[0].hash(show(wide.b).key)


def test_a_context_of_another_protocol_s_rule(wide: Pair) -> None:
    """One context for several rules."""
    context = new_context(wide.b, "start", "6", "equal", "2")
    give(wide.b, "context", str(context))
    ethtool(wide.b, "-N", "flow-type", "tcp4", "context", str(context))
    for flows in (MANY, OTHERS):
        assert queues_of(wide, flows) == by_table(wide, context, flows)
    assert {flow.proto for flow in MANY} == {UDP}
