"""Whatever JSON can hold arrives as it was sent, whoever wrote it: the core, or Python's `json`."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netserve import _runtime
from netserve._processes.ipc import Peer

NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(st.characters())
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)
)


class Pair:
    """Two peers, here and there; and the reactor that moves what they send."""

    def __init__(self) -> None:
        self.runtime = _runtime.Runtime()
        self.runtime.reactor.open()
        here, there = socket.socketpair()
        self.here, self.there = Peer(), Peer()
        self.here._open_channel(self.runtime, here.detach(), "json")
        self.there._open_channel(self.runtime, there.detach(), "json")
        self.arrived: list[Any] = []
        self.there.on("message", lambda message, _: self.arrived.append(message))

    def carry(self, message: Any) -> Any:
        """What becomes of a message on its way."""
        self.here.send(message)
        return self._next()

    def carry_line(self, line: bytes) -> Any:
        """What becomes of a line that somebody else wrote."""
        assert self.here._link is not None
        self.here._link.core.send(line + b"\n")
        return self._next()

    def _next(self) -> Any:
        while not self.arrived:
            self.runtime.reactor.poll()
        return self.arrived.pop()

    def close(self) -> None:
        """Closes both ends."""
        self.runtime.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


@given(message=VALUES)
def test_what_is_sent_arrives(pair: Pair, message: Any) -> None:
    assert pair.carry(message) == message
    assert repr(pair.carry(message)) == repr(json.loads(json.dumps(message)))


@given(message=VALUES, ascii_only=st.booleans(), spaced=st.booleans())
def test_a_line_of_anybodys_means_what_pythons_json_says(
    pair: Pair, message: Any, ascii_only: bool, spaced: bool
) -> None:
    separators = (" , ", " : ") if spaced else (",", ":")
    text = json.dumps(message, ensure_ascii=ascii_only, separators=separators)
    line = text.encode("utf-8", "replace")
    assert repr(pair.carry_line(line)) == repr(json.loads(line.decode()))


@pytest.mark.parametrize(
    "text",
    ["-0", "-0.0", "1e20", "100000000000000000000", "0.1", "5e-324", "1.7976931348623157e308",
     "9007199254740993", "-9223372036854775809", "18446744073709551616", '"\\ud800"', '"\\u0000"',
     '{"a":1,"a":2}', "[" * 200 + "]" * 200, ' {"cmd":"NODE_"} '],
)  # fmt: skip
def test_what_is_unusual_is_read_as_python_reads_it(pair: Pair, text: str) -> None:
    assert repr(pair.carry_line(text.encode())) == repr(json.loads(text))


class Word(str):
    """Not quite a `str`."""


@pytest.mark.parametrize(
    "message",
    [(1, (2, 3)), {2: "int", True: "bool", None: "none"}, Word("word"), {Word("key"): 1}, "\ud800",
     2**70, float(2**60), -0.0],
)  # fmt: skip
def test_what_is_unusual_is_written_as_python_writes_it(pair: Pair, message: Any) -> None:
    assert repr(pair.carry(message)) == repr(json.loads(json.dumps(message)))
