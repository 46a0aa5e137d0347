"""The error of a socket that was called off is a new one, whose cause is the reason."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, trace


async def main() -> None:
    async def tell(who: str, reason: object) -> None:
        controller = AbortController()
        client = netserve.Socket(signal=controller.signal)
        failed = once(client, "error")
        controller.abort(reason)
        (error,) = await failed
        same = error.__cause__ is controller.signal.reason
        trace(who, "error", error.code, same, error is controller.signal.reason)

    await tell("given", RuntimeError("because"))
    await tell("default", None)


play(main)
