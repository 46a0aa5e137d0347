"""`RemoteCounts`: the sum of what others have, or the first error; and once they have none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netserve._address.info import AddressInfo
from netserve._server.remote_counts import Counted, RemoteCounts


class OtherProcess:
    """A process that answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Counted] = []
        self.closing: list[Callable[[], None]] = []

    def count(self, done: Counted) -> None:
        self.asked.append(done)

    def when_closed(self, done: Callable[[], None]) -> None:
        self.closing.append(done)


@pytest.fixture
def counts() -> RemoteCounts:
    return RemoteCounts()


@pytest.fixture
def both(counts) -> tuple[OtherProcess, OtherProcess]:
    two = OtherProcess(), OtherProcess()
    for each in two:
        counts.remember(each)
    return two


def test_with_nobody_elsewhere_the_sum_is_ours_at_once(counts):
    told: list[object] = []
    counts.add_up(3, lambda *answer: told.append(answer))
    assert told == [(None, 3)]
    assert not counts


def test_the_sum_comes_with_the_last_answer_in_whatever_order(counts, both):
    told: list[object] = []
    counts.add_up(1, lambda *answer: told.append(answer))
    both[1].asked.pop()(None, 20)
    assert told == []
    both[0].asked.pop()(None, 300)
    assert told == [(None, 321)]


def test_the_first_error_is_told_once_and_no_sum_after_it(counts, both):
    told: list[object] = []
    counts.add_up(1, lambda *answer: told.append(answer))
    first, second = OSError("first"), OSError("second")
    both[0].asked.pop()(first, 0)
    both[1].asked.pop()(second, 0)
    assert told == [(first, None)]


def test_an_answer_after_an_error_tells_nothing(counts, both):
    told: list[object] = []
    counts.add_up(1, lambda *answer: told.append(answer))
    both[0].asked.pop()(error := OSError("gone"), 0)
    both[1].asked.pop()(None, 5)
    assert told == [(error, None)]


def test_two_questions_have_two_sums(counts, both):
    told: list[object] = []
    counts.add_up(0, lambda *answer: told.append(("first", *answer)))
    counts.add_up(100, lambda *answer: told.append(("second", *answer)))
    for each in both:
        for done in each.asked:
            done(None, 1)
    assert told == [("first", None, 2), ("second", None, 102)]


def test_one_that_is_remembered_twice_counts_once_and_is_forgotten_at_once(counts):
    one = OtherProcess()
    counts.remember(one)
    counts.remember(one)
    counts.add_up(0, lambda *_: None)
    assert len(one.asked) == 1
    counts.forget(one)
    assert not counts


def test_the_first_of_a_kind_is_found(counts, both):
    assert counts.find(OtherProcess) is both[0]
    assert counts.find(int) is None


def test_closed_is_told_once_after_the_last_and_later_ones_are_not_waited_for(counts, both):
    told: list[str] = []
    counts.when_closed(lambda: told.append("closed"))
    counts.remember(OtherProcess())
    both[0].closing.pop()()
    assert told == []
    both[1].closing.pop()()
    assert told == ["closed"]


def test_no_two_servers_have_the_same_key_and_each_keeps_its_own(counts):
    where = AddressInfo("127.0.0.1", "IPv4", 80)
    key = counts.key(where)
    assert key.startswith("127.0.0.1:80:")
    assert counts.key(None) == key
    assert RemoteCounts().key(where) != key
