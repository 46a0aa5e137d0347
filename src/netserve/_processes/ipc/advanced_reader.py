"""What V8 wrote, as Python's values. Nothing here trusts the bytes."""

from __future__ import annotations

import math
import struct
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from .advanced_writer import EPOCH, SAFE_INTEGER, property_key

# 13: host objects have a tag of their own; 14: views have flags; 15 is what Node 20 to 26 write.
VERSIONS = range(13, 16)

# Bytes that a payload may claim beyond its own length: for the holes of its arrays, eight each,
# and for views of one buffer. Without a limit ten bytes could ask for an array of 2**32 holes.
SPARE = 16 << 20

# Keys of the same hash that a set or a dict may have. Looking one up passes by all the others, and
# whoever writes a message chooses its numbers, and so their hashes (those of strings and bytes have
# a secret in them). Of numbers below 2**61 no three have the same.
MOST_ALIKE = 16

_LONGEST_VARINT = 5  # bytes for 32 bits
_HOST_VIEW, _HOST_OBJECT = 0, 1  # what Node writes after the tag of a host object
_HOST_VIEW_KINDS = 14
_VIEW_KINDS = b"bBCwWdDhfFqQ?"
_ERRORS = {
    b"E": "EvalError",
    b"R": "RangeError",
    b"F": "ReferenceError",
    b"S": "SyntaxError",
    b"T": "TypeError",
    b"U": "URIError",
}
_UNFINISHED = object()

_T = TypeVar("_T")


def decode(payload: bytes) -> Any:
    """The message in a payload that begins with its header.

    `undefined`, `null` and the holes of an array are `None`. A number is an int if it is integral
    and at most 2**53 away from zero, except `-0.0`, otherwise a float; a BigInt is an int. A
    `Buffer`, `ArrayBuffer`, typed array or `DataView` is bytes. An array is a list without its
    named members, an object a dict with keys of str. A `Map` is a dict and a `Set` a set, if Python
    can hash its keys and tell them apart (`1` and `true` are equal here), and no more than 16 of
    them have the same hash; otherwise a list, of `(key, value)` pairs for a `Map`. A `Date` is a
    datetime in UTC, or `None` if it is invalid or in no year from 1 to 9999. A `RegExp` is its
    source, an `Error` a dict of its `name`, `message`, `stack` and `cause`, a `Number` and the like
    what is in it. An object that comes twice, or in itself, is one object here too.

    Raises `ValueError` for anything else: what is cut off, too long, nested as deeply as Python's
    recursion limit, or not written by V8; also for what claims 16 MiB beyond its own length. See
    "Advanced serialization" in Node's `child_process`.
    """
    payload = bytes(payload)
    lists: set[int] = set()
    try:
        message = _Reader(payload, lists).message()
        if lists:  # a reference to one of them may have been taken for a dict
            message = _Reader(payload, lists).message()
    except RecursionError as error:
        raise ValueError("the message is nested too deeply") from error
    return message


