"""`EventEmitter`: who is called, in what order, how often."""

from __future__ import annotations

import pytest

from netserve import EventEmitter


def recorder(calls: list[object], name: object):
    return lambda *args: calls.append((name, *args))


def test_listeners_are_called_in_the_order_they_were_added():
    emitter, calls = EventEmitter(), []
    for name in ("first", "second", "third"):
        emitter.on("x", recorder(calls, name))
    emitter.emit("x", 1, 2)
    assert calls == [("first", 1, 2), ("second", 1, 2), ("third", 1, 2)]


def test_emit_says_whether_there_were_listeners():
    emitter = EventEmitter()
    assert emitter.emit("x") is False
    emitter.on("x", lambda: None)
    assert emitter.emit("x") is True


def test_adding_and_removing_return_the_emitter():
    emitter, listener = EventEmitter(), print
    assert emitter.on("x", listener) is emitter
    assert emitter.once("x", listener) is emitter
    assert emitter.prepend_listener("x", listener) is emitter
    assert emitter.prepend_once_listener("x", listener) is emitter
    assert emitter.off("x", listener) is emitter
    assert emitter.remove_all_listeners() is emitter


def test_one_listener_added_twice_is_called_twice():
    emitter, calls = EventEmitter(), []
    listener = recorder(calls, "it")
    emitter.on("x", listener).on("x", listener)
    emitter.emit("x")
    assert calls == [("it",), ("it",)]


def test_off_takes_one_of_two_equal_listeners_the_later_one():
    emitter, calls = EventEmitter(), []
    twice, between = recorder(calls, "twice"), recorder(calls, "between")
    emitter.on("x", twice).on("x", between).on("x", twice)
    emitter.off("x", twice)
    emitter.emit("x")
    assert calls == [("twice",), ("between",)]


def test_off_of_a_stranger_changes_nothing():
    emitter, calls = EventEmitter(), []
    emitter.on("x", recorder(calls, "it"))
    emitter.off("x", print).off("y", print)
    emitter.emit("x")
    assert calls == [("it",)]


def test_off_takes_a_bound_method():
    class Counter:
        def __init__(self):
            self.count = 0

        def add(self):
            self.count += 1

    emitter, counter = EventEmitter(), Counter()
    emitter.on("x", counter.add)
    emitter.off("x", counter.add)
    emitter.emit("x")
    assert counter.count == 0


def test_once_is_called_once():
    emitter, calls = EventEmitter(), []
    emitter.once("x", recorder(calls, "it"))
    assert emitter.emit("x", 1) is True
    assert emitter.emit("x", 2) is False
    assert calls == [("it", 1)]


def test_once_is_gone_before_it_is_called():
    emitter, counts = EventEmitter(), []

    def listener():
        counts.append(emitter.listener_count("x"))
        emitter.emit("x")

    emitter.once("x", listener)
    emitter.emit("x")
    assert counts == [0]


def test_once_can_be_taken_off_before_it_is_called():
    emitter, calls = EventEmitter(), []
    listener = recorder(calls, "it")
    emitter.once("x", listener)
    emitter.off("x", listener)
    emitter.emit("x")
    assert calls == []


def test_a_once_listener_that_raises_is_gone_all_the_same():
    emitter = EventEmitter()

    @emitter.once("x")
    def listener():
        raise LookupError("from the listener")

    with pytest.raises(LookupError):
        emitter.emit("x")
    assert emitter.emit("x") is False


def test_prepended_listeners_come_first():
    emitter, calls = EventEmitter(), []
    emitter.on("x", recorder(calls, "second"))
    emitter.prepend_listener("x", recorder(calls, "first"))
    emitter.prepend_once_listener("x", recorder(calls, "zeroth"))
    emitter.emit("x")
    emitter.emit("x")
    assert [name for (name,) in calls] == ["zeroth", "first", "second", "first", "second"]


def test_on_without_a_listener_is_a_decorator_that_returns_the_function():
    emitter, calls = EventEmitter(), []

    @emitter.on("x")
    def listener(value):
        calls.append(value)

    emitter.emit("x", 1)
    emitter.emit("x", 2)
    listener(3)
    assert calls == [1, 2, 3]
    assert emitter.listeners("x") == [listener]


