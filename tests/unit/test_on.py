"""`on()`: events that are iterated over."""

from __future__ import annotations

import asyncio
import gc
from itertools import count

import pytest

from netserve import EventEmitter, on


async def test_events_wait_in_order_until_they_are_asked_for():
    emitter = EventEmitter()
    events = on(emitter, "x", close=["last"])
    emitter.emit("x", 1)
    emitter.emit("x", 2, "two")
    emitter.emit("last")
    assert [details async for details in events] == [(1,), (2, "two")]


async def test_a_task_that_waits_is_woken_by_each_event():
    emitter, loop = EventEmitter(), asyncio.get_running_loop()
    numbers = count()

    def tick() -> None:
        emitter.emit("x", next(numbers))
        loop.call_soon(tick if emitter.listener_count("x") else lambda: None)

    loop.call_soon(tick)
    seen = []
    async for (number,) in on(emitter, "x"):
        seen.append(number)
        if number == 3:
            break
    assert seen == [0, 1, 2, 3]


async def test_what_waits_comes_before_an_error_and_nothing_after_it():
    emitter = EventEmitter()
    events = on(emitter, "x")
    emitter.emit("x")
    emitter.emit("error", KeyError("broken"))
    assert await anext(events) == ()
    with pytest.raises(KeyError):
        await anext(events)
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_errors_themselves_can_be_iterated_over():
    emitter, error = EventEmitter(), KeyError("one")
    events = on(emitter, "error")
    emitter.emit("error", error)
    assert await anext(events) == (error,)


async def test_a_loop_that_is_left_listens_no_more():
    emitter = EventEmitter()
    asyncio.get_running_loop().call_soon(emitter.emit, "x")
    async for _ in on(emitter, "x", close=["last"]):
        break
    gc.collect()  # where nothing counts references, as PyPy
    assert emitter.event_names() == []


async def test_what_ended_listens_no_more():
    emitter = EventEmitter()
    events = on(emitter, "x", close=["last"])
    emitter.emit("last")
    assert emitter.event_names() == []
    assert [details async for details in events] == []


async def test_a_cancelled_wait_loses_nothing():
    emitter = EventEmitter()
    events = on(emitter, "x")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await anext(events)
    emitter.emit("x", 1)
    assert await anext(events) == (1,)


@pytest.mark.parametrize("emitter", [None, 5, object(), "x"])
def test_what_has_no_events_is_refused(emitter):
    with pytest.raises(TypeError, match="emitter") as caught:
        on(emitter, "x")
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("close", [None, 5, "last", [5], [None]])
def test_what_is_no_list_of_events_is_refused_before_listening(close):
    emitter = EventEmitter()
    with pytest.raises(TypeError, match="close") as caught:
        on(emitter, "x", close=close)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"
    assert emitter.event_names() == []


async def test_an_error_event_without_an_exception_is_an_error_all_the_same():
    emitter = EventEmitter()
    events = on(emitter, "x")
    emitter.emit("error")
    with pytest.raises(TypeError) as caught:
        await anext(events)
    assert caught.value.code == "ERR_UNHANDLED_ERROR"


async def test_several_may_wait_and_each_event_goes_to_one():
    emitter = EventEmitter()
    events = on(emitter, "x", close=["last"])
    waiting = [asyncio.ensure_future(anext(events, None)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting.pop().cancel()
    emitter.emit("x", 1)
    emitter.emit("last")
    assert sorted(await asyncio.gather(*waiting), key=str) == [(1,), None]