class _Reader:
    """One payload and a place in it. A container calls `next()` itself: a level is one frame."""

    def __init__(self, data: bytes, lists: set[int]) -> None:
        self._data = data
        self._at = 0
        self._version = 0
        self._spare = len(data) + SPARE
        self._objects: list[object] = []  # by number
        self._lists = lists  # numbers of the maps that can't be dicts

    def message(self) -> object:
        if self._take(1) != b"\xff":
            raise ValueError("there is no header")
        self._version = self._varint()
        if self._version not in VERSIONS:
            raise ValueError(f"version {self._version} of the format is not known")
        value = self.next()(self)
        if self._at < len(self._data):
            raise ValueError("there is more after the message")
        return value

    def next(self) -> Callable[[_Reader], object]:
        """What reads the value that comes next."""
        tag = self._take(1)
        while tag == b"\0":
            tag = self._take(1)
        if tag not in _READERS:
            raise ValueError(f"{tag!r} at {self._at - 1} is no tag of a value")
        return _READERS[tag]

    # Numbers and strings

    def none(self) -> None:
        return None

    def true(self) -> bool:
        return True

    def false(self) -> bool:
        return False

    def signed(self) -> int:
        number = self._varint()
        return number >> 1 ^ -(number & 1)

    def _varint(self) -> int:
        number = 0
        for place in range(_LONGEST_VARINT):
            byte = self._take(1)[0]
            number |= (byte & 0x7F) << 7 * place
            if byte < 0x80:
                return number
        raise ValueError("a number is too long")

    def double(self) -> int | float:
        value: float = struct.unpack("<d", self._take(8))[0]
        if not value.is_integer() or abs(value) > SAFE_INTEGER:
            return value
        return int(value) if value or math.copysign(1, value) > 0 else value

    def bigint(self) -> int:
        field = self._varint()
        number = int.from_bytes(self._take(field >> 1), "little")
        return -number if field & 1 else number

    def latin1(self) -> str:
        return self._take(self._varint()).decode("latin-1")

    def utf8(self) -> str:
        return self._take(self._varint()).decode("utf-8", "replace")

    def utf16(self) -> str:
        return self._take(self._varint()).decode("utf-16-le", "surrogatepass")

    # Objects: each takes its number before what is in it

    def boxed_true(self) -> bool:
        return self._keep(True)

    def boxed_false(self) -> bool:
        return self._keep(False)

    def boxed_double(self) -> int | float:
        return self._keep(self.double())

    def boxed_bigint(self) -> int:
        return self._keep(self.bigint())

    def boxed_text(self) -> str:
        return self._keep(self._text())

    def regexp(self) -> str:
        source = self._keep(self._text())
        self._varint()  # flags
        return source

    def date(self) -> datetime | None:
        milliseconds: float = struct.unpack("<d", self._take(8))[0]
        try:
            return self._keep(EPOCH + timedelta(milliseconds=milliseconds))
        except (ValueError, OverflowError):  # not a number, or not a year
            return self._keep(None)

    def error(self) -> dict[str, object]:
        result: dict[str, object] = self._keep({"name": "Error"})
        while not self._ends(b"."):
            tag = self._take(1)
            if tag in _ERRORS:
                result["name"] = _ERRORS[tag]
            elif tag == b"m":
                result["message"] = self._text()
            elif tag == b"s":
                result["stack"] = self._text()
            elif tag == b"c":
                result["cause"] = self.next()(self)
            else:
                raise ValueError(f"an Error has no part {tag!r}")
        return result

    def object_(self) -> dict[str, object]:
        result: dict[str, object] = self._keep({})
        while not self._ends(b"{"):
            key = self._key(result)
            result[key] = self.next()(self)
        self._expect(len(result))
        return result

    def dense_array(self) -> list[object]:
        items: list[object] = self._keep([])
        length = self._varint()
        for _ in range(length):
            items.append(None if self._ends(b"-") else self.next()(self))
        named: dict[str, object] = {}
        while not self._ends(b"$"):
            key = self._key(named)
            named[key] = self.next()(self)
        self._expect(len(named))
        self._expect(length)
        return items

    def sparse_array(self) -> list[object]:
        items: list[object] = self._keep([])
        members: dict[str, object] = {}
        length = self._varint()
        while not self._ends(b"@"):
            key = self._key(members)
            members[key] = self.next()(self)
        self._expect(len(members))
        self._expect(length)
        self._claim(8 * max(length - len(members), 0))
        items += [None] * length
        for key, value in members.items():
            index = property_key(key)
            if isinstance(index, int) and index < length:
                items[index] = value
        return items

    def set_(self) -> set[object] | list[object]:
        number = len(self._objects)
        items: list[object] = self._keep([])
        while not self._ends(b","):
            items.append(self.next()(self))
        self._expect(len(items))
        # One that is in itself, or in what it holds, is no set: what it holds has no hash.
        result = set(items) if self._differ(items) else items
        self._objects[number] = result
        return result

    def map_(self) -> dict[object, object] | list[tuple[object, object]]:
        number = len(self._objects)
        keys: list[object] = []
        pairs: list[tuple[object, object]] = []
        result: dict[object, object] = {}
        self._keep(pairs if number in self._lists else result)
        while not self._ends(b":"):
            keys.append(self.next()(self))
            pairs.append((keys[-1], self.next()(self)))
        self._expect(2 * len(pairs))
        if not self._differ(keys):
            self._lists.add(number)
            return pairs
        result.update(pairs)
        return result

    def reference(self) -> object:
        number = self._varint()
        known = self._objects[number] if number < len(self._objects) else _UNFINISHED
        if known is _UNFINISHED:
            raise ValueError(f"there is no object {number} to refer to")
        return self._viewed(known) if isinstance(known, bytes) else known

    def counted(self) -> object:
        self._varint()  # how many objects V8 has written so far
        return self.next()(self)

    # Buffers

    def buffer(self) -> bytes:
        return self._viewed(self._keep(self._take(self._varint())))

    def resizable_buffer(self) -> bytes:
        length = self._varint()
        self._varint()  # what it may grow to
        return self._viewed(self._keep(self._take(length)))

    def host(self) -> object:
        what = self._varint()
        if what == _HOST_OBJECT:
            number = len(self._objects)
            self._keep(_UNFINISHED)
            self._objects[number] = self.next()(self)
            return self._objects[number]
        if what != _HOST_VIEW or self._varint() >= _HOST_VIEW_KINDS:
            raise ValueError("a host object of an unknown kind")
        return self._keep(self._take(self._varint()))

    def _viewed(self, data: bytes) -> bytes:
        """The part of a buffer that a view shows, if a view follows; otherwise all of it."""
        if not self._ends(b"V"):
            return data
        kind, offset, length = self._take(1), self._varint(), self._varint()
        if self._version > 13:
            self._varint()  # flags
        if kind not in _VIEW_KINDS or offset + length > len(data):
            raise ValueError("a view of what is not there")
        self._claim(length)
        return self._keep(data[offset : offset + length])

    # What the others are made of

    def _take(self, size: int) -> bytes:
        start, self._at = self._at, self._at + size
        if self._at > len(self._data):
            raise ValueError("the message ends too early")
        return self._data[start : self._at]

    def _ends(self, mark: bytes) -> bool:
        """Whether this tag comes next; if so, it is taken."""
        found = self._data.startswith(mark, self._at)
        self._at += found
        return found

    def _expect(self, count: int) -> None:
        if self._varint() != count:
            raise ValueError("a count at the end of an object is wrong")

    def _claim(self, size: int) -> None:
        self._spare -= size
        if self._spare < 0:
            raise ValueError("the message claims far more room than it is long")

    def _differ(self, keys: list[object]) -> bool:
        """Whether Python can hash these keys and tells each from the others, in little time."""
        for key in keys:
            if type(key) is int:
                # It is read whole at every turn, however often the same one comes.
                self._claim(key.bit_length() >> 3)
        try:
            alike = Counter(map(hash, keys))
            return max(alike.values(), default=0) <= MOST_ALIKE and len(set(keys)) == len(keys)
        except TypeError:
            return False

    def _keep(self, value: _T) -> _T:
        """The value gets its number."""
        self._objects.append(value)
        return value

    def _text(self) -> str:
        value = self.next()(self)
        if type(value) is not str:
            raise ValueError("there should be a string")
        return value

    def _key(self, members: dict[str, object]) -> str:
        """The key of an object's next member."""
        key = self.next()(self)
        if type(key) is int:
            key = str(key)
        if type(key) is not str or key in members:
            raise ValueError("an object has a key that is none, or one twice")
        return key


_READERS: dict[bytes, Callable[[_Reader], object]] = {
    b"_": _Reader.none,
    b"0": _Reader.none,
    b"T": _Reader.true,
    b"F": _Reader.false,
    b"I": _Reader.signed,
    b"U": _Reader._varint,
    b"N": _Reader.double,
    b"Z": _Reader.bigint,
    b'"': _Reader.latin1,
    b"S": _Reader.utf8,
    b"c": _Reader.utf16,
    b"y": _Reader.boxed_true,
    b"x": _Reader.boxed_false,
    b"n": _Reader.boxed_double,
    b"z": _Reader.boxed_bigint,
    b"s": _Reader.boxed_text,
    b"R": _Reader.regexp,
    b"D": _Reader.date,
    b"r": _Reader.error,
    b"o": _Reader.object_,
    b"A": _Reader.dense_array,
    b"a": _Reader.sparse_array,
    b"'": _Reader.set_,
    b";": _Reader.map_,
    b"^": _Reader.reference,
    b"?": _Reader.counted,
    b"B": _Reader.buffer,
    b"~": _Reader.resizable_buffer,
    b"\\": _Reader.host,
}
