"""`once()`: an event that is awaited."""

from __future__ import annotations

import asyncio

import pytest

from netserve import EventEmitter, once


async def test_once_gives_the_arguments_as_a_tuple():
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    emitter.emit("x", 1, "two")
    assert await waiting == (1, "two")


async def test_once_of_an_event_without_arguments_gives_an_empty_tuple():
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    emitter.emit("x")
    assert await waiting == ()


async def test_once_listens_from_the_call_on_and_takes_the_first():
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    emitter.emit("x", "first")
    emitter.emit("x", "second")
    assert await waiting == ("first",)


async def test_once_wakes_a_task_that_waits():
    emitter = EventEmitter()
    asyncio.get_running_loop().call_soon(emitter.emit, "x", 7)
    assert await once(emitter, "x") == (7,)


async def test_once_raises_an_error_that_comes_first():
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    emitter.emit("error", LookupError("in between"))
    with pytest.raises(LookupError, match="in between"):
        await waiting


async def test_once_of_error_gives_the_error():
    emitter, error = EventEmitter(), LookupError("wanted")
    waiting = once(emitter, "error")
    emitter.emit("error", error)
    assert await waiting == (error,)


@pytest.mark.parametrize("outcome", ["x", "error"])
async def test_once_leaves_no_listener_behind(outcome):
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    assert sorted(emitter.event_names()) == ["error", "x"]
    emitter.emit(outcome, LookupError())
    assert emitter.event_names() == []
    if outcome == "error":
        with pytest.raises(LookupError):
            await waiting
    else:
        await waiting


async def test_a_cancelled_once_leaves_no_listener_behind():
    emitter = EventEmitter()

    async def wait():
        await once(emitter, "x")

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    assert emitter.listener_count("x") == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert emitter.event_names() == []


async def test_two_waits_for_one_event_both_end():
    emitter = EventEmitter()
    one, other = once(emitter, "x"), once(emitter, "x")
    emitter.emit("x", 7)
    assert (await one, await other) == ((7,), (7,))


async def test_once_works_with_a_timeout():
    emitter = EventEmitter()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await once(emitter, "x")
    await asyncio.sleep(0)
    assert emitter.event_names() == []


async def test_an_error_event_without_an_exception_is_an_error_all_the_same():
    emitter = EventEmitter()
    waiting = once(emitter, "x")
    emitter.emit("error", "only text")
    with pytest.raises(TypeError, match="only text") as caught:
        await waiting
    assert caught.value.code == "ERR_UNHANDLED_ERROR"
