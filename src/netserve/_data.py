"""Data on its way in: bytes, or text in an encoding."""

from __future__ import annotations

import codecs
from typing import Any

from ._errors import ArgumentTypeError, ArgumentValueError, shown, wrong_type

# Node's names for encodings that Python calls otherwise.
_NODE_ENCODINGS = {"binary": "latin-1", "ucs2": "utf-16-le", "ucs-2": "utf-16-le"}
_NODE_ENCODINGS |= {"utf16le": "utf-16-le", "utf-16le": "utf-16-le"}


def to_bytes(data: Any, encoding: Any = None) -> bytes:
    """What `write()` and `end()` take, as bytes that nobody else can change."""
    if data is None:
        raise ArgumentTypeError(
            "data must not be None: there is nothing to write", "ERR_STREAM_NULL_VALUES"
        )
    try:
        if isinstance(data, str):
            return str.encode(data, text_encoding("utf-8" if encoding is None else encoding))
        return data if type(data) is bytes else memoryview(data).tobytes()
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
