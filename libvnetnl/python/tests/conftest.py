# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: both ways to send, and the UAPI header."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import messages
import pytest

import pyroute2_vnet as vnet


@pytest.fixture(params=[messages.plain_link, vnet.link], ids=["pyroute2", "checked"])
def sent(
    request: pytest.FixtureRequest,
) -> Callable[..., messages.Message]:
    """What is sent, with and without the check of the keywords."""

    def send(command: str, **keywords: Any) -> messages.Message:
        return messages.request(request.param, command, **keywords)

    return send


@pytest.fixture
def uapi_header() -> str:
    """The text of the UAPI header: of the repository, or where it was
    installed."""
    places = [
        Path(__file__).parents[3] / "kmod/include/uapi/linux/if_link_vnet.h",
        Path("/usr/local/include/linux/if_link_vnet.h"),
        Path("/usr/include/linux/if_link_vnet.h"),
    ]
    if "VNET_UAPI" in os.environ:
        places = [Path(os.environ["VNET_UAPI"]) / "linux/if_link_vnet.h"]
    for place in places:
        if place.exists():
            return place.read_text()
    raise FileNotFoundError(f"if_link_vnet.h, in {places}")
