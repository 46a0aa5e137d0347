"""A worker whose connections cost work, with a small client of its own beside them."""

from __future__ import annotations

import netserve
from netserve import Socket, cluster
from tests.behaviour.test_fairness import small_client, work


async def main() -> None:
    assert cluster.worker is not None
    served: list[Socket] = []
    async with small_client() as small:

        def on_connection(socket: Socket) -> None:
            served.append(socket)
            work()
            small.give()

        server = await netserve.start_server(on_connection, port=0, host="127.0.0.1")
        cluster.worker.send(["listening", 0, server.address()])
        await small.done
        cluster.worker.send(["waited", small.waited])
        await server.wait_closed()


netserve.run(main())
