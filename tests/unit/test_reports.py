"""What logs are told, and how often; decided without a loop that runs."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from netserve import errors
from netserve._errors import system_error
from netserve._reports import MOST_REASONS, Reports
from netserve._shown import LONGEST, described, one_line, place


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Loop:
    """An event loop, as far as it is told of exceptions."""

    def __init__(self, handler: object = None) -> None:
        self.told: list[dict[str, Any]] = []
        self._handler = handler

    def get_exception_handler(self) -> object:
        return self._handler

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        self.told.append(context)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reports(clock) -> Reports:
    return Reports(clock)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_a_reason_is_told_once_a_second_and_then_with_how_many_were_left_out(clock, reports):
    assert [reports.admit("a") for _ in range(3)] == [0, None, None]
    assert reports.admit("b") == 0
    clock.now += 0.9
    assert reports.admit("a") is None
    clock.now += 0.1
    assert [reports.admit("a") for _ in range(2)] == [3, None]


def test_reasons_without_end_are_not_remembered_without_end(clock, reports):
    for number in range(3 * MOST_REASONS):
        clock.now += 0.01
        assert reports.admit(number) == 0
    assert len(reports._told) <= MOST_REASONS


def test_a_warning_says_how_many_more_there_were(clock, reports, caplog):
    for _ in range(5):
        reports.warn("turned away: %s", "x")
    clock.now += 1
    reports.warn("turned away: %s", "y")
    assert [record.getMessage() for record in caplog.records] == [
        "turned away: x",
        "turned away: y (and 4 more since the last such line)",
    ]
    assert caplog.records[0].levelno == logging.WARNING


def test_a_broken_connection_is_one_line_in_a_log(reports):
    loop = Loop()
    error = raised(system_error(104, "read"))
    reports.tell(loop, "unhandled error of a connection", error, object(), "from 127.0.0.1:9")
    assert loop.told == [
        {
            "message": "netserve: unhandled error of a connection from 127.0.0.1:9: "
            "ConnectionResetError: [Errno 104] read ECONNRESET: Connection reset by peer"
        }
    ]


def test_it_is_the_same_wherever_it_was_raised(reports):
    loop = Loop()
    reports.tell(loop, "unhandled error of a connection", system_error(104, "read"))
    reports.tell(loop, "unhandled error of a connection", raised(system_error(104, "read")))
    reports.tell(loop, "unhandled error of a connection", system_error(32, "write"))
    assert [context["message"].count("EPIPE") for context in loop.told] == [0, 1]


def test_another_exception_has_its_traceback(reports):
    loop, error = Loop(), raised(ValueError("of a listener"))
    reports.tell(loop, "unhandled error of a connection", error)
    (context,) = loop.told
    assert context["exception"] is error
    assert context["message"].endswith("connection: ValueError: of a listener")


def test_a_log_is_told_of_each_place_of_a_program_once_a_second(clock, reports):
    loop = Loop()
    for _ in range(3):
        reports.tell(loop, "what", raised(ValueError("a")), None, "from one")
        reports.tell(loop, "what", raised(KeyError("a")), None, "from another")
    assert len(loop.told) == 2
    clock.now += 1
    reports.tell(loop, "what", raised(ValueError("a")))
    assert loop.told[-1]["message"].endswith("(and 2 more since the last such line)")


def test_a_handler_of_the_programs_own_is_told_of_everything(reports):
    loop, source = Loop(handler=print), object()
    failures = [raised(system_error(104, "read")) for _ in range(3)]
    for error in failures:
        reports.tell(loop, "unhandled error of a connection", error, source)
    assert [context["exception"] for context in loop.told] == failures
    assert {context["netserve_source"] for context in loop.told} == {source}


@pytest.mark.parametrize("chained", [False, True])
def test_what_a_peer_sent_makes_no_lines_of_its_own(reports, chained):
    loop = Loop()
    try:
        try:
            raise ValueError("bad\n2026-01-01 root logged in\x1b[2J")
        except ValueError as error:
            if chained:
                raise RuntimeError("that") from error
            raise
    except Exception as caught:
        reports.tell(loop, "what", caught)
    (context,) = loop.told
    assert set(context) == {"message"}
    assert "\nTraceback (most recent call last):\n" in context["message"]
    assert "\n2026" not in context["message"]
    assert "\x1b" not in context["message"]
    if not chained:
        assert r"ValueError: bad\n2026-01-01 root logged in\x1b[2J" in context["message"]


def test_what_a_peer_sent_is_cut_to_a_useful_length(reports):
    loop = Loop()
    reports.tell(loop, "what", raised(ValueError("x" * 100_000)))
    (context,) = loop.told
    assert len(context["message"]) < 3 * LONGEST
    assert "... (100000 characters)" in context["message"]


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError(), "ValueError"),
        (ValueError("\r\n"), r"ValueError: \r\n"),
        (ValueError("\u2028 \udcff é"), r"ValueError: \u2028 \udcff é"),
        (Unspeakable(), "Unspeakable"),
        (errors.AbortError("x"), "AbortError: x"),
    ],
    ids=["empty", "line", "unicode", "unspeakable", "ours"],
)
def test_an_exception_is_told_in_one_line(error, text):
    assert described(error) == text
    assert one_line(described(error)) == text


def test_an_address_and_a_path_are_shown_as_one_writes_them():
    assert place(("127.0.0.1", 80, 4)) == "127.0.0.1:80"
    assert place(("::1", 80, 6)) == "[::1]:80"
    assert place("\0a\nb") == r"'\x00a\nb'"
    assert place(None) == ""
