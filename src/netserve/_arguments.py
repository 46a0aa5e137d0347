"""What arguments may be: each function returns the value that is used, or raises.

`TypeError` (`ERR_INVALID_ARG_TYPE`) is for a value of the wrong type, `ValueError` for one that is
not allowed; each message says what was given and what is allowed. Nothing is opened here.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import sys
from collections.abc import Callable
from typing import TypeGuard, TypeVar

from ._errors import (
    ArgumentSystemError,
    ArgumentTypeError,
    ArgumentValueError,
    out_of_range,
    shown,
    wrong_type,
)

C = TypeVar("C", bound="Callable[..., object] | None")

# sizeof(sockaddr_un.sun_path): 108 on Linux, 104 on macOS and the BSDs.
PATH_SPACE = 108 if sys.platform.startswith("linux") else 104

# Node's timers are limited to 2**31-1 milliseconds; so are these.
LONGEST = 2147483.647

_NUMERIC = re.compile(r"\s*(0[xX][0-9a-fA-F]+|[0-9]+)\s*\Z")

# Node's names for encodings that Python calls otherwise.
_NODE_ENCODINGS = {"binary": "latin-1", "ucs2": "utf-16-le", "ucs-2": "utf-16-le"}
_NODE_ENCODINGS |= {"utf16le": "utf-16-le", "utf-16le": "utf-16-le"}


def is_int(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number; Python's `True` is one too, and no argument of ours."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number, whole or not; `True` is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_int(
    value: object,
    name: str,
    low: int,
    high: int,
    *,
    what: str = "a whole number",
    allowed: str | None = None,
    code: str = "ERR_OUT_OF_RANGE",
) -> int:
    """A whole number from `low` to `high`. `what` and `allowed` are the words of the messages."""
    if not is_int(value):
        raise wrong_type(name, what, value)
    if not low <= value <= high:
        message = f"{name} must be {allowed or f'from {low} to {high}'}, not {shown(value)}"
        raise ArgumentValueError(message, code)
    return int(value)  # `int()` of an enumeration's flag keeps the bits that have no name


def check_seconds(value: object, name: str) -> float:
    """A duration: a number of seconds, not negative, finite."""
    if not is_number(value):
        raise wrong_type(name, "a number of seconds", value)
    if not 0 <= value <= LONGEST:
        raise out_of_range(name, f"from 0 to {LONGEST} seconds", value)
    return float(value)


def check_bool(value: object, name: str) -> bool:
    """A flag."""
    if not isinstance(value, bool):
        raise wrong_type(name, "a bool", value)
    return value


def check_choice(value: object, name: str, choices: tuple[str, ...]) -> None:
    """One of a few words."""
    allowed = " or ".join(map(repr, choices))
    if not isinstance(value, str):
        raise wrong_type(name, allowed, value)
    if value not in choices:
        raise ArgumentValueError(f"{name} must be {allowed}, not {shown(value)}")


def check_whole(value: object, name: str, high: int, *, what: str) -> int:
    """A whole number from 0 to `high`, which may be written as a float, as in Node."""
    if not is_number(value):
        raise wrong_type(name, what, value)
    if not 0 <= value <= high or value != int(value):
        raise out_of_range(name, f"a whole number from 0 to {high}", value)
    return int(value)


def check_size(value: object, name: str) -> int:
    """A number of bytes."""
    allowed, what = "0 or more bytes", "a whole number of bytes"
    return check_int(value, name, 0, 2**63 - 1, what=what, allowed=allowed)


def check_callback(value: C, name: str = "callback") -> C:
    """A function, or `None`."""
    if value is not None and not callable(value):
        raise wrong_type(name, "a function or None", value)
    return value


# Addresses


def numeric_port(value: object) -> bool:
    """Whether a lone first argument means a port: a number, or a str that is one."""
    if isinstance(value, str):
        return _NUMERIC.match(value) is not None
    return is_number(value)


def check_port(value: object, name: str = "port") -> int:
    """A port number from 0 to 65535, from an int or a numeric string."""
    number: object = value
    if isinstance(value, str) and _NUMERIC.match(value):
        digits = value.strip().lstrip("0") or "0"
        if len(digits) > 8:  # Python refuses to convert more digits than a limit of its own
            raise _bad_port(name, value)
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, (str, float)):
        raise _bad_port(name, value)
    if not is_int(number):
        error = wrong_type(name, "an int or a numeric str", value)
        error.code = "ERR_SOCKET_BAD_PORT" if value is None else error.code
        raise error
    if not 0 <= number <= 65535:
        raise _bad_port(name, value)
    return number


def _bad_port(name: str, value: object) -> ArgumentValueError:
    message = f"{name} must be a whole number from 0 to 65535, not {shown(value)}"
    return ArgumentValueError(message, "ERR_SOCKET_BAD_PORT")


def check_path(value: object) -> str:
    """A path for a local socket that the system has room for; `\\0` in front: abstract.

    What the system itself would refuse is an `OSError` as well as a `ValueError`.
    """
    if not isinstance(value, (str, os.PathLike)):
        raise wrong_type("path", "a str or os.PathLike", value)
    try:
        path = os.fspath(value)
        encoded = os.fsencode(path)
    except UnicodeError as error:
        raise ArgumentSystemError(f"path can't be encoded: {shown(value)}", errno.EILSEQ) from error
    except Exception as error:
        raise wrong_type("path", "a str or os.PathLike of str", value) from error
    if not isinstance(path, str):
        raise wrong_type("path", "a str or os.PathLike of str", value)
    if path == "":
        raise ArgumentSystemError("path must not be empty", errno.ENOENT)
    abstract = path.startswith("\0")
    if "\0" in path[1:]:
        message = f"path must not contain a zero byte, except as first: {path!r}"
        raise ArgumentSystemError(message, errno.EINVAL)
    if abstract and not sys.platform.startswith("linux"):
        message = f"an abstract path ({path!r}) exists on Linux only"
        raise ArgumentSystemError(message, errno.ENOENT)
    # A path in the file system ends with a zero byte, an abstract one doesn't.
    room = PATH_SPACE if abstract else PATH_SPACE - 1
    size = len(encoded)
    if size > room:
        message = f"path must be at most {room} bytes long on this system, not {size}: {path!r}"
        raise ArgumentSystemError(message, errno.ENAMETOOLONG)
    return path


def check_host(value: object, name: str = "host") -> str:
    """A host name or an address."""
    if not isinstance(value, str):
        raise wrong_type(name, "a str", value)
    if "\0" in value:
        raise ArgumentValueError(f"{name} must not contain a zero byte: {shown(value)}")
    return value


def check_family(value: object) -> int:
    """0, 4 or 6, from that or from `"IPv4"` and `"IPv6"`."""
    families: dict[object, int] = {0: 0, 4: 4, 6: 6, "IPv4": 4, "IPv6": 6}
    if not is_int(value) and not isinstance(value, str):
        raise wrong_type("family", "0, 4, 6, 'IPv4' or 'IPv6'", value)
    if value not in families:
        message = f"family must be 0, 4, 6, 'IPv4' or 'IPv6', not {shown(value)}"
        raise ArgumentValueError(message)
    return families[value]


# Data and text


def to_bytes(data: object, encoding: object = None) -> bytes:
    """What `write()` and `end()` take, as bytes that nobody else can change."""
    if data is None:
        raise ArgumentTypeError(
            "data must not be None: there is nothing to write", "ERR_STREAM_NULL_VALUES"
        )
    try:
        if isinstance(data, str):
            return str.encode(data, text_encoding("utf-8" if encoding is None else encoding))
        # What is no buffer is refused below.
        return data if type(data) is bytes else memoryview(data).tobytes()  # type: ignore[arg-type]
    except UnicodeEncodeError as error:
        message = f"data has characters that {error.encoding} can't hold: {shown(data)}"
        raise ArgumentValueError(message) from None
    except (ValueError, BufferError) as error:
        if isinstance(error, ArgumentValueError):
            raise
        raise ArgumentValueError(f"data can't be read: {error}") from None
    except TypeError as error:
        if isinstance(error, ArgumentTypeError):
            raise
        raise wrong_type("data", "bytes-like or a str", data) from None


def text_encoding(name: object) -> str:
    """Python's name for a text encoding, from that or from Node's."""
    if not isinstance(name, str):
        raise wrong_type("encoding", "a str", name)
    wanted = _NODE_ENCODINGS.get(name.lower(), name)
    try:
        known = codecs.lookup(wanted)
    except (LookupError, ValueError):
        known = None
    if known is None or not known._is_text_encoding:
        message = f"encoding must be a text encoding that Python knows, not {name!r}"
        raise ArgumentValueError(message, "ERR_UNKNOWN_ENCODING")
    return known.name
