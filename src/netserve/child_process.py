"""Other programs with a channel to them: `fork()`. Node: `child_process`.

    child = fork("worker.py")
    child.on("message", lambda message, handle: print(message))
    child.send({"take": "this"}, socket)

The channel is the one that Node speaks, so the program may as well be a Node program
(`exec_path="node"`). In a Python child `netserve.process` is the other end.
"""

from __future__ import annotations

import contextvars
import os
import signal as _signal
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._arguments import check_bool, check_seconds
from ._errors import ArgumentValueError, shown, system_error, wrong_type
from ._events.abort import AbortSignal, error_of, on_abort
from ._processes.ipc import SERIALIZATIONS, Peer
from ._processes.spawn import Program
from ._processes.stdio import Ends, understand
from ._runtime import current
from ._socket.socket import Socket

__all__ = ["ChildProcess", "fork"]

SCRIPTS = (".py", ".pyw", ".pyc", ".js", ".mjs", ".cjs")


class ChildProcess(Peer):
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

    def __init__(self) -> None:
        self._runtime = current()
        self._context = contextvars.copy_context()
        self.pid = self.exit_code = self.signal_code = None
        self.killed = False
        self.spawnfile = ""
        self.spawnargs = []
        self.stdio = []
        self._program: Program | None = None
        self._referenced = True
        self._holding = False
        self._over = False
        self._forgetters: list[Callable[[], Any]] = []

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

        0 only asks. Raises `ValueError` (`ERR_UNKNOWN_SIGNAL`). Node: `child_process`,
        "subprocess.kill()".
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

    def _start(
        self,
        command: list[str],
        ends: Ends,
        *,
        cwd: str | None,
        env: Mapping[str, str],
        detached: bool,
        serialization: str,
    ) -> None:
        self.spawnfile, self.spawnargs = command[0], command
        try:
            self._program = Program(
                self._runtime,
                command,
                ends.places,
                cwd=cwd,
                env=env,
                detached=detached,
                passed=ends.passed,
                ended=self._ended,
            )
        except OSError as error:
            ends.close_ours()
            self._runtime.defer(self._emit, "error", error)
            return
        finally:
            ends.close_theirs()
        self.pid = self._program.pid
        self._recount()
        self.stdio = [self._stream(place, fd) for place, fd in enumerate(ends.ours)]
        self._open_channel(self._runtime, ends.channel, serialization)
        self._runtime.defer(self._emit, "spawn")

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
        self._runtime.reactor.poll(True)
        if self.stdin is not None:
            self.stdin.destroy()
        self._runtime.defer(self._exited)
        self._recount()

    def _exited(self) -> None:
        self._over = True
        self._emit("exit", self.exit_code, self.signal_code)
        self._tally.forget()
        for socket in self.stdio:
            if socket is not None and socket.readable_flowing is None:
                # Nobody reads it: what it holds must not keep `close` from coming.
                socket.resume()
        self._close_if_over()

    def _disconnected(self) -> None:
        super()._disconnected()
        self._close_if_over()

    def _close_if_over(self) -> None:
        open_ends = any(socket is not None and not socket.closed for socket in self.stdio)
        if self._over and not open_ends and self._core is None:
            self._over = False
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
    stdio: str | Iterable[Any] | None = None,
    detached: bool = False,
    serialization: str = "json",
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
    session of its own. `serialization`: `"json"` (the default) or `"advanced"`. After `timeout`
    seconds, or once `signal` is aborted, it gets `kill_signal`, by default SIGTERM.

    A program that can't be started is an `error` event (syscall `spawn <program>`). Wrong arguments
    raise `TypeError` or `ValueError`. Node: `child_process`, "child_process.fork()".
    """
    return launch(
        command_of(module, args, exec_path, exec_args),
        cwd=cwd,
        env=env,
        silent=silent,
        stdio=stdio,
        detached=detached,
        serialization=serialization,
        signal=signal,
        timeout=timeout,
        kill_signal=kill_signal,
    )


def launch(
    command: list[str],
    *,
    cwd: Any,
    env: Any,
    silent: bool,
    stdio: Any,
    detached: bool = False,
    serialization: str,
    signal: AbortSignal | None = None,
    timeout: float | None = None,
    kill_signal: int | str = _signal.SIGTERM,
) -> ChildProcess:
    """What `fork()` does, for a command that is complete."""
    kinds = understand(stdio, silent=check_bool(silent, "silent"))
    check_bool(detached, "detached")
    check_serialization(serialization)
    if signal is not None and not isinstance(signal, AbortSignal):
        raise wrong_type("signal", "an AbortSignal", signal)
    seconds = None if timeout is None else check_seconds(timeout, "timeout")
    number = signal_number(kill_signal, "kill_signal")
    folder = None if cwd is None else check_path(cwd, "cwd")
    environment = dict(os.environ if env is None else check_env(env))
    child = ChildProcess()
    ends = Ends(kinds)
    environment["NODE_CHANNEL_FD"] = str(ends.number)
    environment["NODE_CHANNEL_SERIALIZATION_MODE"] = serialization
    child._start(
        command,
        ends,
        cwd=folder,
        env=environment,
        detached=detached,
        serialization=serialization,
    )
    if seconds and child.pid is not None:
        child._forgetters.append(child._runtime.call_later(seconds, lambda: child.kill(number)))
    if signal is not None and signal.aborted:
        child._runtime.defer(child._call_off, signal, number)
    elif signal is not None:
        forget = on_abort(signal, lambda: child._call_off(signal, number))
        child._forgetters.append(forget)
    return child


def check_serialization(value: Any) -> str:
    """How a channel's messages look."""
    if value not in SERIALIZATIONS:
        message = f"serialization must be 'json' or 'advanced', not {shown(value)}"
        raise ArgumentValueError(message)
    return str(value)


