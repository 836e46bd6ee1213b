# SPDX-License-Identifier: GPL-2.0-or-later
"""Children of the test process: without privilege, or in a user namespace."""

import itertools
import os
import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lib import libc

NOBODY = 65534


def _call(action: Callable[[], Any], pipe: socket.socket) -> None:
    try:
        answer: tuple[bool, Any] = (True, action())
    except BaseException:
        answer = (False, traceback.format_exc())
    pipe.sendall(pickle.dumps(answer))


def _answer(pipe: socket.socket, child: int, deadline: float) -> Any:
    pipe.settimeout(deadline)
    chunks = []
    while chunk := pipe.recv(1 << 16):
        chunks.append(chunk)
    pipe.close()
    os.waitpid(child, 0)
    assert chunks, "the child died before it could answer"
    succeeded, answer = pickle.loads(b"".join(chunks))
    assert succeeded, f"in the child:\n{answer}"
    return answer


def in_child(
    action: Callable[[], Any],
    prepare: Callable[[], None] | None = None,
    *,
    deadline: float = 120,
) -> Any:
    """Do something in a child, and return what it returns.

    One that is stuck in the kernel is left there when the deadline is over.
    """
    near, far = socket.socketpair()
    child = os.fork()
    if child == 0:
        near.close()
        try:
            if prepare is not None:
                prepare()
            _call(action, far)
        finally:
            os._exit(0)
    far.close()
    return _answer(near, child, deadline)


def _repeat(action: Callable[[], Any], pipe: socket.socket) -> int:
    for rounds in itertools.count(1):
        action()
        with suppress(BlockingIOError):
            pipe.recv(1, socket.MSG_DONTWAIT)
            return rounds
    raise AssertionError


class Rounds:
    """How often a child did something; known once it has ended."""

    number = 0


@contextmanager
def repeated(
    action: Callable[[], Any], *, deadline: float = 120
) -> Iterator[Rounds]:
    """Have a child do something meanwhile, again and again."""
    rounds = Rounds()
    near, far = socket.socketpair()
    child = os.fork()
    if child == 0:
        near.close()
        try:
            _call(lambda: _repeat(action, far), far)
        finally:
            os._exit(0)
    far.close()
    try:
        yield rounds
    finally:
        with suppress(BrokenPipeError):
            near.send(b".")
        rounds.number = _answer(near, child, deadline)


def drop_privilege() -> None:
    """Become nobody, for good."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


class UserNamespace:
    """A user namespace and its network namespace, held by a process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        own = Path("/proc", str(pid))
        (own / "setgroups").write_text("deny", encoding="ascii")
        for name in ("uid_map", "gid_map"):
            (own / name).write_text(f"0 {NOBODY} 1", encoding="ascii")
        self._user = os.open(own / "ns/user", os.O_RDONLY | os.O_CLOEXEC)
        self._net = os.open(own / "ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of both namespaces."""
        os.close(self._user)
        os.close(self._net)

    def _enter(self) -> None:
        libc.setns(self._user, libc.CLONE_NEWUSER)
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        libc.setns(self._net, libc.CLONE_NEWNET)

    def do(self, action: Callable[[], Any]) -> Any:
        """Do something there, as its root, who is nobody outside."""
        return in_child(action, self._enter)


@contextmanager
def user_namespace() -> Iterator[UserNamespace]:
    """Make a user namespace with a network namespace for a while."""
    near, far = socket.socketpair()
    child = os.fork()
    if child == 0:
        near.close()
        try:
            libc.unshare(libc.CLONE_NEWUSER | libc.CLONE_NEWNET)
            far.send(b"1")
            far.recv(1)
        finally:
            os._exit(0)
    far.close()
    try:
        assert near.recv(1) == b"1", "no user namespace can be made"
        made = UserNamespace(child)
        yield made
        made.close()
    finally:
        near.close()
        os.waitpid(child, 0)
