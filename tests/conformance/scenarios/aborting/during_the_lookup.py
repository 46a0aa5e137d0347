"""A socket that is called off while a name is looked up tries no address of the answer."""

from collections.abc import Callable
from typing import Any

import netserve
from netserve import AbortController
from tests.conformance.scenario import once, play, port_of, serve, sleep, trace, watch


async def main() -> None:
    server = await serve()
    controller = AbortController()
    answers: list[Callable[[], None]] = []

    def lookup(host: str, options: dict[str, Any], callback: Callable[..., None]) -> None:
        if options["all"]:
            answers.append(lambda: callback(None, [("127.0.0.1", 4)]))
        else:
            answers.append(lambda: callback(None, "127.0.0.1", 4))

    client = netserve.create_connection(
        port=port_of(server), host="one.test", lookup=lookup, signal=controller.signal
    )
    watch(client, "client", "lookup", "connection_attempt", "connect", "error", "close")
    await sleep(0.01)
    closed = once(client, "close")
    controller.abort()
    trace("client", "aborted", client.destroyed, client.connecting)
    await closed
    answers[0]()
    await sleep(0.05)
    server.close()


play(main)
