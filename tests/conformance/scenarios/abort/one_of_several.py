"""A signal made of several is aborted with the first of them, for its reason, once."""

from netserve import AbortController, AbortSignal, errors
from tests.conformance.scenario import attempt, play, trace


def main() -> None:
    one, other = AbortController(), AbortController()
    both = AbortSignal.any([one.signal, other.signal])
    both.on("abort", lambda: trace("signal", "abort", both.aborted, both.reason))
    trace("signal", "new", both.aborted, both.reason)
    both.throw_if_aborted()
    other.abort(Exception("the second"))
    one.abort(Exception("the first"))
    trace("signal", "both", both.aborted, both.reason, one.signal.reason)
    attempt("signal", "throws", lambda: both.throw_if_aborted())
    late = AbortSignal.any([one.signal])
    trace("signal", "late", late.aborted, late.reason)
    trace("signal", "of none", AbortSignal.any([]).aborted)
    trace("signal", "made", AbortSignal.abort("why").aborted, AbortSignal.abort("why").reason)
    assert isinstance(AbortSignal.abort().reason, errors.AbortError)
    trace("signal", "without a reason", "AbortError")


play(main)
