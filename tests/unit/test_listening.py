"""`Listening`: one `listen()` owns its signal, its waiters and what came of it. No kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from netserve import AbortController
from netserve._server import listening
from netserve._server.listen_request import ListenRequest
from netserve._server.listening import Listening
from netserve.errors import AbortError
from tests.unit.parts import Turns

pytestmark = pytest.mark.loops("asyncio")


class Place:
    """Where a server listens."""

    path = None
    shared = True
    released = 0

    def release(self) -> None:
        self.released += 1


class Acceptor:
    """What accepts."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


class Server:
    """A server, as its `Listening` sees it."""

    def __init__(self) -> None:
        self.listening: Listening | None = None
        self.told: list[tuple[Any, ...]] = []

    def _is_opening(self, one: Listening) -> bool:
        return self.listening is one and one.acceptor is None

    def _accept_options(self) -> str:
        return "options"

    def _begun(self, one: Listening) -> None:
        self.told.append(("begun", one))

    def _about_to_fail(self, one: Listening) -> None:
        self.told.append(("about to fail", one))

    def _failed(self, one: Listening, error: BaseException) -> None:
        self.told.append(("failed", one, str(error)))

    def close(self) -> None:
        self.told.append(("close",))


class Binder:
    """Who binds: it notes what it was asked, and answers when the test does."""

    def __init__(self) -> None:
        self.asked: list[tuple[Listening, list[tuple[str, int]]]] = []

    def bind(self, one: Listening, addresses: list[tuple[str, int]]) -> None:
        self.asked.append((one, addresses))


@pytest.fixture
def binder(monkeypatch) -> Binder:
    binder = Binder()
    monkeypatch.setattr(listening.binders, "_find", lambda: binder)
    return binder


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def listen(binder, server, turns) -> Callable[..., Listening]:
    def begin(**request: Any) -> Listening:
        one = server.listening = Listening(server, turns, ListenRequest(**request))
        one.start()
        return one

    return begin


# From the request to a binder


def test_what_needs_no_address_is_bound_at_once(listen, binder, turns):
    one = listen()
    assert (binder.asked, turns.holds) == ([(one, [])], 0)


def test_a_literal_address_is_bound_after_the_call_which_keeps_the_program_alive(
    listen, binder, turns
):
    one = listen(host="127.0.0.1")
    assert (binder.asked, turns.holds) == ([], 1)
    turns.run()
    assert (binder.asked, turns.holds) == ([(one, [("127.0.0.1", 4)])], 0)


def test_one_that_is_not_wanted_any_more_binds_nothing(listen, binder, server, turns):
    listen(host="127.0.0.1")
    server.listening = None
    turns.run()
    assert (binder.asked, turns.holds) == ([], 0)


def test_holds_are_taken_back_as_often_as_they_were_made_and_no_more(listen, turns):
    one = listen()
    one.hold()
    one.hold()
    one.release()
    assert turns.holds == 1
    one.release()
    one.release()
    assert turns.holds == 0


# What a binder answers


def test_begin_makes_what_accepts_with_the_options_of_the_server(listen, server):
    one, place, acceptor = listen(), Place(), Acceptor()
    made_with: list[Any] = []

    def make(options: Any) -> Any:
        made_with.append(options)
        return acceptor

    one.begin(make, place)
    assert made_with == ["options"]
    assert (one.acceptor, one.place, one.is_shared) == (acceptor, place, True)
    assert server.told == [("begun", one)]


def test_a_failure_is_told_after_the_call_and_announced_before(listen, server, turns):
    one = listen()
    one.fail_soon(OSError("taken"))
    assert server.told == [("about to fail", one)]
    turns.run()
    assert server.told[1:] == [("failed", one, "taken")]


def test_close_lets_go_of_everything_once(listen):
    one, place, acceptor = listen(), Place(), Acceptor()
    one.begin(lambda _: acceptor, place)
    one.close()
    one.close()
    assert (acceptor.closed, place.released) == (1, 1)
    assert (one.acceptor, one.place) == (None, None)


# The signal


def test_aborting_the_signal_closes_the_server_that_listens(listen, server):
    controller = AbortController()
    one = listen(signal=controller.signal)
    one.begin(lambda _: Acceptor(), Place())
    controller.abort()
    assert server.told[1:] == [("close",)]


async def test_who_waits_is_told_why(listen):
    controller = AbortController()
    one = listen(signal=controller.signal)
    waiter = one.waiters.add()
    controller.abort(OSError("not today"))
    with pytest.raises(AbortError) as caught:
        await waiter
    assert caught.value.code == "ABORT_ERR"
    assert isinstance(caught.value.__cause__, OSError)


def test_one_that_was_aborted_before_is_called_off_after_the_call(listen, server, turns):
    controller = AbortController()
    controller.abort()
    listen(signal=controller.signal)
    assert server.told == []
    turns.run()
    assert server.told == [("close",)]


@pytest.mark.parametrize("end", [Listening.close, lambda one: one.fail(OSError("taken"))])
def test_a_signal_is_let_go_when_it_is_over(listen, server, end):
    controller = AbortController()
    one = listen(signal=controller.signal)
    end(one)
    told = list(server.told)
    controller.abort()
    assert server.told == told
    assert controller.signal.listener_count("abort") == 0


def test_a_first_one_that_fails_later_leaves_the_signal_of_the_second_alone(listen, server, turns):
    controller = AbortController()
    first = listen()
    first.fail_soon(OSError("taken"))
    second = listen(signal=controller.signal)
    second.begin(lambda _: Acceptor(), Place())
    turns.run()
    assert server.told[-1] == ("failed", first, "taken")
    controller.abort()
    assert server.told[-1] == ("close",)


# A name


async def test_a_name_is_looked_up_in_the_running_loop_and_link_local_comes_last(
    listen, binder, server, turns, monkeypatch
):
    async def resolve(loop: Any, host: str) -> list[tuple[str, int]]:
        return [("fe80::1", 6), ("::1", 6), ("127.0.0.1", 4)]

    monkeypatch.setattr(listening, "resolve", resolve)
    spawned: list[Any] = []
    monkeypatch.setattr(
        turns, "with_loop", lambda call: call(asyncio.get_running_loop()), raising=False
    )
    monkeypatch.setattr(turns, "spawn", lambda work, failed: spawned.append(work), raising=False)
    one = listen(host="name")
    assert turns.holds == 1
    await spawned.pop()
    assert binder.asked == [(one, [("::1", 6), ("127.0.0.1", 4), ("fe80::1", 6)])]
    assert turns.holds == 0
