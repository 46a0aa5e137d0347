"""Messages as bytes: a line of JSON each, or (`"advanced"`) V8's structured clone behind a length.

The bytes are those that Node writes. A message has a limit, so that a peer that never ends one
can't fill our memory.

The core writes and reads the usual JSON by itself; what is unusual (numbers of many digits, half a
surrogate pair, deep nesting, subclasses) comes here, to Python's `json`, which then decides.
"""

from __future__ import annotations

import json
import struct
from typing import Any, NoReturn, Protocol

from ..._arguments import check_int
from ..._errors import ArgumentTypeError, ArgumentValueError, shown
from .advanced import decode, encode

SERIALIZATIONS = ("json", "advanced")

# The longest message, in bytes, unless the program says another. Node has no limit.
DEFAULT_LIMIT = 64 << 20
# What a program may say: at least room for the channel's own messages, the longest of which name a
# path; and less than what four bytes of length can say.
LIMITS = (1 << 12, 1 << 30)

SEPARATORS = (",", ":")
_writer = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=SEPARATORS)
_ascii_writer = json.JSONEncoder(allow_nan=False, separators=SEPARATORS)
_reader = json.JSONDecoder(strict=False)


class Wire(Protocol):
    """How messages look on a channel."""

    lengths: bool
    # The longest message, in bytes.
    limit: int

    def frame(self, message: object) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that can't be sent."""

    def parse(self, frame: Any) -> Any:
        """The message in what came. Raises `ValueError` for what is none."""


class JsonWire:
    """A line of JSON for each message."""

    lengths = False

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def frame(self, message: object) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that JSON can't hold."""
        try:
            frame = _writer.encode(message).encode() + b"\n"
        except UnicodeEncodeError:  # half of a surrogate pair: JSON has an escape for it
            frame = _ascii_writer.encode(message).encode() + b"\n"
        except (TypeError, ValueError, RecursionError) as error:
            text = f"message must be something that JSON can hold, not {shown(message)}: {error}"
            raise ArgumentTypeError(text) from error
        return frame if len(frame) <= self.limit else _too_long(len(frame), self.limit)

    def parse(self, frame: str) -> Any:
        """The message in a line. Raises `ValueError` for what is no JSON."""
        try:
            return _reader.decode(frame)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class AdvancedWire:
    """V8's structured clone, as Node's `serialization: "advanced"` has it."""

    lengths = True

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def frame(self, message: object) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that it can't hold."""
        payload = encode(message)
        frame = struct.pack(">I", len(payload)) + payload
        return frame if len(frame) <= self.limit else _too_long(len(frame), self.limit)

    def parse(self, frame: bytes) -> Any:
        """The message in a payload. Raises `ValueError` for what is none."""
        return decode(frame)


def wire(serialization: str, limit: int) -> Wire:
    """What a channel of this kind speaks; `limit`: the longest message, in bytes."""
    return AdvancedWire(limit) if serialization == "advanced" else JsonWire(limit)


def check_limit(value: object) -> int:
    """The longest message that a program may send or get, in bytes."""
    return check_int(value, "message_limit", *LIMITS, what="a number of bytes")


def _too_long(length: int, limit: int) -> NoReturn:
    text = f"message must be at most {limit} bytes long (its channel's message_limit), not {length}"
    raise ArgumentValueError(text, "ERR_OUT_OF_RANGE")
