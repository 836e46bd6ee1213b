# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces, used from within the process of the tests.

Nothing is started for them: a thread enters, does something, and leaves.
What it opened there (a socket, a mount of sysfs) stays in that namespace.
"""

import itertools
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from pyroute2 import IPRoute

from lib import libc, nl
from lib.run import run

NAMED = Path("/run/netns")
_SYSFS = Path("/run/vnet-tests")
_numbers = itertools.count()


def _own_fd() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


class Netns:
    """One network namespace; the first one, or one that was made here."""

    def __init__(self, name: str, fd: int) -> None:
        self.name = name
        self.fd = fd
        self._mounted: Path | None = None

    @classmethod
    def current(cls) -> "Netns":
        """The namespace that this thread is in."""
        return cls("", _own_fd())

    @classmethod
    def create(cls, label: str = "ns", *, quiet: bool = False) -> "Netns":
        """Make a namespace, with lo up; a quiet one has no IPv6.

        No IPv6 means no frames but those that the test sends.
        """
        name = f"{label}-{os.getpid()}-{next(_numbers)}"
        NAMED.mkdir(exist_ok=True)
        path = NAMED / name
        path.touch()
        outside = _own_fd()
        try:
            libc.unshare(libc.CLONE_NEWNET)
            libc.mount(
                "/proc/thread-self/ns/net", str(path), "none", libc.MS_BIND
            )
        except OSError:
            path.unlink()
            raise
        finally:
            libc.setns(outside, libc.CLONE_NEWNET)
            os.close(outside)
        netns = cls(name, os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        if quiet:
            netns.sysctl("net/ipv6/conf/all/disable_ipv6", 1)
            netns.sysctl("net/ipv6/conf/default/disable_ipv6", 1)
        netns.ip.link("set", index=1, state="up")
        return netns

    def copy(self) -> "Netns":
        """The same namespace with sockets of its own, for another thread."""
        return Netns("", os.dup(self.fd))

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Have the calling thread in this namespace for a while."""
        outside = _own_fd()
        try:
            libc.setns(self.fd, libc.CLONE_NEWNET)
            yield
        finally:
            libc.setns(outside, libc.CLONE_NEWNET)
            os.close(outside)

    @cached_property
    def rtnl(self) -> nl.Socket:
        """A route netlink socket for requests, as bytes."""
        with self.entered():
            return nl.Socket()

    @cached_property
    def ip(self) -> IPRoute:
        """pyroute2 in this namespace."""
        with self.entered():
            return IPRoute()

    def rtnl_listener(self, *groups: int) -> nl.Socket:
        """A route netlink socket that hears these groups."""
        with self.entered():
            listener = nl.Socket()
        for group in groups:
            listener.join(group)
        return listener

    def socket(
        self, family: int, kind: int, protocol: int = 0
    ) -> socket.socket:
        """A socket of this namespace; only a hang meets its timeout."""
        with self.entered():
            made = socket.socket(family, kind | socket.SOCK_CLOEXEC, protocol)
        made.settimeout(60)
        return made

    def run(self, command: Sequence[str], **options: str) -> str:
        """Run a program in this namespace."""
        with self.entered():
            return run(command, **options)  # type: ignore[arg-type]

    def sysctl(self, name: str, value: int | str) -> None:
        """Set a sysctl of this namespace."""
        with self.entered():
            Path("/proc/sys", name).write_text(str(value), encoding="ascii")

    def read_sysctl(self, name: str) -> str:
        """Read a sysctl of this namespace."""
        with self.entered():
            return Path("/proc/sys", name).read_text(encoding="ascii").strip()

    @property
    def sys(self) -> Path:
        """sysfs as it looks from this namespace."""
        if not self.name:
            return Path("/sys")
        if self._mounted is None:
            path = _SYSFS / self.name
            path.mkdir(parents=True)
            with self.entered():
                libc.mount("sysfs", str(path), "sysfs")
            self._mounted = path
        return self._mounted

    def remove(self) -> None:
        """Take the name away; the namespace goes if nothing else holds it."""
        if "rtnl" in self.__dict__:
            self.rtnl.close()
            del self.__dict__["rtnl"]
        if "ip" in self.__dict__:
            self.ip.close()
            del self.__dict__["ip"]
        if self._mounted is not None:
            libc.umount(str(self._mounted))
            self._mounted.rmdir()
            self._mounted = None
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
        path = NAMED / self.name
        if self.name and path.exists():
            libc.umount(str(path))
            path.unlink()
