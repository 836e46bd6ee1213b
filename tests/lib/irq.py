# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupts of Linux: their numbers, counts and affinities."""

from pathlib import Path

_PROC = Path("/proc")


def numbers(prefix: str) -> dict[str, int]:
    """The interrupts whose name begins so: name and number."""
    found = {}
    for line in (_PROC / "interrupts").read_text().splitlines():
        number, _, rest = line.strip().partition(":")
        name = rest.split()[-1] if rest.split() else ""
        if number.isdigit() and name.startswith(prefix):
            found[name] = int(number)
    return found


def counts(irq: int) -> list[int]:
    """How often it was raised, on each CPU."""
    lines = (_PROC / "interrupts").read_text().splitlines()
    cpus = len(lines[0].split())
    for line in lines:
        words = line.split()
        if words[0] == f"{irq}:":
            return [int(word) for word in words[1 : 1 + cpus]]
    return [0] * cpus


def affinity(irq: int) -> set[int]:
    """The CPUs that were said."""
    return _cpus(_PROC / f"irq/{irq}/smp_affinity_list")


def effective(irq: int) -> set[int]:
    """The CPUs that it may be on."""
    return _cpus(_PROC / f"irq/{irq}/effective_affinity_list")


def set_affinity(irq: int, cpus: set[int]) -> None:
    """Say the CPUs."""
    path = _PROC / f"irq/{irq}/smp_affinity_list"
    path.write_text(",".join(map(str, sorted(cpus))), encoding="ascii")


def all_numbers() -> set[int]:
    """All interrupts of the machine."""
    found = (_PROC / "irq").iterdir()
    return {int(path.name) for path in found if path.name.isdigit()}


def exists(irq: int) -> bool:
    """Is there such an interrupt?"""
    return (_PROC / f"irq/{irq}").exists()


def _cpus(path: Path) -> set[int]:
    found: set[int] = set()
    for part in path.read_text().strip().split(","):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found
