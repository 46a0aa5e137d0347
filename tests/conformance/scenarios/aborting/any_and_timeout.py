"""A signal made of others follows the first, and one of a timeout has a reason of its own."""

from netserve import AbortController, AbortSignal
from tests.conformance.scenario import play, sleep, trace


async def main() -> None:
    one, other = AbortController(), AbortController()
    both = AbortSignal.any([one.signal, other.signal])
    nested = AbortSignal.any([both, AbortController().signal])
    both.on("abort", lambda: trace("both", "abort", both.reason))
    nested.on("abort", lambda: trace("nested", "abort", nested.reason))
    other.abort("other")
    one.abort("one")
    trace("both", "aborted", both.aborted, both.reason)
    unheard = AbortSignal.any([one.signal, other.signal])
    trace("unheard", "aborted", unheard.aborted, unheard.reason)
    late = AbortSignal.timeout(0.01)
    late.on("abort", lambda: trace("late", "abort", type(late.reason).__name__))
    await sleep(0.1)
    trace("late", "aborted", late.aborted)


play(main)
