"""Node's `serialization: "advanced"` with Node itself: the same bytes, each reads the other."""

from __future__ import annotations

import math
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve._processes.ipc.advanced import decode, encode
from tests.programs import PATIENCE
from tests.unit.advanced_values import characters, values

NODE = shutil.which(os.environ.get("NETSERVE_NODE", "node"))
pytestmark = pytest.mark.skipif(not NODE, reason="Node is not installed")

CHILD = """
const {inspect} = require('util');
process.on('message', ([verb, value]) => {
  if (verb === 'evaluate') process.send((0, eval)(`(${value})`));
  if (verb === 'show') process.send(inspect(value, {depth: null}));
  if (verb === 'echo') process.send([value]);
});
"""


class NodeChild:
    """A Node process with an advanced channel, and this end of it."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def evaluate(self, expression: str) -> bytes:
        """The payload that Node sends for what a JavaScript expression gives."""
        return self._ask(["evaluate", expression])

    def show(self, value: Any) -> str:
        """What Node's `util.inspect` says about a value of ours."""
        return decode(self._ask(["show", value]))

    def show_own(self, expression: str) -> str:
        """What it says about the value of an expression."""
        return decode(
            self._ask(["evaluate", f"require('util').inspect({expression}, false, null)"])
        )

    def echo(self, value: Any) -> bytes:
        """The payload of a list of one value, which Node got from us and sends back."""
        return self._ask(["echo", value])

    def _ask(self, request: Any) -> bytes:
        payload = encode(request)
        self._channel.sendall(struct.pack(">I", len(payload)) + payload)
        (length,) = struct.unpack(">I", self._receive(4))
        return self._receive(length)

    def _receive(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            chunk = self._channel.recv(size - len(data))
            assert chunk, "Node closed the channel"
            data += chunk
        return bytes(data)


@pytest.fixture(scope="module")
def node() -> Iterator[NodeChild]:
    """One Node child for all tests of this file; it ends when its channel closes."""
    ours, theirs = socket.socketpair()
    channel = {
        "NODE_CHANNEL_FD": str(theirs.fileno()),
        "NODE_CHANNEL_SERIALIZATION_MODE": "advanced",
    }
    command = [NODE or "node", "-e", f"eval({CHILD!r})"]
    environment = {**os.environ, **channel}
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment) as process:
        theirs.close()
        ours.settimeout(PATIENCE)
        with ours:
            yield NodeChild(ours)
        process.wait(PATIENCE)


# JavaScript on the left, Python on the right: the same bytes, and each reads the other's.
SAME: dict[str, Any] = {
    "null": None,
    "true": True,
    "[true, false]": [True, False],
    "0": 0,
    "-1": -1,
    "63": 63,
    "64": 64,
    "2147483647": 2**31 - 1,
    "-2147483648 | 0": -(2**31),
    "2147483648": 2**31,
    "-2147483649": -(2**31) - 1,
    "2 ** 53": 2**53,
    "-(2 ** 53)": -(2**53),
    "[2n ** 53n + 1n]": [2**53 + 1],
    "[2n ** 64n - 1n]": [2**64 - 1],
    "[2n ** 64n]": [2**64],
    "[-(2n ** 1000n)]": [-(2**1000)],
    "1.5": 1.5,
    "-Infinity": -math.inf,
    "5e-324": 5e-324,
    "''": "",
    "'hi'": "hi",
    "'é'.repeat(200)": "é" * 200,
    "'é€'": "é€",
    "['', '€', 'a', '€', 1, '€']": ["", "€", "a", "€", 1, "€"],
    "['€'.repeat(63), '€'.repeat(64), 'a€']": ["€" * 63, "€" * 64, "a€"],
    "['a', '€'.repeat(63), '€'.repeat(64), 'a€']": ["a", "€" * 63, "€" * 64, "a€"],
    "'😀'": "😀",
    "'\\ud83d'": "\ud83d",
    "'\\ude00\\ud83d'": "\ude00\ud83d",
    "Buffer.from('abc')": b"abc",
    "Buffer.alloc(0)": b"",
    "Buffer.alloc(70000, 7)": b"\7" * 70000,
    "[]": [],
    "[1, ['a', []], null]": [1, ["a", []], None],
    "[[], []]": [(), ()],
    "{}": {},
    "{b: 1, a: {c: [2]}, '€': 3}": {"b": 1, "a": {"c": [2]}, "€": 3},
    "{b: 1, 2: 2, 10: 3, 1: 4}": {"b": 1, 2: 2, "10": 3, "1": 4},
    "{0: 1, '00': 2, '-1': 3, '1.5': 4}": {"0": 1, "00": 2, -1: 3, "1.5": 4},
    "{4294967295: 1, 4294967294: 2, 3e9: 3}": {"4294967295": 1, "4294967294": 2, 3 * 10**9: 3},
    "{[true]: 1, '': 2}": {True: 1, "": 2},
    "new Set()": set(),
    "new Set(['a'])": {"a"},
    "[new Set([1]), 2]": [frozenset([1]), 2],
    "new Date(0)": datetime(1970, 1, 1, tzinfo=UTC),
    "new Date(1582977600005)": datetime(2020, 2, 29, 12, 0, 0, 5000, tzinfo=UTC),
    "new Date(-1)": datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    "new Date(-62135596800000)": datetime.min.replace(tzinfo=UTC),
    "(a => [a, {a}, a])([1])": (lambda a: [a, {"a": a}, a])([1]),
    "(a => [a, [a], new Date(0), {}, a])({})": (
        lambda a: [a, [a], datetime(1970, 1, 1, tzinfo=UTC), {}, a]
    )({}),
    "(b => [b, new Set([1]), b])(Buffer.from('b'))": (lambda b: [b, {1}, b])(bytearray(b"b")),
}

