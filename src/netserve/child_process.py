"""Other programs with a channel to them: `fork()`. Node: `child_process`.

    child = fork("worker.py")
    child.on("message", lambda message, handle: print(message))
    child.send({"take": "this"}, socket)

The channel is the one that Node speaks, so the program may as well be a Node program
(`exec_path="node"`). In a Python child `netserve.process` is the other end.
"""

from __future__ import annotations

import contextvars
import functools
import os
import signal as _signal
import sys
from collections.abc import Callable, Iterable, Mapping

from ._errors import system_error
from ._events.abort import AbortSignal, error_of, on_abort
from ._processes.events import ChildEvents
from ._processes.inherited import environment, inherited
from ._processes.ipc import ClusterSide, Peer
from ._processes.ipc.wire import DEFAULT_LIMIT
from ._processes.keywords import Serialization, Stdio
from ._processes.launch_request import LaunchRequest, command_of, signal_number, understand
from ._processes.spawn import Program, not_started
from ._processes.stdio import Ends
from ._runtime import current
from ._shown import as_shown
from ._socket.socket import Socket

__all__ = ["ChildProcess", "fork"]


class ChildProcess(Peer, ChildEvents):
    """A program that `fork()` started. Node: `child_process`, "Class: ChildProcess".

    Events: `spawn`, `message(message, handle)`, `disconnect`, `error(exc)`, `exit(code, signal)`
    (the program is over: one of the two is `None`), `close(code, signal)` (its output is, too).
    """

    pid: int | None
    """Its process number; `None` when it could not be started."""
    exit_code: int | None
    """What it ended with; `None` while it runs, and when a signal ended it."""
    signal_code: _signal.Signals | None
    """The signal that ended it, if one did."""
    killed: bool
    """Whether `kill()` has sent it a signal."""
    spawnfile: str
    """The program that runs."""
    spawnargs: list[str]
    """The whole command, the program first."""
    stdio: list[Socket | None]
    """Our end of each of its descriptors: a `Socket` where `stdio` made a pipe of it."""

    def __init__(self, request: LaunchRequest, cluster: ClusterSide | None = None) -> None:
        super().__init__(cluster)
        self._runtime = current()
        self._base_context = contextvars.copy_context()
        self.pid = self.exit_code = self.signal_code = None
        self.killed = False
        self.spawnfile, self.spawnargs = request.command[0], request.command
        self.stdio = []
        self._program: Program | None = None
        self._referenced = True
        self._holding = False
        # `exit` was emitted, and `close` is still to come.
        self._owes_close = False
        self._forgetters: list[Callable[[], object]] = []
        self._start(request)

    def __repr__(self) -> str:
        """Its process number, its channel, and what it ended with."""
        number = "not started" if self.pid is None else f"pid {self.pid}"
        ended = ""
        if self.signal_code is not None:
            ended = f"ended by {self.signal_code.name}"
        elif self.exit_code is not None:
            ended = f"ended with {self.exit_code}"
        return as_shown(self, number, "connected" if self.connected else "disconnected", ended)

    @property
    def stdin(self) -> Socket | None:
        """Its standard input, where `stdio` made a pipe of it.

        Node: `child_process`, "subprocess.stdin".
        """
        return self.stdio[0] if self.stdio else None

    @property
    def stdout(self) -> Socket | None:
        """Its standard output, where `stdio` made a pipe of it.

        Node: `child_process`, "subprocess.stdout".
        """
        return self.stdio[1] if len(self.stdio) > 1 else None

    @property
    def stderr(self) -> Socket | None:
        """Its standard error, where `stdio` made a pipe of it.

        Node: `child_process`, "subprocess.stderr".
        """
        return self.stdio[2] if len(self.stdio) > 2 else None

    def kill(self, signal: int | str = _signal.SIGTERM) -> bool:
        """Sends a signal, a number or a name; whether the program was there to get it.

        0 sends nothing, and only tells whether it is there. Raises `ValueError`
        (`ERR_UNKNOWN_SIGNAL`). Node: `child_process`, "subprocess.kill()".
        """
        number = signal_number(signal)
        if self._program is None or not self._program.running:
            return False
        try:
            self._program.kill(number)
        except ProcessLookupError:
            return False
        except OSError as error:
            self._emit("error", system_error(error.errno or 0, "kill"))
            return False
        self.killed = True
        return True

    def ref(self) -> None:
        """Lets the running program keep this one alive: the default.

        Node: `child_process`, "subprocess.ref()".
        """
        self._referenced = True
        self._recount()

    def unref(self) -> None:
        """Lets this program end before the other, as far as its channel does not keep it.

        Node: `child_process`, "subprocess.unref()".
        """
        self._referenced = False
        self._recount()

    # Its life

    def _start(self, request: LaunchRequest) -> None:
        try:
            ends = Ends(request.stdio)
        except OSError as error:
            failure = not_started(error, self.spawnfile)
            self._runtime.defer(self._emit, "error", failure)
            return
        try:
            self._program = Program(
                self._runtime,
                request.command,
                ends.places,
                cwd=request.cwd,
                env=environment(
                    request.env,
                    ends.number,
                    ends.inode,
                    serialization=request.serialization,
                    limit=request.message_limit,
                    worker=request.worker,
                ),
                detached=request.detached,
                passed=ends.passed,
                ended=self._ended,
            )
        except OSError as error:
            ends.close_ours()
            self._runtime.defer(self._emit, "error", error)
        else:
            self.pid = self._program.pid
            self._recount()
            self.stdio = [self._stream(place, fd) for place, fd in enumerate(ends.ours)]
            self._open_channel(
                self._runtime, ends.channel, request.serialization, request.message_limit
            )
            self._runtime.defer(self._emit, "spawn")
            self._limit(request)
            self._obey(request)
        finally:
            ends.close_theirs()

    def _limit(self, request: LaunchRequest) -> None:
        """Sees to it that the program does not run longer than it may."""
        if request.timeout:
            kill = functools.partial(self.kill, request.kill_signal)
            self._forgetters.append(self._runtime.call_later(request.timeout, kill))

    def _obey(self, request: LaunchRequest) -> None:
        """Has an aborted signal end the program."""
        signal = request.signal
        if signal is None:
            return
        call_off = functools.partial(self._call_off, signal, request.kill_signal)
        if signal.aborted:
            self._runtime.defer(call_off)
        else:
            self._forgetters.append(on_abort(signal, call_off))

    def _stream(self, place: int, fd: int | None) -> Socket | None:
        """Our end of a pipe."""
        if fd is None:
            return None
        socket = Socket(fd=fd, readable=place != 0, writable=place not in (1, 2))
        socket.on("close", lambda _: self._close_if_over())
        return socket

    def _recount(self) -> None:
        running = self._program is not None and self._program.running
        holding = running and self._referenced
        if holding != self._holding:
            self._holding = holding
            if holding:
                self._runtime.reactor.hold()
            else:
                self._runtime.reactor.release()

    def _ended(self, code: int | None, number: int | None) -> None:
        """The program is over."""
        self.exit_code = code
        self.signal_code = None if number is None else _signal.Signals(number)
        for forget in self._forgetters:
            forget()
        # What it said before its end comes first.
        if self._link is not None:
            self._link.core.drain()
        self._runtime.reactor.poll(True)
        if self.stdin is not None:
            self.stdin.destroy()
        self._runtime.defer(self._exited)
        self._recount()

    def _exited(self) -> None:
        self._owes_close = True
        self._emit("exit", self.exit_code, self.signal_code)
        if self._link is not None:
            self._link.counts.forget()
        for socket in self.stdio:
            if socket is not None and socket.readable_flowing is None:
                # No listener reads it: what it holds must not keep `close` from coming.
                socket.resume()
        self._close_if_over()

    def _disconnected(self) -> None:
        super()._disconnected()
        self._close_if_over()

    def _close_if_over(self) -> None:
        open_ends = any(socket is not None and not socket.closed for socket in self.stdio)
        if self._owes_close and not open_ends and self.channel is None:
            self._owes_close = False
            self._emit("close", self.exit_code, self.signal_code)

    def _call_off(self, signal: AbortSignal, number: int) -> None:
        if self.kill(number):
            self._emit("error", error_of(signal))


