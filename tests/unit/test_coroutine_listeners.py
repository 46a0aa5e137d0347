"""Listeners that are coroutine functions run as tasks."""

from __future__ import annotations

import asyncio
import gc

import pytest

import netserve
from netserve import EventEmitter


@pytest.fixture
async def reported():
    """What the loop's exception handler is told."""
    loop, contexts = asyncio.get_running_loop(), []
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, context: contexts.append(context))
    yield contexts
    loop.set_exception_handler(before)


async def test_a_coroutine_listener_runs_after_emit_returns():
    emitter, calls, done = EventEmitter(), [], asyncio.Event()

    @emitter.on("x")
    async def listener(value):
        calls.append(value)
        done.set()

    assert emitter.emit("x", 7) is True
    assert calls == []
    await done.wait()
    assert calls == [7]


async def test_a_coroutine_listener_survives_garbage_collection():
    emitter, go, done = EventEmitter(), asyncio.Event(), asyncio.Event()

    @emitter.on("x")
    async def listener():
        await go.wait()
        done.set()

    emitter.emit("x")
    await asyncio.sleep(0)
    gc.collect()
    go.set()
    await done.wait()


async def test_coroutine_and_plain_listeners_mix():
    emitter, calls, done = EventEmitter(), [], asyncio.Event()

    @emitter.on("x")
    async def slow():
        calls.append("coroutine")
        done.set()

    emitter.on("x", lambda: calls.append("plain"))
    emitter.emit("x")
    await done.wait()
    assert calls == ["plain", "coroutine"]


async def test_a_once_coroutine_listener_runs_once():
    emitter, calls, done = EventEmitter(), [], asyncio.Event()

    @emitter.once("x")
    async def listener(value):
        calls.append(value)
        done.set()

    emitter.emit("x", 1)
    emitter.emit("x", 2)
    await done.wait()
    await asyncio.sleep(0)
    assert calls == [1]


async def test_listeners_of_an_error_event_may_be_coroutines():
    emitter, calls, done = EventEmitter(), [], asyncio.Event()

    @emitter.on("error")
    async def listener(error):
        calls.append(error)
        done.set()

    error = ValueError("known")
    emitter.emit("error", error)
    await done.wait()
    assert calls == [error]


async def test_what_a_coroutine_listener_raises_goes_to_the_exception_handler():
    loop, emitter = asyncio.get_running_loop(), EventEmitter()
    reported, before = loop.create_future(), loop.get_exception_handler()
    loop.set_exception_handler(lambda loop, context: reported.set_result(context))

    @emitter.on("x")
    async def listener():
        raise LookupError("from a coroutine")

    emitter.emit("x")
    context = await reported
    loop.set_exception_handler(before)
    assert str(context["exception"]) == "from a coroutine"


def test_a_coroutine_listener_called_before_there_is_a_loop_runs_in_the_next():
    emitter, calls = EventEmitter(), []

    @emitter.on("x")
    async def listener(value):
        calls.append(value)

    emitter.emit("x", 7)
    netserve.run()
    assert calls == [7]


async def test_a_listener_may_return_a_generator_which_means_nothing(reported):
    emitter = EventEmitter()
    emitter.on("x", lambda: (number for number in range(3)))
    emitter.emit("x")
    await asyncio.sleep(0)
    assert not reported
