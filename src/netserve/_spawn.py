"""Starting a program, with exactly the descriptors that it should have, and hearing of its end.

`subprocess` starts it (its own descriptors are closed in the child, all but those that are passed).
It can place descriptors at 0, 1 and 2 only; where a program wants more in fixed places, a few lines
of Python run first in the child, put them there and become the program.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ._errors import system_error

if TYPE_CHECKING:
    import asyncio

    from ._runtime import Runtime

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

        `passed` keep their numbers. Raises `OSError` (syscall `spawn <program>`).
        """
        self._runtime = runtime
        self._ended = ended
        self._watched = -1
        standard = {place: fd for place, fd in places.items() if place <= 2}
        others = {place: fd for place, fd in places.items() if place > 2}
        shown = command[0]
        if others:
            if shutil.which(shown, path=env.get("PATH", os.defpath)) is None:
                raise _not_started(errno.ENOENT, shown)
            pairs = ",".join(f"{fd}:{place}" for place, fd in others.items())
            command = [sys.executable, "-I", "-S", "-c", PLACE, pairs, *command]
        try:
            self._process = subprocess.Popen(
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
            raise _not_started(error.errno or errno.EIO, shown) from None
        self.pid = self._process.pid
        runtime.closers.add(self._forget)
        runtime.with_loop(self._watch)

    @property
    def running(self) -> bool:
        """Whether it has not been seen to end."""
        return self._process.returncode is None

    def kill(self, number: int) -> None:
        """Sends a signal. Raises `OSError`; a program that is over is `ESRCH`."""
        # Not `send_signal()`: that reaps the program, and its end would be seen twice.
        if self.running:
            os.kill(self.pid, number)
        else:
            raise ProcessLookupError

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        if hasattr(os, "pidfd_open"):
            self._watched = os.pidfd_open(self.pid)
            loop.add_reader(self._watched, self._over)
        else:
            waiting = threading.Thread(target=self._wait, args=(loop,), daemon=True)
            waiting.start()

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self._process.wait()
        loop.call_soon_threadsafe(self._over)

    def _over(self) -> None:
        code = self._process.wait()
        self._forget()
        if code < 0:
            self._ended(None, -code)
        else:
            self._ended(code, None)

    def _forget(self) -> None:
        self._runtime.closers.discard(self._forget)
        watched, self._watched = self._watched, -1
        if watched >= 0:
            self._runtime.with_loop(lambda loop: _unwatch(loop, watched))
            os.close(watched)


def _not_started(number: int, program: str) -> OSError:
    error = system_error(number, f"spawn {program}")
    error.filename = program
    return error


def _unwatch(loop: asyncio.AbstractEventLoop, fd: int) -> None:
    loop.remove_reader(fd)