def test_once_without_a_listener_is_a_decorator_that_returns_the_function():
    emitter, calls = EventEmitter(), []

    @emitter.once("x")
    def listener(value):
        calls.append(value)

    emitter.emit("x", 1)
    emitter.emit("x", 2)
    listener(3)
    assert calls == [1, 3]


def test_a_listener_added_during_an_event_waits_for_the_next():
    emitter, calls = EventEmitter(), []
    emitter.once("x", lambda: emitter.on("x", recorder(calls, "late")))
    emitter.emit("x")
    assert calls == []
    emitter.emit("x")
    assert calls == [("late",)]


def test_a_listener_removed_during_an_event_is_still_called_for_it():
    emitter, calls = EventEmitter(), []
    last = recorder(calls, "last")
    emitter.on("x", lambda: emitter.off("x", last)).on("x", last)
    emitter.emit("x")
    emitter.emit("x")
    assert calls == [("last",)]


def test_what_a_listener_raises_leaves_emit_and_stops_the_rest():
    emitter, calls = EventEmitter(), []

    @emitter.on("x")
    def broken():
        raise LookupError("from the listener")

    emitter.on("x", recorder(calls, "after"))
    with pytest.raises(LookupError, match="from the listener"):
        emitter.emit("x")
    assert calls == []


def test_an_error_without_a_listener_is_raised():
    error = ConnectionResetError("gone")
    with pytest.raises(ConnectionResetError) as caught:
        EventEmitter().emit("error", error)
    assert caught.value is error


def test_an_error_that_is_no_exception_is_raised_as_unhandled():
    with pytest.raises(Exception, match="no exception") as caught:
        EventEmitter().emit("error", "no exception")
    assert caught.value.code == "ERR_UNHANDLED_ERROR"


def test_an_error_with_a_listener_is_an_event_like_others():
    emitter, calls = EventEmitter(), []
    emitter.on("error", recorder(calls, "error"))
    error = ValueError("known")
    assert emitter.emit("error", error) is True
    assert calls == [("error", error)]


def test_listeners_is_a_copy_and_shows_what_was_given():
    emitter = EventEmitter()
    emitter.on("x", print).once("x", repr)
    shown = emitter.listeners("x")
    assert shown == [print, repr]
    shown.clear()
    assert emitter.listener_count("x") == 2
    assert emitter.listeners("y") == []


def test_listener_count_counts_every_kind():
    emitter = EventEmitter()
    assert emitter.listener_count("x") == 0
    emitter.on("x", print).once("x", print).prepend_listener("x", print)
    assert emitter.listener_count("x") == 3
    emitter.off("x", print)
    assert emitter.listener_count("x") == 2


def test_event_names_are_those_that_have_listeners():
    emitter = EventEmitter()
    emitter.on("b", print).on("a", print).on("b", repr)
    assert emitter.event_names() == ["b", "a"]
    emitter.off("b", print).off("b", repr)
    assert emitter.event_names() == ["a"]


@pytest.mark.parametrize("listener", [3, "print", [print]])
@pytest.mark.parametrize(
    "method", ["on", "once", "off", "prepend_listener", "prepend_once_listener"]
)
def test_a_listener_must_be_a_function(method, listener):
    emitter = EventEmitter()
    with pytest.raises(TypeError) as caught:
        getattr(emitter, method)("x", listener)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    assert emitter.event_names() == []


@pytest.mark.parametrize("method", ["on", "once"])
def test_the_name_of_an_event_is_a_str_for_decorators_too(method):
    emitter = EventEmitter()
    with pytest.raises(TypeError):
        getattr(emitter, method)(print)
    with pytest.raises(TypeError):
        getattr(emitter, method)(7, print)


def test_two_emitters_share_no_listeners():
    one, other = EventEmitter(), EventEmitter()
    one.on("x", print)
    assert other.event_names() == []


def test_a_subclass_needs_no_init():
    class Clock(EventEmitter):
        def __init__(self):
            self.ticks = 0

    clock, calls = Clock(), []
    clock.on("tick", recorder(calls, "tick"))
    assert clock.emit("tick")
    assert calls == [("tick",)]


def test_a_once_listener_is_called_once_even_by_an_emit_within_the_emit():
    emitter, calls, left = EventEmitter(), [], [1]

    def again():
        if left:
            left.pop()
            emitter.emit("x")

    emitter.on("x", again)
    emitter.once("x", recorder(calls, "once"))
    emitter.emit("x")
    assert calls == [("once",)]
