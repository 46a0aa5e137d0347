"""`Pipes`: who gets which chunk, who holds the source up, and when the core may move the bytes."""

from __future__ import annotations

from typing import Any

import pytest

from netserve import EventEmitter, Socket
from netserve._socket import pipe
from netserve._socket.pipe import Pipes
from tests.unit.parts import Core, Owner


@pytest.fixture
def core(monkeypatch) -> Core:
    core = Core()
    monkeypatch.setattr(pipe, "io", core)
    return core


class Source(Owner):
    """A socket that is piped, and its pipes."""

    def __init__(self, core: Core) -> None:
        super().__init__(core)
        self.pipes = Pipes(self)
        self.unpiped: list[Any] = []

    def unpipe(self, destination: Any) -> None:
        self.unpiped.append(destination)
        for one in self.pipes.remove(destination):
            one.close()


class Destination(EventEmitter):
    """What is written to: it may have enough."""

    def __init__(self, *, room: bool = True) -> None:
        self.room = room
        self.got: list[Any] = []
        self.ended = False

    def write(self, chunk: Any) -> bool:
        self.got.append(chunk)
        return self.room

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def source(core) -> Source:
    return Source(core)


# What a destination is fed


def test_a_pipe_comes_before_the_listeners_that_were_not_there_yet(source):
    assert source.pipes.add(Destination(), end=True).first
    source.on("data", print)
    assert not source.pipes.add(Destination(), end=True).first


def test_a_destination_that_has_enough_holds_the_source_up_until_it_drains(source):
    slow, fast = Destination(room=False), Destination()
    for one in (source.pipes.add(slow, end=True), source.pipes.add(fast, end=True)):
        one.feed(b"x")
    assert (source.paused, slow.got, fast.got) == (True, [b"x"], [b"x"])
    fast.emit("drain")
    assert source.paused
    slow.emit("drain")
    assert not source.paused


def test_the_last_of_two_slow_ones_lets_the_source_go_on(source):
    first, second = Destination(room=False), Destination(room=False)
    for one in (source.pipes.add(first, end=True), source.pipes.add(second, end=True)):
        one.feed(b"x")
    first.emit("drain")
    assert source.paused
    second.emit("drain")
    assert not source.paused


def test_a_slow_destination_that_is_removed_holds_nobody_up(source):
    slow, other = Destination(room=False), Destination()
    source.pipes.add(slow, end=True).feed(b"x")
    source.pipes.add(other, end=True)
    source.unpipe(slow)
    assert not source.paused


def test_one_that_has_enough_after_it_was_removed_stops_nobody(source):
    slow = Destination(room=False)
    fed = source.pipes.add(slow, end=True)
    source.unpipe(slow)
    fed.feed(b"x")
    assert not source.paused


# Ends and errors


@pytest.mark.parametrize("end", [True, False])
def test_the_end_is_passed_on_where_that_was_asked_for(source, end):
    destination = Destination()
    source.pipes.add(destination, end=end)
    source.emit("end")
    assert destination.ended is end
    assert source.unpiped == ([] if end else [destination])


@pytest.mark.parametrize("event", ["close", "finish"])
def test_a_destination_that_is_over_is_let_go(source, event):
    destination = Destination()
    source.pipes.add(destination, end=True)
    destination.emit(event)
    assert source.unpiped == [destination]
    assert source.pipes.all == ()
    assert destination.event_names() == []
    assert source.event_names() == []


def test_an_error_of_a_destination_lets_it_go_and_stays_an_error(source):
    destination = Destination()
    source.pipes.add(destination, end=True)
    with pytest.raises(OSError, match="full"):
        destination.emit("error", OSError("full"))
    assert source.unpiped == [destination]
    heard: list[BaseException] = []
    destination.on("error", heard.append)
    source.pipes.add(destination, end=True)
    destination.emit("error", OSError("again"))
    assert [str(error) for error in heard] == ["again"]


def test_the_same_destination_twice_is_removed_one_by_one(source):
    twice = Destination()
    first, second = source.pipes.add(twice, end=True), source.pipes.add(twice, end=True)
    assert source.pipes.remove(twice) == (first,)
    assert source.pipes.all == (second,)
    assert source.pipes.remove(None) == (second,)
    assert source.pipes.remove(twice) == ()


def test_anything_with_write_and_end_is_a_destination(source):
    class Sink:
        def write(self, chunk: bytes) -> None:
            self.got = chunk

        def end(self) -> None:
            self.ended = True

    sink = Sink()
    source.pipes.add(sink, end=True).feed(b"x")
    source.emit("end")
    assert (sink.got, sink.ended, source.paused) == (b"x", True, False)


# The core


@pytest.fixture
def sockets(core) -> tuple[Socket, Socket]:
    return Socket(), Socket()


def test_two_sockets_are_joined_in_the_core_while_nobody_else_looks_on(core, sockets):
    source, target = sockets
    pipes = Pipes(source)
    pipes.add(target, end=True)
    pipes.join(True)
    assert core.take() == [("pipe_to", target)]
    source.on("data", print)
    pipes.join(True)
    assert core.take() == [("pipe_to", None)]


def test_they_are_not_while_the_source_is_not_free(core, sockets):
    pipes = Pipes(sockets[0])
    pipes.add(sockets[1], end=True)
    pipes.join(False)
    assert core.take() == [("pipe_to", None)]


def test_nor_with_two_destinations_or_one_with_a_write_of_its_own(core, sockets):
    class Counting(Socket):
        def write(self, *args: Any, **options: Any) -> bool:
            return True

    source, target = sockets
    for destinations in ((target, Socket()), (Counting(),), (Destination(),)):
        pipes = Pipes(source)
        for one in destinations:
            pipes.add(one, end=True)
        pipes.join(True)
        assert core.take() == [("pipe_to", None)]
        pipes.remove(None)
