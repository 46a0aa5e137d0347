"""Of several addresses those that are blocked are passed over; when all are, that is the error."""

from collections.abc import Callable
from typing import Any

import netserve
from netserve import BlockList
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end())
    port = alias(port_of(server), "<port>")

    async def dial(who: str, blocked: list[str], answers: list[str], one: bool = False) -> None:
        block_list = BlockList()
        block_list.add_addresses(blocked)

        def lookup(host: str, options: dict[str, Any], callback: Callable[..., None]) -> None:
            found = [(address, 4) for address in answers]
            if options["all"]:
                callback(None, found)
            else:
                callback(None, *found[0])

        client = netserve.create_connection(
            port=port, host="anything.example", block_list=block_list, lookup=lookup,
            auto_select_family=not one,
        )  # fmt: skip
        events = ("lookup", "connection_attempt", "connection_attempt_failed", "connect")
        watch(client, who, *events)
        client.on("connect", lambda: client.destroy())

        def on_error(error: Any) -> None:
            errors = getattr(error, "errors", None)
            several = errors is not None and len(errors) > 1
            trace(who, "error", error.code, [each.code for each in errors] if several else None)

        client.on("error", on_error)
        await once(client, "close")

    await dial("single", ["127.0.0.1"], ["127.0.0.1"], True)
    await dial("only one", ["127.0.0.1"], ["127.0.0.1"])
    await dial("first", ["127.0.0.2"], ["127.0.0.2", "127.0.0.1"])
    await dial("second", ["127.0.0.2"], ["127.0.0.1", "127.0.0.2"])
    await dial("all", ["127.0.0.1", "127.0.0.2"], ["127.0.0.1", "127.0.0.2"])
    await dial("last", ["127.0.0.1"], ["127.0.0.2", "127.0.0.1"])
    server.close()


play(main)
