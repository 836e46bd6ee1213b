# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel log, read record by record, and what must never stand in it."""

import errno
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

_SPLATS = re.compile(
    r"""
      WARNING:                              # WARN(), lockdep
    | suspicious\ RCU
    | \bBUG\b                               # BUG(), KASAN, atomic sleep
    | \bOops\b
    | Call\ Trace
    | \bRIP:
    | general\ protection\ fault
    | possible\ (?:circular|recursive|irq)  # lockdep
    | INFO:\ (?:task|rcu|lockdep|possible|inconsistent)
    | rcu:?\ .*(?:stall|INFO)
    | blocked\ for\ more\ than
    | soft\ lockup | hard\ LOCKUP
    | refcount | ref_tracker
    | unregister_netdevice:\ waiting
    | NETDEV\ WATCHDOG
    | UBSAN | KASAN | KCSAN | KFENCE | ODEBUG
    | kmemleak | unreferenced\ object
    | asks\ to\ queue\ packet
    | Kernel\ panic
    | dql_completed
    | sysfs:\ cannot\ create\ duplicate
    | vnet:.*(?:leak|corrupt)
    """,
    re.VERBOSE,
)

_ORDINARY = re.compile(
    r"""
      kmemleak:\ Kernel\ memory\ leak\ detector\ (?:initialized|disabled)
    | kmemleak:\ Automatic\ memory\ scanning
    """,
    re.VERBOSE,
)

_OF_OTHERS = (
    r"KCSAN: .* in (?!.*\bvnet_)",
    r"KCSAN: .*\b(?:__qdisc_run|sch_direct_xmit|__dev_queue_xmit) / vnet_",
)
"""Of races, those of the rest of the kernel, which has its own.

One is with whoever stops or wakes a queue, by the core's helpers: qdiscs look at a
queue's state without marking that.
"""


@dataclass(frozen=True)
class Record:
    """One record of the kernel log."""

    sequence: int
    text: str


def is_splat(text: str) -> bool:
    """Does this line say that something is wrong in the kernel?"""
    return bool(_SPLATS.search(text)) and not _ORDINARY.search(text)


class KernelLog:
    """The records that came since this object was made or last read."""

    def __init__(self) -> None:
        self._expected: list[str] = []
        self._fd = os.open(
            "/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        )
        os.lseek(self._fd, 0, os.SEEK_END)

    def close(self) -> None:
        """Give the file descriptor back."""
        os.close(self._fd)

    def expect(self, pattern: str) -> None:
        """Let complaints pass that say this: the test brings them about."""
        self._expected.append(pattern)

    def complaints(self) -> list[str]:
        """What is new and must not be there, but for what is expected."""
        return splats(unexpected(self.read(), [*self._expected, *_OF_OTHERS]))

    def read(self) -> list[Record]:
        """Everything that is new."""
        records: list[Record] = []
        while True:
            try:
                raw = os.read(self._fd, 8192)
            except BlockingIOError:
                return records
            except OSError as error:
                if error.errno == errno.EPIPE:  # overwritten: the next
                    continue
                raise
            head, _, rest = raw.decode(errors="replace").partition(";")
            records.append(Record(int(head.split(",")[1]), rest.rstrip("\n")))


def write(text: str) -> None:
    """Write a line into the kernel log, as a user-space notice."""
    with open("/dev/kmsg", "w", encoding="ascii") as kmsg:
        kmsg.write(text + "\n")


_ENDS = {"[ cut here ]": "[ end trace", "BUG: KCSAN": "=" * 20}


def _reports(records: list[Record]) -> list[list[Record]]:
    """Records by what they belong to: a warning or a race is all that it prints."""
    found: list[list[Record]] = []
    end = ""
    for record in records:
        if end:
            found[-1].append(record)
        else:
            found.append([record])
        if end and end in record.text:
            end = ""
        for first, last in _ENDS.items():
            if first in record.text:
                end = last
    return found


def unexpected(
    records: list[Record], patterns: Iterable[str]
) -> list[Record]:
    """The records but those of reports that say what was expected."""
    expected = [re.compile(pattern) for pattern in patterns]
    return [
        record
        for report in _reports(records)
        if not any(e.search(r.text) for e in expected for r in report)
        for record in report
    ]


def splats(records: list[Record]) -> list[str]:
    """The lines that must not be there, each with what follows it."""
    first = next(
        (i for i, record in enumerate(records) if is_splat(record.text)), None
    )
    if first is None:
        return []
    return [record.text for record in records[first : first + 60]]
