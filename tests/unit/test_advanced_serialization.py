"""Node's `serialization: "advanced"`: what comes back, what is refused, and no crash."""

from __future__ import annotations

import math
import struct
import time
import tracemalloc
from collections import OrderedDict, namedtuple
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netserve._errors import ArgumentTypeError
from netserve._processes.ipc.advanced import decode, encode
from tests.unit.advanced_values import characters, values

HEADER = b"\xff\x0f"
MIB = 1 << 20
NOON = datetime(2020, 2, 29, 12, 0, 0, 5000, tzinfo=UTC)


@given(values)
def test_what_is_encoded_decodes_to_an_equal_value(value):
    assert decode(encode(value)) == value


@given(st.text(characters))
@example("\ud83d\ude00")
@example("\udfff\ud800")
def test_text_is_utf_16_and_may_hold_half_a_pair(text):
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert decode(encode(text)) == joined
    assert decode(encode({text: text})) == {joined: joined}


class Level(IntEnum):
    HIGH = 3


class Name(StrEnum):
    ANN = "ann"


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        (5.0, 5),
        (2.0**53, 2**53),
        (2.0**54, 2.0**54),
        ((1, "a"), [1, "a"]),
        (frozenset([2]), {2}),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"abcd")[::2], b"ac"),
        (memoryview(bytes(8)).cast("d"), bytes(8)),
        (Level.HIGH, 3),
        (Name.ANN, "ann"),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (namedtuple("Point", "x y")(1, 2), [1, 2]),
        ({frozenset([1])}, [{1}]),
        ({1: "a", "1": "b"}, {"1": "b"}),
        ({True: "a", "true": "b"}, {"true": "b"}),
        ({"\ud83d\ude00": 1, "😀": 2}, {"😀": 2}),
        (NOON.astimezone(timezone(timedelta(hours=-7))), NOON),
        (NOON + timedelta(microseconds=999), NOON),
    ],
    ids=lambda value: repr(value).partition(" at 0x")[0],
)
def test_what_has_no_twin_comes_back_as_its_nearest(value, comes_back):
    assert repr(decode(encode(value))) == repr(comes_back)


