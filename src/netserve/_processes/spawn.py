"""Starting a program, with exactly the descriptors that it should have, and hearing of its end.

`subprocess` starts it (its own descriptors are closed in the child, all but those that are passed).
It can place descriptors at 0, 1 and 2 only; where a program wants more in fixed places, a few lines
of Python run first in the child, put them there and become the program.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .._descriptors.kinds import STANDARD
from .._errors import system_error

if TYPE_CHECKING:
    import asyncio

    from .._runtime import Runtime

log = logging.getLogger("netserve")

# argv: pairs of descriptors "from:to", joined by commas; then the program and its arguments.
PLACE = """
import fcntl, os, sys
pairs = [tuple(map(int, pair.split(":"))) for pair in sys.argv[1].split(",")]
above = max(map(max, pairs)) + 1
moved = [(fcntl.fcntl(source, fcntl.F_DUPFD, above), place) for source, place in pairs]
for source, _ in pairs:
    os.close(source)
for source, place in moved:
    os.dup2(source, place)
    os.close(source)
os.execvp(sys.argv[2], sys.argv[2:])
"""


class Program:
    """A program that was started: `ended(code, signal)` is called once it is over."""

    def __init__(
        self,
        runtime: Runtime,
        command: Sequence[str],
        places: Mapping[int, int],
        *,
        cwd: str | None,
        env: Mapping[str, str],
        detached: bool,
        passed: Sequence[int],
        ended: Callable[[int | None, int | None], None],
    ) -> None:
        """Starts it. `places`: which of our descriptors is which of its own.

        `passed` keep their numbers. Raises `OSError` (syscall `spawn <program>`), which names the
        program or `cwd`, if one of them is at fault.
        """
        self._runtime = runtime
        self._ended = ended
        self._watched = -1
        self.running = True
        _reap()
        process = _start(command, places, passed, cwd, env, detached)
        self.pid = process.pid
        # Its end is ours to wait for.
        process.returncode = 0
        runtime.closers.add(self._leave)
        runtime.with_loop(self._watch)

    def kill(self, number: int) -> None:
        """Sends a signal. Raises `OSError`; a program that is over is `ESRCH`."""
        if not self.running:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        watched = _pidfd(self.pid)
        try:
            if watched >= 0:
                loop.add_reader(watched, self._over)
                self._watched = watched
                return
        except OSError:  # the system watches as many as it will
            os.close(watched)
        waiting = threading.Thread(target=self._wait, args=(loop,), daemon=True)
        waiting.start()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        code = _exit_code(self.pid)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(self._tell, code)

    def _over(self) -> None:
        self._tell(_exit_code(self.pid))

    def _tell(self, code: int) -> None:
        self.running = False
        self._forget()
        if code < 0:
            self._ended(None, -code)
        else:
            self._ended(code, None)

    def _leave(self) -> None:
        """The loop is over: the program's end is waited for when another one is started."""
        if self._watched >= 0:
            _left.add(self.pid)
        self._forget()

    def _forget(self) -> None:
        self._runtime.closers.discard(self._leave)
        watched, self._watched = self._watched, -1
        if watched >= 0:
            self._runtime.with_loop(lambda loop: _unwatch(loop, watched))
            os.close(watched)


# Programs that were left when their loop was over.
_left: set[int] = set()


def _reap() -> None:
    """Waits for those that have ended since, so that none stays a zombie."""
    for pid in list(_left):
        try:
            ended, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            ended = pid
        if ended:
            _left.discard(pid)


def _pidfd(pid: int) -> int:
    """A descriptor that is ready when a program is over; -1 where the system gives none.

    There is none outside of Linux, in its older kernels, in many a sandbox, and where too many are
    open. A thread can wait everywhere.
    """
    if not hasattr(os, "pidfd_open"):
        return -1
    try:
        return os.pidfd_open(pid)
    except OSError:
        return -1


def _exit_code(pid: int) -> int:
    """Waits for the end of a program; a signal is negative."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        log.warning("somebody else waited for the end of process %d: its exit code is lost", pid)
        return 255


def _start(
    command: Sequence[str],
    places: Mapping[int, int],
    passed: Sequence[int],
    cwd: str | None,
    env: Mapping[str, str],
    detached: bool,
) -> subprocess.Popen[bytes]:
    standard = {place: fd for place, fd in places.items() if place < STANDARD}
    program = command[0]
    with contextlib.ExitStack() as copies:
        # Copies: 0, 1 and 2 are others in the program, and one may be wanted in two places.
        try:
            wanted = {place: fd for place, fd in places.items() if place >= STANDARD}
            others = {place: _copy(fd, copies) for place, fd in wanted.items()}
            if others:
                _check_program(program, env)
                pairs = ",".join(f"{fd}:{place}" for place, fd in others.items())
                command = [sys.executable, "-I", "-S", "-c", PLACE, pairs, *command]
            return subprocess.Popen(
                command,
                stdin=standard.get(0, subprocess.DEVNULL),
                stdout=standard.get(1, subprocess.DEVNULL),
                stderr=standard.get(2, subprocess.DEVNULL),
                pass_fds=[*others.values(), *passed],
                cwd=cwd,
                env=dict(env),
                start_new_session=detached,
            )
        except OSError as error:
            blamed = error.filename if error.filename in (None, cwd) else program
            raise not_started(error, program, blamed) from None


def _copy(fd: int, copies: contextlib.ExitStack) -> int:
    copy = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, STANDARD)
    copies.callback(os.close, copy)
    return copy


def _check_program(program: str, env: Mapping[str, str]) -> None:
    """Says now what would be found out in the child, which has no way to say it."""
    path = env.get("PATH", os.defpath)
    if shutil.which(program, path=path) is None:
        exists = shutil.which(program, os.F_OK, path) is not None
        raise OSError(errno.EACCES if exists else errno.ENOENT, "can't be run", program)


def not_started(cause: OSError, program: str, blamed: str | None = None) -> OSError:
    """Why a program can't be started; `blamed` is the file or folder that is at fault, if any."""
    error = system_error(cause.errno or errno.EIO, f"spawn {program}")
    if blamed is not None:
        error.filename = blamed
    return error


def _unwatch(loop: asyncio.AbstractEventLoop, fd: int) -> None:
    loop.remove_reader(fd)