def fork(
    module: str | os.PathLike[str],
    args: Iterable[str] = (),
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    exec_path: str | os.PathLike[str] = sys.executable,
    exec_args: Iterable[str] = (),
    silent: bool = False,
    stdio: Stdio | None = None,
    detached: bool = False,
    serialization: Serialization = "json",
    message_limit: int = DEFAULT_LIMIT,
    signal: AbortSignal | None = None,
    timeout: float | None = None,
    kill_signal: int | str = _signal.SIGTERM,
) -> ChildProcess:
    """Starts a program with a channel to it.

    `module` is the path of a script or the name of a module (`"package.module"`); `exec_path` runs
    it, with `exec_args` in front. `stdio` lists what its descriptors are: `"inherit"` (the default
    for the first three), `"pipe"` (the default when `silent`), `"ignore"`, a descriptor or an
    object that has one, and exactly once `"ipc"`; or one of the first three words for all. `cwd` is
    the folder that it runs in, at first ours; `env` replaces our environment. `detached`: in a
    session of its own. `serialization`: `"json"` (the default) or `"advanced"`. `message_limit`:
    the longest message in bytes, either way, from 4096 to 1 GiB; 64 MiB by default. What is longer
    is refused by `send()`, and from the program it is an `error` (`ERR_IPC_BROKEN_CHANNEL`), and
    the channel is closed; Node has no limit. After `timeout` seconds, or once `signal` is aborted,
    it gets `kill_signal`, by default SIGTERM.

    Messages wait until there is a `message` listener; when more than 128 KiB of them do, the
    channel is not read, and the program's `send()` hears of it.

    A program that can't be started is an `error` event (syscall `spawn <program>`), also where it
    is for want of descriptors or memory; its `filename` is that of the program, or `cwd`, if one of
    them is at fault. Wrong arguments raise `TypeError` or `ValueError`. Node: `child_process`,
    "child_process.fork()".
    """
    inherited()  # what was meant for this process alone is no part of its environment
    command = command_of(module, args, exec_path, exec_args)
    request = understand(
        command,
        cwd=cwd,
        env=os.environ if env is None else env,
        silent=silent,
        stdio=stdio,
        detached=detached,
        serialization=serialization,
        message_limit=message_limit,
        signal=signal,
        timeout=timeout,
        kill_signal=kill_signal,
    )
    return ChildProcess(request)