@pytest.fixture
def nine_hours_ahead(monkeypatch) -> Iterator[None]:
    """Makes local time nine hours more than UTC."""
    monkeypatch.setenv("TZ", "AHEAD-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("nine_hours_ahead")
def test_a_datetime_without_a_zone_is_local_time():
    assert decode(encode(datetime(2020, 1, 1, 9))) == datetime(2020, 1, 1, tzinfo=UTC)


def test_what_is_shared_stays_shared_if_it_can_change():
    for shared in ([], {}, {1}, bytearray(b"x")):
        first, (second,) = decode(encode([shared, [shared]]))
        assert first is second


def test_what_cannot_change_is_written_each_time():
    for shared in ((), (1, 2), b"x", frozenset(), NOON):
        assert b"^" not in encode([shared, shared])
    number_after_copies = encode([(one := []), (), b"", one])
    assert number_after_copies == HEADER + b"A\4A\0$\0\0A\0$\0\0\\\0\x0a\0^\1$\0\4"


def test_objects_made_while_writing_are_not_taken_for_one_another():
    class Fresh(dict[str, Any]):
        def items(self):
            return ((str(number), [number]) for number in range(50))

    assert decode(encode(Fresh())) == {str(number): [number] for number in range(50)}


class Odd:
    def __repr__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize("value", [object(), print, 1j, range(3), date(2020, 1, 1), Odd(), int])
@pytest.mark.parametrize("within", [lambda v: v, lambda v: [v], lambda v: {"a": (v,)}])
def test_another_type_is_named_in_the_error(value, within):
    with pytest.raises(ArgumentTypeError, match=type(value).__name__) as caught:
        encode(within(value))
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("key", [None, 1.5, b"a", (1, 2)])
def test_a_key_is_text_or_an_int(key):
    with pytest.raises(ArgumentTypeError, match=f"key.*{type(key).__name__}") as caught:
        encode({key: 1})
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def test_a_value_that_cannot_be_read_is_a_wrong_one():
    released = memoryview(b"abc")
    released.release()
    for value in (released, {10**5000: 1}):
        with pytest.raises(ArgumentTypeError) as caught:
            encode(value)
        assert caught.value.code == "ERR_INVALID_ARG_TYPE"


def nested(kind: type, depth: int) -> Any:
    value: Any = None
    for _ in range(depth):
        value = {"a": value} if kind is dict else kind([value])
    return value


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_nesting_has_a_limit_that_is_an_error(kind):
    assert decode(encode(nested(kind, 500)))
    with pytest.raises(ArgumentTypeError, match=f"nested.*{kind.__name__}") as caught:
        encode(nested(kind, 100_000))
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("head", [b"A\1", b'o"\1a', b"a\1I\0", b"'", b";0", b"rc", b"\\\1", b"?\1"])
def test_deep_nesting_of_a_peer_is_an_error(head):
    with pytest.raises(ValueError, match="nested too deeply"):
        decode(HEADER + head * 100_000)


# One fault each.
FAULTS: dict[str, bytes] = {
    "nothing": b"",
    "no header": b"I\2",
    "half a header": b"\xff",
    "a version to come": b"\xff\x10I\2",
    "an old version": b"\xff\x0cI\2",
    "no value": HEADER,
    "only padding": HEADER + b"\0" * 100,
    "something after the value": HEADER + b"I\2I\2",
    "an unknown tag": HEADER + b"K",
    "a function of WebAssembly": HEADER + b"w\0",
    "a varint without end": HEADER + b"I" + b"\x80" * 1000 + b"\1",
    "a huge string": HEADER + b'"\xff\xff\xff\xff\x0fa',
    "half a character": HEADER + b"c\3aaa",
    "a huge BigInt": HEADER + b"Z\xfe\xff\xff\xff\x0f\1",
    "half a double": HEADER + b"N\0\0",
    "a huge buffer": HEADER + b"B\xff\xff\xff\xff\x0f",
    "a huge dense array": HEADER + b"A\xff\xff\xff\xff\x0f0",
    "a huge sparse array": HEADER + b"a\xff\xff\xff\xff\x0f@\0\xff\xff\xff\xff\x0f",
    "many large sparse arrays": HEADER + b"A\x64" + b"a\x80\x80\x40@\0\x80\x80\x40" * 100,
    "a wrong length at the end": HEADER + b"A\1I\2$\0\2",
    "a wrong count of members": HEADER + b'o"\1aI\2{\2',
    "a wrong count of pairs": HEADER + b";I\2I\2:\1",
    "a wrong count of a set": HEADER + b"'I\2,\2",
    "a key without value": HEADER + b'o"\1a{\1',
    "the same key twice": HEADER + b'o"\1aI\2"\1aI\4{\2',
    "an index twice": HEADER + b'oI\2I\2"\0011I\4{\2',
    "a key that is none": HEADER + b"oTI\2{\1",
    "a key of too many digits": HEADER + b"oZ\x80\x20" + b"\xff" * 2048 + b"I\2{\1",
    "a hole outside an array": HEADER + b"-",
    "a reference to nothing": HEADER + b"^\0",
    "a reference to what comes later": HEADER + b"A\2^\1A\0$\0\0$\0\2",
    "a host object in itself": HEADER + b'\\\1o"\1a^\0{\1',
    "a host object of no kind": HEADER + b"\\\2I\2",
    "a typed array of no kind": HEADER + b"\\\0\x0e\0",
    "a view beyond its buffer": HEADER + b"B\4abcdVB\3\2\0",
    "a view of no kind": HEADER + b"B\4abcdVK\0\4\0",
    "a view without buffer": HEADER + b"VB\0\0\0",
    "a pattern that is a number": HEADER + b"RI\2\0",
    "an error with an unknown part": HEADER + b"rI\2.",
    "an error without end": HEADER + b'rm"\1a',
}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("payload", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_a_value_error_in_little_room(payload):
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"\w"):
            decode(payload)
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()


def test_views_cannot_multiply_a_buffer():
    size = b"\x80\x80\x40"  # 1 MiB
    buffer = b"B" + size + bytes(MIB)
    view = b"^\1VB\0" + size + b"\0"
    few, many = (HEADER + b"A" + bytes([n + 1]) + buffer + view * n for n in (10, 100))
    assert decode(few + b"$\0\x0b") == [bytes(MIB)] * 11
    with pytest.raises(ValueError, match="room"):
        decode(many + b"$\0\x65")


# Python takes hashes of numbers modulo this.
MODULUS = 2**61 - 1


def bigint(number: int, tag: bytes = b"Z") -> bytes:
    """A BigInt as V8 writes it."""
    digits = number.to_bytes(-(-number.bit_length() // 64) * 8, "little")
    return tag + varint(2 * len(digits)) + digits


def varint(number: int) -> bytes:
    """Seven bits a byte."""
    head = b""
    while number > 127:
        head += bytes([number & 127 | 128])
        number >>= 7
    return head + bytes([number])


def set_of(items: list[bytes]) -> bytes:
    return HEADER + b"'" + b"".join(items) + b"," + varint(len(items))


def map_of(keys: list[bytes]) -> bytes:
    return HEADER + b";" + b"".join(key + b"_" for key in keys) + b":" + varint(2 * len(keys))


@pytest.mark.timeout(10)
def test_numbers_of_the_same_hash_are_no_set_and_take_little_time():
    numbers = [number * MODULUS for number in range(1, 50_001)]
    written = [bigint(number) for number in numbers]
    assert decode(set_of(written)) == numbers
    assert decode(map_of(written)) == [(number, None) for number in numbers]


@pytest.mark.timeout(10)
def test_numbers_whose_hashes_are_alike_take_little_time():
    # The same low bits: the places where a set looks for them are the same for long.
    numbers = [(high << 50 | 5) + low * MODULUS for low in range(1, 16) for high in range(2048)]
    assert decode(set_of([bigint(number) for number in numbers])) == set(numbers)


def test_a_few_of_the_same_hash_are_a_set_all_the_same():
    numbers = [number * MODULUS for number in range(1, 17)]
    written = [bigint(number) for number in numbers]
    assert decode(set_of(written)) == set(numbers)
    assert decode(map_of(written)) == dict.fromkeys(numbers)
    assert decode(encode({-1, -2, *range(1000)})) == {-1, -2, *range(1000)}


@pytest.mark.timeout(10)
def test_a_long_number_is_not_read_again_and_again():
    # Its hash is not kept, and a reference is two bytes long.
    long = bigint((1 << 8 * MIB) - 1, b"z")
    for payload in (set_of, map_of):
        with pytest.raises(ValueError, match="room"):
            decode(payload([long, *[b"^\1"] * 100_000]))


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b"\xff\x0dI\2", 1),
        (b"\xff\x0eI\2", 1),
        (b"\xff\x0dB\4abcdVB\1\2", b"bc"),
        (HEADER + b"B\4abcdVB\1\2\0", b"bc"),
        (HEADER + b"A\2B\4abcdVB\1\2\0^\1VB\0\1\0$\0\2", [b"bc", b"a"]),
        (HEADER + b"U\xff\xff\xff\xff\x0f", 2**32 - 1),
        (HEADER + b"S\3\xe2\x82\xac", "€"),
        (HEADER + b"S\1\xe9", "\ufffd"),
        (HEADER + b"\0\0I\2", 1),
        (HEADER + b"?\5I\2", 1),
        (HEADER + b"A\2-I\2$\0\2", [None, 1]),
        (HEADER + b"D" + struct.pack("<d", math.inf), None),
        (HEADER + b"N" + struct.pack("<d", 7), 7),
    ],
)
def test_what_other_versions_of_v8_write_is_understood(payload, value):
    assert decode(payload) == value