# What only Node has.
READ: dict[str, Any] = {
    "[undefined]": [None],
    "[5.0, 2.5]": [5, 2.5],
    "1e21": 1e21,
    "[5n]": [5],
    "[-5n]": [-5],
    "[0n]": [0],
    "new Uint8Array([1, 2, 3])": b"\1\2\3",
    "new Float64Array([1])": struct.pack("<d", 1),
    "new BigUint64Array([1n])": struct.pack("<Q", 1),
    "new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)": b"\2\3",
    "Buffer.from('abcdef').subarray(2, 4)": b"cd",
    "new Uint8Array([1, 2]).buffer": b"\1\2",
    "new ArrayBuffer(2, {maxByteLength: 8})": b"\0\0",
    "(b => [b, new Uint8Array(b), b])(new ArrayBuffer(1))": [b"\0", b"\0", b"\0"],
    "[1, , 3]": [1, None, 3],
    "new Array(3).fill(7)": [7, 7, 7],
    "new Array(4)": [None] * 4,
    "Object.assign([1, , 3], {name: 1})": [1, None, 3],
    "Object.assign([1, 2], {name: 1})": [1, 2],
    "{[2 ** 31]: 1, 1: 2}": {"1": 2, "2147483648": 1},
    "new (class { constructor() { this.x = 1 } })": {"x": 1},
    "new Map([['a', 1], [2, {b: 3}]])": {"a": 1, 2: {"b": 3}},
    "new Map([[{}, 1], ['a', 2]])": [({}, 1), ("a", 2)],
    "new Map([[1, 'number'], [true, 'boolean']])": [(1, "number"), (True, "boolean")],
    "[new Set([1, 2]), new Set(['a']), new Set([null])]": [{1, 2}, {"a"}, {None}],
    "new Set([[1], 2])": [[1], 2],
    "new Set([0, false])": [0, False],
    "new Date(NaN)": None,
    "new Date(8.64e15)": None,
    "/a+\\/b/gi": "a+\\/b",
    "new Number(5)": 5,
    "[new Boolean(true), new Boolean(false)]": [True, False],
    "new String('é€')": "é€",
    "Object(5n)": 5,
    "(r => [r, r])(/x/)": ["x", "x"],
    "[new (require('worker_threads').MessageChannel)().port1]": [{}],
}


def node_cases(cases: dict[str, Any]) -> Any:
    return pytest.mark.parametrize(("expression", "value"), cases.items(), ids=cases.keys())


@node_cases(SAME)
def test_the_bytes_are_those_of_node(node, expression, value):
    assert encode(value).hex() == node.evaluate(expression).hex()


@node_cases(SAME)
def test_node_sees_what_was_sent(node, expression, value):
    assert node.show(value) == node.show_own(expression)


@node_cases(SAME | READ)
def test_what_node_sends_is_understood(node, expression, value):
    found = decode(node.evaluate(expression))
    expected = decode(encode(value)) if expression in SAME else value
    assert repr(found) == repr(expected)


def test_zeros_and_nan_keep_their_nature_both_ways(node):
    zero, minus, nan = decode(node.echo([0.0, -0.0, math.nan]))[0]
    assert type(zero) is int
    assert math.copysign(1, minus) == -1
    assert math.isnan(nan)
    assert encode(-0.0) == node.evaluate("-0")
    assert encode(math.nan) == node.evaluate("NaN")


def test_an_error_of_node_is_a_dict_of_its_parts(node):
    made = "Object.assign(new TypeError('no', {cause: {code: 1}}), {stack: 'here'})"
    error = decode(node.evaluate(f"[{made}]"))[0]
    parts = {"name": "TypeError", "message": "no", "stack": "here", "cause": {"code": 1}}
    assert error == parts
    bare = decode(node.evaluate("Object.assign(new Error(), {stack: 's'})"))
    assert bare == {"name": "Error", "stack": "s"}


def test_cycles_of_node_come_back_as_cycles(node):
    array = decode(node.evaluate("(a => (a.push(a, 1), a))([])"))
    assert array[0] is array
    assert array[1] == 1
    thing = decode(node.evaluate("(o => (o.list = [o], o))({})"))
    assert thing["list"][0] is thing
    mapped = decode(node.evaluate("(m => m.set('self', m))(new Map())"))
    assert mapped["self"] is mapped
    pairs = decode(node.evaluate("(m => m.set('self', m).set(m, 1))(new Map())"))
    assert pairs[0] == ("self", pairs)
    assert pairs[1][0] is pairs
    assert decode(node.evaluate("(s => s.add(s))(new Set())")).pop() == []
    error = decode(node.evaluate("(e => (e.cause = e, e))(new Error('x'))"))
    assert error["cause"] is error


def test_node_gets_cycles_too(node):
    loop: dict[str, Any] = {"list": []}
    loop["list"].append(loop)
    assert node.show(loop) == "<ref *1> { list: [ [Circular *1] ] }"
    pair: tuple[list[Any]] = ([],)
    pair[0].append(pair)
    assert node.show(pair) == "[ <ref *1> [ [ [Circular *1] ] ] ]"


@given(values | st.text(characters).map(lambda text: {text: [text]}))
def test_node_sends_back_what_it_got(node, value):
    assert decode(node.echo(value)) == [decode(encode(value))]
