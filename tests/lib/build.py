# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the build products and the checkout are."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

_PARTS = ("kmod", "libvnetnl", "iproute2-plugin", "fuzz")


class MissingProductError(Exception):
    """The tests need a build product that is not there."""


def directory() -> Path:
    """The directory of the build products, from VNET_BUILD."""
    named = os.environ.get("VNET_BUILD")
    if not named:
        raise MissingProductError(
            "VNET_BUILD is not set: it has to name the directory of the "
            f"build products for the running kernel, {os.uname().release}"
        )
    return Path(named).resolve()


def product(name: str) -> Path:
    """A build product, by its file name."""
    places = [directory() / part / name for part in _PARTS]
    for place in places:
        if place.exists():
            return place
    looked = ", ".join(str(place) for place in places)
    raise MissingProductError(f"{name} is not built; looked for {looked}")
