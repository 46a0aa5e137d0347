"""`Waiters`: who waits is woken once, who was cancelled is forgotten."""

from __future__ import annotations

import asyncio

import pytest

from netserve._waiters import Waiters


async def test_wake_gives_all_of_them_the_result():
    waiters: Waiters[int] = Waiters()
    futures = [waiters.add() for _ in range(3)]
    assert waiters.wake(7)
    assert [await future for future in futures] == [7, 7, 7]
    assert not waiters.wake(8)


async def test_wake_one_gives_the_longest_waiting_the_result():
    waiters: Waiters[str] = Waiters()
    first, second = waiters.add(), waiters.add()
    assert waiters.wake_one("a")
    assert await first == "a"
    assert not second.done()
    assert waiters.wake_one("b")
    assert await second == "b"
    assert not waiters.wake_one("c")


async def test_fail_raises_the_error_in_all_of_them():
    waiters: Waiters[None] = Waiters()
    futures = [waiters.add(), waiters.add()]
    assert waiters.fail(ValueError("no"))
    for future in futures:
        with pytest.raises(ValueError, match="no"):
            await future
    assert not waiters.fail(ValueError("nobody"))


async def test_who_was_cancelled_is_passed_over_and_forgotten():
    waiters: Waiters[str] = Waiters()
    for _ in range(50):
        waiters.add().cancel()
    assert not waiters
    kept = waiters.add()
    assert waiters
    assert len(waiters._futures) == 1
    assert waiters.wake_one("kept")
    assert await kept == "kept"
    assert asyncio.get_running_loop() is kept.get_loop()


async def test_wait_gives_the_result_a_round_later_than_add():
    waiters: Waiters[str] = Waiters()
    order = []

    async def waits(name, awaitable):
        assert await awaitable == "now"
        order.append(name)

    tasks = [
        asyncio.create_task(waits("wait", waiters.wait())),
        asyncio.create_task(waits("add", waiters.add())),
    ]
    await asyncio.sleep(0)
    assert waiters.wake("now")
    await asyncio.gather(*tasks)
    assert order == ["add", "wait"]


async def test_who_waits_and_is_cancelled_waits_no_more():
    waiters: Waiters[None] = Waiters()
    task = asyncio.create_task(waiters.wait())
    await asyncio.sleep(0)
    assert waiters
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not waiters


async def test_wait_raises_what_they_fail_with():
    waiters: Waiters[None] = Waiters()
    task = asyncio.create_task(waiters.wait())
    await asyncio.sleep(0)
    assert waiters.fail(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        await task
