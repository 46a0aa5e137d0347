"""A signal with a time is aborted when it is over, and keeps no program alive."""

from netserve import AbortSignal
from tests.conformance.scenario import play, sleep, trace


async def main() -> None:
    AbortSignal.timeout(3.6)
    signal = AbortSignal.timeout(0.02)
    signal.on("abort", lambda: trace("signal", "abort", type(signal.reason).__name__))
    trace("signal", "new", signal.aborted)
    await sleep(0.2)
    trace("signal", "over", signal.aborted)


play(main)
