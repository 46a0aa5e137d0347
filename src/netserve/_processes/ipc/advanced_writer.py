"""Python's values as the bytes that V8 writes for theirs."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import NoneType
from typing import Any

from ..._errors import ArgumentTypeError, shown, wrong_type

HEADER = b"\xff\x0f"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SAFE_INTEGER = 2**53  # up to here a double holds every integer
FIRST_NO_INDEX = 2**32 - 1  # the length of an array has 32 bits: this key is a name again

_ALLOWED = "None, a bool, int, float, str, bytes, list, tuple, dict, set or datetime"

# What can't be changed has no identity worth keeping. Python has one `()` and one `b"a"` for all
# who ask: as references, JavaScript would get one array for them, and change it for all.
_IMMUTABLE = (bytes, tuple, frozenset, datetime)


def encode(message: object) -> bytes:
    """The payload for a message, header included: what Node itself would write for it.

    `None` is `null`; an int is a number, beyond 2**53 a BigInt; a str may hold half a surrogate
    pair; bytes, a bytearray or a memoryview is a `Buffer`; a list or tuple an array; a dict an
    object; a set or frozenset a `Set`; a datetime a `Date`, local time if it has no zone, cut to
    milliseconds. The keys of a dict are str or int and become what JavaScript makes of them: of
    `1` and `"1"` the last one counts, and those that look like an index go first. A list, dict,
    set, bytearray or memoryview that comes twice, or in itself, is one object there too.

    Raises `ArgumentTypeError` (`ERR_INVALID_ARG_TYPE`) for any other type, and for nesting as
    deep as Python's recursion limit. See "Advanced serialization" in Node's `child_process`.
    """
    writer = _Writer()
    try:
        _how(message)(writer, message)
    except RecursionError as error:
        kind = type(message).__name__
        raise ArgumentTypeError(f"message must be nested less deeply than this {kind}") from error
    except (ValueError, OverflowError, OSError) as error:  # such as a memoryview after release()
        text = f"message must be something that V8 can clone, not {shown(message)}: {error}"
        raise ArgumentTypeError(text) from error
    return bytes(writer.out)


def property_key(key: object) -> int | str:
    """A key as JavaScript has it: an int where it is the index of an array, otherwise a str."""
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int):
        key = int.__repr__(key)
    if not isinstance(key, str):
        raise wrong_type("a key in the message", "a str or an int", key)
    if not key.isascii():
        return _utf16(key).decode("utf-16-le", "surrogatepass")  # two halves make one character
    if key.isdigit() and len(key) <= 10 and (key[0] != "0" or key == "0"):
        index = int(key)
        return index if index < FIRST_NO_INDEX else key
    return key


class _Writer:
    """The bytes so far. A container calls `_how()` itself, so that a level costs one frame."""

    __slots__ = ("_count", "_seen", "out")

    def __init__(self) -> None:
        self.out = bytearray(HEADER)
        self._count = 0
        # By id; the object too, so that no other one gets its id.
        self._seen: dict[int, tuple[int, object]] = {}

    def none(self, _: None) -> None:
        self.out += b"0"

    def boolean(self, value: bool) -> None:
        self.out += b"T" if value else b"F"

    def integer(self, value: int) -> None:
        if -(2**31) <= value < 2**31:
            self.out += b"I" + _varint(value << 1 if value >= 0 else ~(value << 1))
        elif abs(value) <= SAFE_INTEGER:
            self.double(float(value))
        else:
            size = (value.bit_length() + 63) // 64 * 8
            self.out += b"Z" + _varint(size << 1 | (value < 0))
            self.out += abs(value).to_bytes(size, "little")

    def double(self, value: float) -> None:
        self.out += b"N" + struct.pack("<d", value)

    def text(self, value: str) -> None:
        try:
            data = value.encode("latin-1")
            head = b'"' + _varint(len(data))
        except UnicodeEncodeError:
            data = _utf16(value)
            head = b"c" + _varint(len(data))
            if (len(self.out) + len(head)) % 2:
                head = b"\0" + head  # V8 reads the characters where they lie: at an even place
        self.out += head
        self.out += data

    def buffer(self, value: bytes | bytearray | memoryview) -> None:
        if not self._repeats(value):
            data = bytes(value)
            self.out += b"\\\x00\x0a" + _varint(len(data))
            self.out += data

    def array(self, value: list[object] | tuple[object, ...]) -> None:
        if not self._repeats(value):
            size = _varint(len(value))
            self.out += b"A" + size
            for item in value:
                _how(item)(self, item)
            self.out += b"$\x00" + size

    def set_(self, value: Iterable[object]) -> None:
        if not self._repeats(value):
            items = list(value)
            self.out += b"'"
            for item in items:
                _how(item)(self, item)
            self.out += b"," + _varint(len(items))

    def object_(self, value: dict[object, object]) -> None:
        if not self._repeats(value):
            members = _members(value)
            self.out += b"o"
            for key, item in members:
                _how(key)(self, key)
                _how(item)(self, item)
            self.out += b"{" + _varint(len(members))

    def date(self, value: datetime) -> None:
        if not self._repeats(value):
            moment = value if value.utcoffset() is not None else value.astimezone()
            self.out += b"D" + struct.pack("<d", (moment - EPOCH) // timedelta(milliseconds=1))

    def _repeats(self, value: object) -> bool:
        """Whether it was written before, and is a reference now; otherwise it gets its number."""
        if not isinstance(value, _IMMUTABLE):
            number, _ = self._seen.setdefault(id(value), (self._count, value))
            if number < self._count:
                self.out += b"^" + _varint(number)
                return True
        self._count += 1
        return False


# Each takes values of the type that it stands at.
_Write = Callable[[_Writer, Any], None]

_WRITERS: dict[type, _Write] = {
    NoneType: _Writer.none,
    bool: _Writer.boolean,
    int: _Writer.integer,
    float: _Writer.double,
    str: _Writer.text,
    bytes: _Writer.buffer,
    bytearray: _Writer.buffer,
    memoryview: _Writer.buffer,
    list: _Writer.array,
    tuple: _Writer.array,
    dict: _Writer.object_,
    set: _Writer.set_,
    frozenset: _Writer.set_,
    datetime: _Writer.date,
}


def _how(value: object) -> _Write:
    """What writes a value: that of the first of its classes that has one."""
    for kind in type(value).__mro__:
        if kind in _WRITERS:
            return _WRITERS[kind]
    raise wrong_type("a value in the message", _ALLOWED, value)


def _members(value: dict[object, object]) -> list[tuple[int | str, object]]:
    """The members of an object in JavaScript's order: by index, then as they came."""
    members = {property_key(key): item for key, item in value.items()}
    order: list[int | str] = sorted(key for key in members if isinstance(key, int))
    order += (key for key in members if isinstance(key, str))
    return [(key, members[key]) for key in order]


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
