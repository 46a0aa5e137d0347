"""Messages as bytes: a line of JSON each, or (`"advanced"`) V8's structured clone behind a length.

The bytes are those that Node writes. A message is taken up to `LIMIT`, so that a peer that never
ends one can't fill our memory.
"""

from __future__ import annotations

import json
import json.encoder
import struct
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, Protocol

from ..._errors import ArgumentTypeError, ArgumentValueError, shown
from .advanced import decode, encode

SERIALIZATIONS = ("json", "advanced")

# The longest message, in bytes. Node has no limit; its own messages are a few hundred bytes.
LIMIT = 64 << 20

_OPTIONS: dict[str, Any] = {"check_circular": False, "allow_nan": False, "separators": (",", ":")}
_writer = json.JSONEncoder(ensure_ascii=False, **_OPTIONS)
_ascii_writer = json.JSONEncoder(**_OPTIONS)
_reader: Any = json.JSONDecoder(strict=False)


def _pieces_of() -> Callable[[Any, int], Iterable[str]]:
    """What `_writer.encode()` joins, without the parts that it makes anew for each message."""
    encoder: Any = json.encoder
    if encoder.c_make_encoder is None:  # no compiled accelerator
        return lambda message, _: _writer.iterencode(message)
    make, quote = encoder.c_make_encoder, encoder.encode_basestring
    pieces: Callable[[Any, int], Iterable[str]] = make(
        None, _writer.default, quote, None, ":", ",", False, False, False
    )
    return pieces


_pieces = _pieces_of()
# The decoder's own step, without the look for blanks that nobody sends.
_scan = _reader.scan_once


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
            frame = "".join(_pieces(message, 0)).encode() + b"\n"
        except UnicodeEncodeError:  # half of a surrogate pair: JSON has an escape for it
            frame = _ascii_writer.encode(message).encode() + b"\n"
        except (TypeError, ValueError, RecursionError) as error:
            text = f"message must be something that JSON can hold, not {shown(message)}: {error}"
            raise ArgumentTypeError(text) from error
        return frame if len(frame) <= LIMIT else _too_long(frame)

    def parse(self, frame: str) -> Any:
        """The message in a line. Raises `ValueError` for what is no JSON."""
        try:
            message, end = _scan(frame, 0)
            return message if end == len(frame) else _reader.decode(frame)
        except StopIteration:
            return _reader.decode(frame)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class AdvancedWire:
    """V8's structured clone, as Node's `serialization: "advanced"` has it."""

    lengths = True

    def frame(self, message: Any) -> bytes:
        """The bytes of a message. Raises `TypeError` for one that it can't hold."""
        payload = encode(message)
        frame = struct.pack(">I", len(payload)) + payload
        return frame if len(frame) <= LIMIT else _too_long(frame)

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


def _too_long(frame: bytes) -> NoReturn:
    text = f"message must be at most {LIMIT} bytes long, not {len(frame)}"
    raise ArgumentValueError(text, "ERR_OUT_OF_RANGE")
