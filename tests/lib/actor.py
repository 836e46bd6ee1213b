# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may try something: each with another privilege, in a namespace with a pair."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from lib import libc, link
from lib.child import drop_privilege, in_child, user_namespace
from lib.link import Make, Options
from lib.netns import Netns
from lib.setup import Namespaces

ROOT = "root"
"""Root, in the initial user namespace."""
OWNER = "owner"
"""Root of a user namespace, in a network namespace of its own."""
GUEST = "guest"
"""Root of a user namespace, in a network namespace of another."""
NOBODY = "nobody"
"""A user without any privilege."""

WHO = (ROOT, OWNER, GUEST, NOBODY)

_SHAPE = Make(tx_queues=2, rx_queues=2)


class Actor:
    """Somebody in a network namespace that has vnet0, up, and its peer vnet1."""

    def __init__(self, who: str, ns: Netns, user: int) -> None:
        self.who = who
        self.ns = ns
        self._user = user

    def _become(self) -> None:
        libc.setns(self.ns.fd, libc.CLONE_NEWNET)
        # sysfs shows the network namespace that mounts it
        libc.unshare(libc.CLONE_NEWNS)
        libc.mount("none", "/", "", libc.MS_REC | libc.MS_PRIVATE)
        libc.mount("sysfs", "/sys", "sysfs")
        if self.who == OWNER:
            libc.setns(self._user, libc.CLONE_NEWUSER)
            os.setresgid(0, 0, 0)
            os.setresuid(0, 0, 0)
        elif self.who != ROOT:
            drop_privilege()
        if self.who == GUEST:
            libc.unshare(libc.CLONE_NEWUSER)

    def do(self, action: Callable[[], Any]) -> Any:
        """Do something as this one, in a child; what it returns."""
        return in_child(action, self._become)


def _make(ns: Netns) -> None:
    device, peer = (
        Make(
            name=name,
            tx_queues=_SHAPE.tx_queues,
            rx_queues=_SHAPE.rx_queues,
            options=Options(gen_rate=1),
        )
        for name in ("vnet0", "vnet1")
    )
    link.create(ns, device, peer)
    for name in ("vnet0", "vnet1"):
        link.Link.named(ns, name).up()


@contextmanager
def acting(who: str, namespaces: Namespaces) -> Iterator[Actor]:
    """Have an actor, with a pair that root has made."""
    if who != OWNER:
        here = namespaces(quiet=True)
        _make(here)
        yield Actor(who, here, -1)
        return
    with user_namespace() as inside:
        net = os.open(f"/proc/{inside.pid}/ns/net", os.O_RDONLY)
        user = os.open(f"/proc/{inside.pid}/ns/user", os.O_RDONLY)
        here = Netns("", net)
        try:
            here.sysctl("net/ipv6/conf/all/disable_ipv6", 1)
            _make(here)
            yield Actor(who, here, user)
        finally:
            here.remove()
            os.close(user)
