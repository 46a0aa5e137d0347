"""A socket may be destroyed while its lookup is under way; an answer that comes afterwards is of
no use."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import deaf_port, later, once, play, trace, watch, watch_attempts


async def main() -> None:
    answers: list[Callable[..., object]] = []
    client = netserve.create_connection(
        port=await deaf_port(),
        host="a.example",
        lookup=lambda _host, _options, callback: answers.append(callback),
    )
    watch_attempts(client, "client")
    watch(client, "client", "error")
    trace("client", "state", client.connecting, client.pending, client.ready_state)
    later(0, lambda: client.destroy())
    await once(client, "close")
    answers[0](None, [("127.0.0.1", 4)])
    await asyncio.sleep(0.02)
    trace("client", "state", client.connecting, client.destroyed)


play(main)
