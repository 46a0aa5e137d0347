"""Of several answers those that are no addresses are told and then passed over; with none left the
first of them is the error."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import (
    alias,
    once,
    play,
    port_of,
    serve,
    trace,
    tried,
    watch_attempts,
)

BAD = {"address": "nowhere", "family": 4}
ODD = {"address": "127.0.0.1", "family": 5}
GOOD = {"address": "127.0.0.1", "family": 4}


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    for answers in ([BAD, GOOD], [GOOD, BAD], [ODD, GOOD], [BAD, ODD], [ODD, BAD], [BAD]):

        def lookup(
            _host: str,
            _options: object,
            callback: Callable[..., object],
            answers: list[dict[str, object]] = answers,
        ) -> None:
            asyncio.get_running_loop().call_soon(callback, None, answers)

        client = netserve.create_connection(
            alias(port_of(server), "<port>"), "a.example", lookup=lookup
        )
        watch_attempts(client, "client")
        client.on("error", lambda error: trace("client", "error", error.code))
        client.on("connect", client.destroy)
        await once(client, "close")
        trace("client", "tried", tried(client))
    server.close()


play(main)
