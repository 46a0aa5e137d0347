"""get_connections() counts the open connections, and answers later."""

import asyncio

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda peer: peer.resume())

    async def count() -> None:
        done = asyncio.get_running_loop().create_future()

        def answer(error: Exception | None, number: int) -> None:
            trace("server", "count", error, number)
            done.set_result(None)

        server.get_connections(answer)
        trace("server", "asked")
        await done

    await count()
    clients = []
    for _ in range(3):
        clients.append(netserve.create_connection(port_of(server), "127.0.0.1"))
        await once(server, "connection")
    await count()
    closed = once(server, "close")
    for client in clients:
        client.end()
    server.close()
    await count()
    await closed
    await count()


play(main)
