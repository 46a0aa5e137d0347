"""`AbortController` and `AbortSignal`."""

from __future__ import annotations

import asyncio

import pytest

import netserve
from netserve import AbortController, AbortSignal, once
from netserve.errors import AbortError


def test_a_new_signal_is_not_aborted():
    signal = AbortController().signal
    assert signal.aborted is False
    assert signal.reason is None
    signal.throw_if_aborted()


def test_a_controller_has_one_signal():
    controller = AbortController()
    assert controller.signal is controller.signal
    assert isinstance(controller.signal, AbortSignal)


def test_abort_without_a_reason_gives_an_abort_error():
    controller = AbortController()
    controller.abort()
    assert controller.signal.aborted is True
    assert isinstance(controller.signal.reason, AbortError)
    assert controller.signal.reason.code == "ABORT_ERR"


def test_abort_keeps_its_reason():
    controller, reason = AbortController(), LookupError("because")
    controller.abort(reason)
    assert controller.signal.reason is reason


def test_abort_is_an_event_that_comes_after_the_state():
    controller, seen = AbortController(), []
    signal = controller.signal
    signal.on("abort", lambda *args: seen.append((args, signal.aborted, signal.reason)))
    controller.abort("because")
    assert seen == [((), True, "because")]


def test_only_the_first_abort_counts():
    controller, seen = AbortController(), []
    controller.signal.on("abort", lambda: seen.append("abort"))
    controller.abort("first")
    controller.abort("second")
    assert seen == ["abort"]
    assert controller.signal.reason == "first"


def test_throw_if_aborted_raises_the_reason_itself():
    reason = LookupError("because")
    with pytest.raises(LookupError) as caught:
        AbortSignal.abort(reason).throw_if_aborted()
    assert caught.value is reason


@pytest.mark.parametrize("reason", [None, "because"])
def test_throw_if_aborted_raises_an_abort_error_for_a_reason_that_is_no_exception(reason):
    with pytest.raises(AbortError) as caught:
        AbortSignal.abort(reason).throw_if_aborted()
    assert caught.value.code == "ABORT_ERR"


def test_abort_signal_abort_is_aborted_from_the_start():
    assert AbortSignal.abort().aborted is True
    assert isinstance(AbortSignal.abort().reason, AbortError)
    assert AbortSignal.abort("because").reason == "because"


def test_any_follows_the_first_that_is_aborted():
    one, other = AbortController(), AbortController()
    both = AbortSignal.any([one.signal, other.signal])
    assert both.aborted is False
    other.abort("other")
    one.abort("one")
    assert both.aborted is True
    assert both.reason == "other"


def test_any_of_an_aborted_signal_is_aborted_at_once():
    waiting = AbortController()
    both = AbortSignal.any([waiting.signal, AbortSignal.abort("before")])
    assert both.aborted is True
    assert both.reason == "before"


def test_any_of_two_aborted_signals_takes_the_first():
    both = AbortSignal.any([AbortSignal.abort("first"), AbortSignal.abort("second")])
    assert both.reason == "first"


def test_any_of_nothing_is_never_aborted():
    assert AbortSignal.any([]).aborted is False


def test_any_takes_a_generator_and_emits_once():
    controllers, seen = [AbortController(), AbortController()], []
    both = AbortSignal.any(controller.signal for controller in controllers)
    both.on("abort", lambda: seen.append("abort"))
    for controller in controllers:
        controller.abort()
    assert seen == ["abort"]


def test_any_takes_nothing_but_signals():
    with pytest.raises(TypeError) as caught:
        AbortSignal.any([AbortController()])  # type: ignore[list-item]
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


async def test_timeout_aborts_after_so_many_seconds():
    loop = asyncio.get_running_loop()
    begun = loop.time()
    signal = AbortSignal.timeout(0.05)
    assert signal.aborted is False
    await once(signal, "abort")
    assert 0.045 <= loop.time() - begun < 5
    assert isinstance(signal.reason, TimeoutError)
    with pytest.raises(TimeoutError):
        signal.throw_if_aborted()


async def test_timeout_of_zero_aborts_soon_but_not_at_once():
    signal = AbortSignal.timeout(0)
    assert signal.aborted is False
    await once(signal, "abort")


@pytest.mark.parametrize("seconds", ["1", None, True])
def test_timeout_takes_a_number(seconds):
    with pytest.raises(TypeError) as caught:
        AbortSignal.timeout(seconds)
    assert caught.value.code == "ERR_INVALID_ARG_TYPE"


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_timeout_takes_no_number_that_is_no_duration(seconds):
    with pytest.raises(ValueError, match="seconds") as caught:
        AbortSignal.timeout(seconds)
    assert caught.value.code == "ERR_OUT_OF_RANGE"


def test_the_clock_of_a_timeout_keeps_no_program_alive():
    async def main():
        return AbortSignal.timeout(3600)

    assert netserve.run(main()).aborted is False


def test_a_timeout_made_before_there_is_a_loop_begins_with_the_loop():
    signal = AbortSignal.timeout(0.01)

    async def main():
        await once(signal, "abort")

    netserve.run(main())
    assert signal.aborted is True
