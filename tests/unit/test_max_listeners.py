"""More listeners than an event was meant to have: a warning in the log."""

from __future__ import annotations

import logging

import pytest

from netserve import EventEmitter


@pytest.fixture
def warned(caplog):
    """The log, and what it was told as `messages`."""
    caplog.set_level(logging.WARNING, logger="netserve")
    return caplog


def listen(emitter: EventEmitter, event: str, times: int) -> None:
    for _ in range(times):
        emitter.on(event, lambda: None)


def test_ten_are_fine_and_the_eleventh_is_told_of_once(warned):
    emitter = EventEmitter()
    listen(emitter, "x", 10)
    assert warned.messages == []
    listen(emitter, "x", 10)
    assert len(warned.messages) == 1
    assert "11 listeners for 'x' on one EventEmitter" in warned.messages[0]


def test_each_event_counts_for_itself(warned):
    emitter = EventEmitter()
    listen(emitter, "x", 10)
    listen(emitter, "y", 11)
    assert ["'y'" in text for text in warned.messages] == [True]


def test_the_log_says_where_it_happened(caplog):
    listen(EventEmitter(), "x", 11)
    assert "in listen" in caplog.records[0].stack_info


def test_an_event_that_has_lost_all_listeners_is_told_of_again(warned):
    emitter = EventEmitter().set_max_listeners(1)
    listen(emitter, "x", 2)
    emitter.remove_all_listeners("x")
    listen(emitter, "x", 2)
    assert len(warned.messages) == 2


@pytest.mark.parametrize("none", [0, float("inf")])
def test_there_may_be_no_limit(warned, none):
    listen(EventEmitter().set_max_listeners(none), "x", 100)
    assert warned.messages == []


def test_the_default_is_for_all_that_have_no_limit_of_their_own(warned, monkeypatch):
    own = EventEmitter().set_max_listeners(3)
    monkeypatch.setattr(EventEmitter, "default_max_listeners", 1)
    listen(own, "x", 3)
    assert warned.messages == []
    listen(EventEmitter(), "x", 2)
    assert len(warned.messages) == 1


@pytest.mark.parametrize("add", ["once", "prepend_listener", "prepend_once_listener"])
def test_every_way_to_add_one_counts(warned, add):
    emitter = EventEmitter().set_max_listeners(1)
    for _ in range(2):
        getattr(emitter, add)("x", lambda: None)
    assert len(warned.messages) == 1


@pytest.mark.parametrize(
    ("limit", "code"),
    [("x", "ERR_INVALID_ARG_TYPE"), (None, "ERR_INVALID_ARG_TYPE"), (-1, "ERR_OUT_OF_RANGE")],
)
def test_a_default_that_is_no_limit_is_refused_where_it_is_asked_for(monkeypatch, limit, code):
    monkeypatch.setattr(EventEmitter, "default_max_listeners", limit)
    emitter = EventEmitter().on("a", print)
    for asks in (emitter.get_max_listeners, lambda: emitter.on("a", repr)):
        with pytest.raises((TypeError, ValueError), match="default_max_listeners") as caught:
            asks()
        assert caught.value.code == code
    assert emitter.listeners("a") == [print]
    emitter.set_max_listeners(3)
    assert emitter.get_max_listeners() == 3
