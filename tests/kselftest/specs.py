# SPDX-License-Identifier: GPL-2.0-or-later
"""Tells YNL of vnet.

The tests read links with the kernel's specification of rtnetlink, in which each kind
of link is described, and stop at one that is not. A vnet in the kernel would be.
"""

import json
from pathlib import Path
from typing import Any

import yaml

Spec = dict[str, Any]


def _read(path: Path) -> Spec:
    loaded: Spec = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    return loaded


def _named(spec: Spec, part: str, name: str) -> Spec:
    found: Spec = next(entry for entry in spec[part] if entry["name"] == name)
    return found


def add_vnet(kernel: Path, own: Path) -> None:
    """Add what is of vnet in one specification of rtnetlink to another."""
    licence = kernel.read_text().splitlines()[0]
    spec, mine = _read(kernel), _read(own)
    for part in ("definitions", "attribute-sets"):
        spec[part] += [entry for entry in mine[part] if "vnet" in entry["name"]]
    message = "linkinfo-data-msg"
    _named(spec, "sub-messages", message)["formats"] += _named(
        mine, "sub-messages", message
    )["formats"]
    # JSON is YAML
    kernel.write_text(f"{licence}\n{json.dumps(spec, indent=1)}\n")
