"""`AcceptQueue`: a connection has one taker, none is lost, and an error is heard once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from netserve._server.accept_queue import QUEUE_LIMIT, AcceptQueue
from netserve._socket.states import States

pytestmark = pytest.mark.loops("asyncio")


class Connection:
    """What the queue looks at of a socket. No two are equal."""

    def __init__(self, destroyed: bool, readable_length: int) -> None:
        self.destroyed = destroyed
        self.readable_length = readable_length
        self.owners = 0
        self._runtime = self
        self._states = States()

    def _own(self) -> None:
        self.owners += 1

    def _disown(self) -> None:
        self.owners -= 1

    def after_rounds(self, rounds: int, function: Any) -> None:
        function()


def connection(*, destroyed: bool = False, readable_length: int = 0) -> Any:
    return Connection(destroyed, readable_length)


@pytest.fixture
def queue() -> AcceptQueue:
    return AcceptQueue()


async def test_who_waits_longest_gets_the_next_connection(queue):
    first, second = asyncio.ensure_future(queue.wait()), asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    one, other = connection(), connection()
    queue.offer(one)
    queue.offer(other)
    assert [await first, await second] == [one, other]
    assert len(queue) == 0


def test_connections_wait_in_order_while_nobody_does(queue):
    both = [connection(), connection()]
    for each in both:
        queue.offer(each)
    assert [queue.take(), queue.take(), queue.take()] == [*both, None]


def test_a_queue_is_full_at_its_limit(queue):
    for _ in range(QUEUE_LIMIT - 1):
        queue.offer(connection())
    assert not queue.is_full
    queue.offer(connection())
    assert queue.is_full
    queue.take()
    assert not queue.is_full


async def test_a_connection_given_to_a_taker_that_is_cancelled_is_the_first_again(queue):
    taker = asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    given, later = connection(), connection()
    queue.offer(given)
    queue.offer(later)
    taker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taker
    assert [queue.take(), queue.take()] == [given, later]


async def test_it_goes_to_the_next_taker_where_there_is_one(queue):
    first, second = asyncio.ensure_future(queue.wait()), asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    given = connection()
    queue.offer(given)
    first.cancel()
    assert await second is given
    assert first.cancelled()


async def test_one_that_was_destroyed_meanwhile_is_not_kept(queue):
    taker = asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    queue.offer(connection(destroyed=True))
    taker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taker
    assert queue.take() is None


async def test_the_end_is_none_for_those_who_wait(queue):
    taker = asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    assert queue.end() is True
    assert await taker is None
    assert queue.end() is False


async def test_an_error_is_raised_in_those_who_wait(queue):
    taker = asyncio.ensure_future(queue.wait())
    await asyncio.sleep(0)
    assert queue.end(OSError("broken")) is True
    with pytest.raises(OSError, match="broken"):
        await taker
    assert queue.take() is None


def test_an_error_between_two_rounds_of_an_iteration_is_raised_once_by_the_next(queue):
    queue.iterations += 1
    queue.offer(waiting := connection())
    assert queue.end(OSError("broken")) is True
    assert queue.take() is waiting
    with pytest.raises(OSError, match="broken"):
        queue.take()
    assert queue.take() is None


def test_an_error_that_nobody_iterates_for_is_for_others_to_hear(queue):
    assert queue.end(OSError("broken")) is False
    assert queue.take() is None


def test_connections_are_wanted_until_somebody_listens_and_while_somebody_iterates(queue):
    assert queue.is_wanted
    queue.hear(True)
    assert not queue.is_wanted
    queue.iterations += 1
    assert queue.is_wanted
    queue.iterations -= 1
    queue.hear(False)
    assert queue.is_wanted


def test_the_first_listener_is_told_of_those_that_wait_and_the_second_is_not(queue):
    queue.offer(one := connection())
    assert queue.hear(True) == (one,)
    assert queue.hear(True) == ()


def test_what_was_left_to_listeners_has_no_taker_any_more(queue):
    queue.offer(connection())
    queue.leave_to_listeners()
    assert len(queue) == 1
    queue.hear(True)
    queue.leave_to_listeners()
    assert len(queue) == 0


def test_what_an_iteration_still_wants_is_not_left_to_listeners(queue):
    queue.offer(connection())
    queue.hear(True)
    queue.iterations += 1
    queue.leave_to_listeners()
    assert len(queue) == 1


def test_a_connection_that_is_gone_is_withdrawn_unless_bytes_of_it_wait(queue):
    empty, full = connection(), connection(readable_length=1)
    for each in (empty, full):
        queue.offer(each)
        queue.withdraw(each)
    queue.withdraw(connection())
    assert [queue.take(), queue.take()] == [full, None]