@given(values, st.data())
def test_half_a_message_is_a_value_error(value, data):
    payload = encode(value)
    cut = data.draw(st.integers(0, len(payload) - 1))
    with pytest.raises(ValueError, match=r"\w"):
        decode(payload[:cut])


def decodes_or_refuses(payload: bytes) -> None:
    """Whatever else is raised fails the test."""
    with suppress(ValueError):
        decode(payload)


@given(st.binary())
def test_random_bytes_are_refused_or_understood(data):
    decodes_or_refuses(data)
    decodes_or_refuses(HEADER + data)


pieces = st.sampled_from(list("_-0TFIUNZ\"ScyxnzsRDroAa';^?B~\\V{$@,:.mtEbCI\0\1\2\3\x0a")).map(
    lambda tag: tag.encode("latin-1")
)


@given(st.lists(pieces | st.binary(max_size=2) | st.binary(min_size=8, max_size=8), max_size=60))
def test_random_tags_are_refused_or_understood(parts):
    decodes_or_refuses(HEADER + b"".join(parts))


@given(values, st.data())
def test_a_damaged_message_is_refused_or_understood(value, data):
    payload = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 3))):
        payload[data.draw(st.integers(2, len(payload) - 1))] = data.draw(st.integers(0, 255))
    decodes_or_refuses(bytes(payload))
