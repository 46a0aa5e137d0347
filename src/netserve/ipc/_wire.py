"""Messages as bytes: a line of JSON each, or (`"advanced"`) V8's structured clone behind a length.

The bytes are those that Node writes. A message is taken up to `LIMIT`, so that a peer that never
ends one can't fill our memory.
"""

from __future__ import annotations

import json
import struct
from typing import Any, Protocol

from .._errors import ArgumentTypeError, ArgumentValueError, shown
from ._advanced import decode, encode

SERIALIZATIONS = ("json", "advanced")

# The longest message, in bytes. Node has no limit; its own messages are a few hundred bytes.
LIMIT = 64 << 20

_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_write_ascii = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_read = json.JSONDecoder(strict=False).decode


class Wire(Protocol):
    """How messages look on a channel."""

    lengths: bool

    def frame(self, message: Any) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that can't be sent."""

    def parse(self, frame: Any) -> Any:
        """The message in what came. Raises `ValueError` for what is none."""


class JsonWire:
    """A line of JSON for each message."""

    lengths = False

    def frame(self, message: Any) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that JSON can't hold."""
        try:
            text = _write(message)
            try:
                return _sized(text.encode() + b"\n")
            except UnicodeEncodeError:  # half of a surrogate pair: JSON has an escape for it
                return _sized(_write_ascii(message).encode() + b"\n")
        except (TypeError, ValueError, RecursionError) as error:
            if isinstance(error, ArgumentValueError):
                raise
            message = f"message must be something that JSON can hold, not {shown(message)}: {error}"
            raise ArgumentTypeError(message) from error

    def parse(self, frame: str) -> Any:
        """The message in a line. Raises `ValueError` for what is no JSON."""
        try:
            return _read(frame)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class AdvancedWire:
    """V8's structured clone, as Node's `serialization: "advanced"` has it."""

    lengths = True

    def frame(self, message: Any) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that it can't hold."""
        payload = encode(message)
        return _sized(struct.pack(">I", len(payload)) + payload)

    def parse(self, frame: bytes) -> Any:
        """The message in a payload. Raises `ValueError` for what is none."""
        return decode(frame)


def wire(serialization: str) -> Wire:
    """What a channel of this kind speaks."""
    return AdvancedWire() if serialization == "advanced" else JsonWire()


def is_internal(message: Any) -> bool:
    """Whether a message is for the channel itself, not for `message` listeners."""
    command = message.get("cmd") if type(message) is dict else None
    return type(command) is str and command.startswith("NODE_") and len(command) > len("NODE_")


def _sized(frame: bytes) -> bytes:
    if len(frame) > LIMIT:
        raise ArgumentValueError(
            f"message must be at most {LIMIT} bytes long, not {len(frame)}", "ERR_OUT_OF_RANGE"
        )
    return frame
