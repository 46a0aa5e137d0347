"""Errors: Python's builtin classes, with Node's codes. `netserve.errors` says which is which."""

from __future__ import annotations

import errno as _errno
import os
import socket as _socket

__all__ = [
    "AbortError",
    "ArgumentSystemError",
    "ArgumentTypeError",
    "ArgumentValueError",
    "StateError",
    "code_of",
]


class ArgumentTypeError(TypeError):
    """An argument of the wrong type; `code` is Node's (`ERR_INVALID_ARG_TYPE`, ...)."""

    code: str

    def __init__(self, message: str, code: str = "ERR_INVALID_ARG_TYPE") -> None:
        super().__init__(message)
        self.code = code


class ArgumentValueError(ValueError):
    """An argument of the right type that is not allowed; `code` is Node's."""

    code: str

    def __init__(self, message: str, code: str = "ERR_INVALID_ARG_VALUE") -> None:
        super().__init__(message)
        self.code = code


class ArgumentSystemError(OSError, ArgumentValueError):
    """A path that is not allowed because the system would refuse it: an `OSError`, too.

    So `except OSError` around a server's start catches it.
    """

    def __init__(self, message: str, number: int, code: str = "ERR_INVALID_ARG_VALUE") -> None:
        super().__init__(message)
        self.errno = number
        self.strerror = message
        self.code = code

    def __str__(self) -> str:
        return str(self.strerror)


class StateError(RuntimeError):
    """A call that the object's state does not allow; `code` is Node's."""

    code: str

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


def destroyed_error(what: str, code: str) -> ConnectionAbortedError:
    """The error of a coroutine that does something (`what`) with a socket that was destroyed."""
    message = f"can't {what}: the socket was destroyed before its end"
    error = ConnectionAbortedError(_errno.ECONNABORTED, message)
    error.__dict__["code"] = code
    return error


def is_destroyed_error(error: BaseException) -> bool:
    """Whether it says no more than that the program itself has destroyed a socket."""
    destroyed = ("ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED")
    return isinstance(error, ConnectionAbortedError) and code_of(error) in destroyed


class AbortError(Exception):
    """What an `AbortSignal` called off; `code` is `"ABORT_ERR"`, `__cause__` the reason."""

    code = "ABORT_ERR"

    def __init__(self, message: str = "the operation was aborted") -> None:
        super().__init__(message)


def code_of(error: BaseException) -> str | None:
    """The code of an error (`"ECONNRESET"`, `"ERR_SOCKET_CLOSED"`), or `None` if it has none."""
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return code
    number = getattr(error, "errno", None)
    return _errno.errorcode.get(number) if isinstance(number, int) else None


def system_error(
    number: int,
    syscall: str,
    address: str | None = None,
    port: int | None = None,
    detail: str | None = None,
) -> OSError:
    """The `OSError` for a number of the system's, with everything known about where it happened."""
    code = _errno.errorcode.get(number, f"E{number}")
    where = _where(address, port)
    text = f"{syscall} {code}{where}: {detail or os.strerror(number)}"
    return annotate(OSError(number, text), code, syscall, address, port)


# What a process may be short of. That passes, and nobody it talks to is to blame.
_SHORTAGES = {_errno.EMFILE, _errno.ENFILE, _errno.ENOMEM, _errno.ENOBUFS, _errno.EAGAIN}


def is_shortage(error: BaseException) -> bool:
    """Whether an error says that this process, or the system, is short of something for now."""
    return isinstance(error, OSError) and error.errno in _SHORTAGES


def annotate(
    error: OSError,
    code: str,
    syscall: str,
    address: str | None = None,
    port: int | None = None,
) -> OSError:
    """Gives an `OSError` the attributes that every one of ours has."""
    extra: dict[str, object] = {"code": code, "syscall": syscall}
    if address is not None:
        extra["address"] = address
    if port is not None:
        extra["port"] = port
    error.__dict__.update(extra)
    return error


def lookup_error(error: OSError | UnicodeError, hostname: str) -> OSError:
    """The error of a name that does not resolve, as Node reports it, or of a lookup that failed."""
    if isinstance(error, UnicodeError):
        error = _socket.gaierror(_socket.EAI_NONAME, "not a name that DNS can hold")
    if not isinstance(error, _socket.gaierror):
        result = system_error(error.errno or _errno.EIO, "getaddrinfo", hostname)
        result.__dict__["hostname"] = hostname
        return result
    missing = (_socket.EAI_NONAME, getattr(_socket, "EAI_NODATA", _socket.EAI_NONAME))
    names = {getattr(_socket, name): name for name in dir(_socket) if name.startswith("EAI_")}
    code = "ENOTFOUND" if error.errno in missing else names.get(error.errno or 0, "EAI_FAIL")
    text = f"getaddrinfo {code} {hostname}: {error.strerror or 'the name does not resolve'}"
    result = _socket.gaierror(error.errno, text)
    annotate(result, code, "getaddrinfo")
    result.__dict__["hostname"] = hostname
    return result


def wrong_type(name: str, allowed: str, given: object) -> ArgumentTypeError:
    """`name` must be `allowed`, but `given` is of another type."""
    message = f"{name} must be {allowed}, not {type(given).__name__} ({shown(given)})"
    return ArgumentTypeError(message)


def out_of_range(name: str, allowed: str, given: object) -> ArgumentValueError:
    """`name` must be in a range that `given` is not in."""
    message = f"{name} must be {allowed}, not {shown(given)}"
    return ArgumentValueError(message, "ERR_OUT_OF_RANGE")


def shown(given: object) -> str:
    """What was given, for a message: short, and whatever its `__repr__` may do."""
    try:
        text = repr(given)
    except Exception:  # also an int with too many digits to print
        return f"a {type(given).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def _where(address: str | None, port: int | None) -> str:
    if address is None:
        return ""
    return f" {address}" if port is None else f" {address}:{port}"
