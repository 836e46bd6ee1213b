# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures, what they have to be, and how they are kept."""

import statistics
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Series:
    """One figure of one device, as often as it was taken."""

    device: str
    qdisc: str
    what: str
    unit: str
    values: list[float]
    floor: bool = False
    """Is it there to be compared with, and no device under test?"""

    @property
    def median(self) -> float:
        """The figure."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """How far the values are apart, as a part of the median."""
        if not self.median:
            return 0.0
        return (max(self.values) - min(self.values)) / abs(self.median)


@dataclass(frozen=True)
class Check:
    """A target, and what came out."""

    what: str
    value: float
    limit: float
    times: bool = True
    """Is it a ratio?"""
    least: bool = False
    """Is the limit what it has to reach, not what it may reach?"""
    aim: float | None = None

    @property
    def met(self) -> bool:
        """Is it as it has to be?"""
        if self.least:
            return self.value >= self.limit
        return self.value <= self.limit


@dataclass
class Result:
    """What one row brought."""

    key: str
    title: str
    method: str
    series: list[Series] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, device: str, what: str) -> Series:
        """The series of a device."""
        return next(
            s for s in self.series if (s.device, s.what) == (device, what)
        )

    def ratio(
        self,
        device: str,
        what: str,
        limit: float,
        *,
        to: str = "veth",
        least: bool = False,
        aim: float | None = None,
    ) -> None:
        """Check a figure of a device against the same of another."""
        value = self.find(device, what).median / self.find(to, what).median
        self.checks.append(
            Check(
                f"{what}: {device} / {to}",
                value,
                limit,
                least=least,
                aim=aim,
            )
        )

    def to_json(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return {
            "key": self.key,
            "title": self.title,
            "method": self.method,
            "series": [
                {**asdict(s), "median": s.median, "spread": s.spread}
                for s in self.series
            ],
            "checks": [{**asdict(c), "met": c.met} for c in self.checks],
            "notes": self.notes,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Result":
        """What to_json() made of it."""
        return cls(
            kept["key"],
            kept["title"],
            kept["method"],
            [
                Series(
                    s["device"],
                    s["qdisc"],
                    s["what"],
                    s["unit"],
                    s["values"],
                    s["floor"],
                )
                for s in kept["series"]
            ],
            [
                Check(
                    c["what"],
                    c["value"],
                    c["limit"],
                    c["times"],
                    c["least"],
                    c["aim"],
                )
                for c in kept["checks"]
            ],
            kept["notes"],
        )
