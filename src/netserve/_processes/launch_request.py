"""From what `fork()` was given to a program that can be started.

Everything is checked here, and made into one description that never changes; nothing is opened
before.
"""

from __future__ import annotations

import os
import signal as _signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .._arguments import check_bool, check_seconds, is_int
from .._errors import ArgumentValueError, shown, wrong_type
from .._events.abort import AbortSignal
from .ipc import SERIALIZATIONS
from .ipc.wire import DEFAULT_LIMIT, check_limit
from .stdio import Kind
from .stdio import understand as understand_stdio

SCRIPTS = (".py", ".pyw", ".pyc", ".js", ".mjs", ".cjs")


@dataclass(frozen=True)
class LaunchRequest:
    """A program to start, with a channel to it; checked."""

    command: list[str]
    # What each of its descriptors is: see `stdio`.
    stdio: list[Kind]
    cwd: str | None
    env: Mapping[str, str]
    serialization: str
    # The longest message of its channel, in bytes.
    message_limit: int = DEFAULT_LIMIT
    detached: bool = False
    signal: AbortSignal | None = None
    # Seconds until it gets `kill_signal`; `None`: never.
    timeout: float | None = None
    kill_signal: int = _signal.SIGTERM
    # The number that a cluster's worker gets.
    worker: int | None = None


def understand(
    command: list[str],
    *,
    cwd: object,
    env: Mapping[str, str],
    silent: object,
    stdio: object,
    serialization: object,
    message_limit: object,
    detached: object = False,
    signal: object = None,
    timeout: object = None,
    kill_signal: object = _signal.SIGTERM,
    worker: int | None = None,
) -> LaunchRequest:
    """Checks what a program is started with, but for its command. Raises `TypeError`, `ValueError`.

    `env` is the whole environment.
    """
    kinds = understand_stdio(stdio, silent=check_bool(silent, "silent"))
    if signal is not None and not isinstance(signal, AbortSignal):
        raise wrong_type("signal", "an AbortSignal", signal)
    return LaunchRequest(
        command,
        kinds,
        cwd=None if cwd is None else check_path(cwd, "cwd"),
        env=check_env(env),
        serialization=check_serialization(serialization),
        message_limit=check_limit(message_limit),
        detached=check_bool(detached, "detached"),
        signal=signal,
        timeout=None if timeout is None else check_seconds(timeout, "timeout"),
        kill_signal=signal_number(kill_signal, "kill_signal"),
        worker=worker,
    )


def check_serialization(value: object) -> str:
    """How a channel's messages look."""
    if value not in SERIALIZATIONS:
        message = f"serialization must be 'json' or 'advanced', not {shown(value)}"
        raise ArgumentValueError(message)
    return str(value)


def signal_number(signal: object, name: str = "signal") -> int:
    """The number of a signal, from that or from its name."""
    if isinstance(signal, str) and signal in _signal.Signals.__members__:
        return _signal.Signals[signal]
    if not is_int(signal) and not isinstance(signal, str):
        raise wrong_type(name, "a signal's number or name", signal)
    known = {0, *_signal.valid_signals()}
    if signal not in known:
        message = f"{name} must be a signal that this system knows, not {shown(signal)}"
        raise ArgumentValueError(message, "ERR_UNKNOWN_SIGNAL")
    return int(signal)


def command_of(module: object, args: object, exec_path: object, exec_args: object) -> list[str]:
    """The command that runs a script or a module."""
    name = check_path(module, "module")
    is_script = os.sep in name or name.endswith(SCRIPTS) or os.path.exists(name)
    run = [name] if is_script else ["-m", name]
    front = [check_path(exec_path, "exec_path"), *check_texts(exec_args, "exec_args")]
    return [*front, *run, *check_texts(args, "args")]


def check_texts(values: object, name: str) -> list[str]:
    """What a program can be given as its arguments."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise wrong_type(name, "a list of str", values)
    return [_check_text(value, f"each of {name}") for value in values]


def check_path(value: object, name: str) -> str:
    """The path of something that exists, or should."""
    text = _check_text(value, name)
    if not text:
        raise ArgumentValueError(f"{name} must not be empty")
    return text


def _check_text(value: object, name: str) -> str:
    """A str or path that a program can be given."""
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
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


def check_env(env: object) -> Mapping[str, str]:
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