def signal_number(signal: Any, name: str = "signal") -> int:
    """The number of a signal, from that or from its name."""
    if isinstance(signal, str) and signal in _signal.Signals.__members__:
        return _signal.Signals[signal]
    if isinstance(signal, bool) or not isinstance(signal, (int, str)):
        raise wrong_type(name, "a signal's number or name", signal)
    known = {0, *_signal.valid_signals()}
    if signal not in known:
        message = f"{name} must be a signal that this system knows, not {shown(signal)}"
        raise ArgumentValueError(message, "ERR_UNKNOWN_SIGNAL")
    return int(signal)


def command_of(module: Any, args: Any, exec_path: Any, exec_args: Any) -> list[str]:
    """The command that runs a script or a module."""
    name = check_path(module, "module")
    is_script = os.sep in name or name.endswith(SCRIPTS) or os.path.exists(name)
    run = [name] if is_script else ["-m", name]
    front = [check_path(exec_path, "exec_path"), *check_texts(exec_args, "exec_args")]
    return [*front, *run, *check_texts(args, "args")]


def check_texts(values: Any, name: str) -> list[str]:
    """What a program can be given as its arguments."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise wrong_type(name, "a list of str", values)
    return [_check_text(value, f"each of {name}") for value in values]


def check_path(value: Any, name: str) -> str:
    """The path of something that exists, or should."""
    text = _check_text(value, name)
    if not text:
        raise ArgumentValueError(f"{name} must not be empty")
    return text


def _check_text(value: Any, name: str) -> str:
    """A str or path that a program can be given."""
    try:
        text = os.fspath(value)
    except TypeError:
        raise wrong_type(name, "a str or a path", value) from None
    if not isinstance(text, str):
        raise wrong_type(name, "a str or a path", value)
    if "\0" in text:
        raise ArgumentValueError(f"{name} must not contain a zero byte: {shown(text)}")
    return _encodable(text, name)


def _encodable(text: str, name: str) -> str:
    try:
        os.fsencode(text)
    except UnicodeEncodeError as error:
        raise ArgumentValueError(f"{name} can't be encoded: {shown(text)}") from error
    return text


def check_env(env: Any) -> Mapping[str, str]:
    """What a program can be given as its environment."""
    if not isinstance(env, Mapping):
        raise wrong_type("env", "a mapping of str to str", env)
    for name, value in env.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise wrong_type(f"env[{name!r}]", "a str", value)
        if "\0" in name + value or "=" in name or not name:
            text = "env must have names without '=', and no zero bytes"
            raise ArgumentValueError(f"{text}, not {shown(name)}: {shown(value)}")
        _encodable(name + value, f"env[{name!r}]")
    return env
