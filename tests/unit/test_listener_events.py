"""`new_listener` and `remove_listener`: an emitter tells who comes and goes."""

from __future__ import annotations

import pytest

from netserve import EventEmitter


def test_new_listener_comes_before_the_listener_is_there():
    emitter, seen = EventEmitter(), []

    @emitter.on("new_listener")
    def told(event, listener):
        seen.append((event, listener, emitter.listener_count(event)))

    emitter.on("x", print).on("x", repr)
    assert seen == [("x", print, 0), ("x", repr, 1)]


def test_the_first_new_listener_hears_nothing_of_itself_but_the_second_is_announced():
    emitter, seen = EventEmitter(), []
    emitter.on("new_listener", lambda event, listener: seen.append((event, listener)))
    emitter.on("new_listener", print_nothing)
    assert seen == [("new_listener", print_nothing)]


def print_nothing(*_: object) -> None:
    pass


def test_a_listener_added_inside_new_listener_comes_before_the_new_one():
    emitter, calls = EventEmitter(), []

    @emitter.once("new_listener")
    def told(event, listener):
        emitter.on(event, lambda: calls.append("inserted"))

    emitter.on("x", lambda: calls.append("given"))
    emitter.emit("x")
    assert calls == ["inserted", "given"]


@pytest.mark.parametrize("add", ["once", "prepend_once_listener"])
def test_once_listeners_are_announced_as_they_were_given(add):
    emitter, seen = EventEmitter(), []
    emitter.on("new_listener", lambda event, listener: seen.append(("new", listener)))
    emitter.on("remove_listener", lambda event, listener: seen.append(("removed", listener)))
    seen.clear()
    getattr(emitter, add)("x", print_nothing)
    emitter.emit("x")
    assert seen == [("new", print_nothing), ("removed", print_nothing)]


def test_remove_listener_comes_after_the_listener_is_gone():
    emitter, seen = EventEmitter(), []
    emitter.on("x", print)

    @emitter.on("remove_listener")
    def told(event, listener):
        seen.append((event, listener, emitter.listener_count(event)))

    emitter.off("x", print)
    assert seen == [("x", print, 0)]


def test_taking_a_stranger_off_is_no_event():
    emitter, seen = EventEmitter(), []
    emitter.on("remove_listener", lambda *args: seen.append(args))
    emitter.off("x", print)
    assert seen == []


def test_remove_all_listeners_of_an_event_goes_from_the_last_to_the_first():
    emitter, seen = EventEmitter(), []
    emitter.on("x", print).on("x", repr).on("y", print)
    emitter.on("remove_listener", lambda event, listener: seen.append((event, listener)))
    emitter.remove_all_listeners("x")
    assert seen == [("x", repr), ("x", print)]
    assert emitter.event_names() == ["y", "remove_listener"]


def test_remove_all_listeners_announces_every_event_and_itself_goes_last():
    emitter, seen = EventEmitter(), []
    emitter.on("remove_listener", lambda event, listener: seen.append((event, listener)))
    emitter.on("x", print).on("y", repr)
    emitter.remove_all_listeners()
    assert seen == [("x", print), ("y", repr)]
    assert emitter.event_names() == []


def test_remove_all_listeners_of_an_unknown_event_changes_nothing():
    emitter = EventEmitter()
    emitter.on("x", print)
    emitter.remove_all_listeners("y")
    assert emitter.listeners("x") == [print]


def test_a_once_listener_taken_off_by_remove_all_listeners_is_announced_bare():
    emitter, seen = EventEmitter(), []
    emitter.once("x", print)
    emitter.on("remove_listener", lambda event, listener: seen.append(listener))
    emitter.remove_all_listeners("x")
    assert seen == [print]
