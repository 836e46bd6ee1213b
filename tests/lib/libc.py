# SPDX-License-Identifier: GPL-2.0-or-later
"""The system calls that Python 3.11 does not have."""

import ctypes
import os

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 2

_SYS_BPF = {"x86_64": 321, "aarch64": 280}
_SYS_FINIT_MODULE = {"x86_64": 313, "aarch64": 273}
_SYS_MEMBARRIER = {"x86_64": 324, "aarch64": 283}
_MEMBARRIER_CMD_GLOBAL = 1

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = [
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
]


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def unshare(flags: int) -> None:
    """Give the calling thread namespaces of its own."""
    _check(_libc.unshare(flags), "unshare")


def setns(fd: int, flags: int) -> None:
    """Move the calling thread into a namespace."""
    _check(_libc.setns(fd, flags), "setns")


def mount(source: str, target: str, kind: str, flags: int = 0) -> None:
    """Mount a file system."""
    result = _libc.mount(
        source.encode(), target.encode(), kind.encode(), flags, None
    )
    _check(result, f"mount {target}")


def umount(target: str) -> None:
    """Take a mount away, now or when its last user is gone."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def bind(fd: int, address: bytes) -> None:
    """Bind a socket of a family that Python does not know."""
    _check(_libc.bind(fd, address, len(address)), "bind")


def synchronize() -> None:
    """Return when every softirq that runs now, on any CPU, has ended.

    The kernel waits for an RCU grace period here.
    """
    number = _SYS_MEMBARRIER[os.uname().machine]
    _check(_libc.syscall(number, _MEMBARRIER_CMD_GLOBAL, 0, 0), "membarrier")


def bpf(command: int, attributes: bytes) -> int:
    """The bpf system call."""
    number = _SYS_BPF[os.uname().machine]
    size = len(attributes)
    return _check(_libc.syscall(number, command, attributes, size), "bpf")


def finit_module(image: int, parameters: str) -> None:
    """Load a module from a file that is open, as this thread."""
    number = _SYS_FINIT_MODULE[os.uname().machine]
    result = _libc.syscall(number, image, parameters.encode(), 0)
    _check(result, "finit_module")
