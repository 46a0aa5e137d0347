"""A socket does not connect to an address that its list blocks; later it may."""

import netserve
from netserve import BlockList
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.end())
    server.on("connection", lambda _: trace("server", "connection"))
    port = alias(port_of(server), "<port>")
    block_list = BlockList()
    client = netserve.Socket(block_list=block_list)
    watch(
        client, "client", "lookup", "connection_attempt", "connection_attempt_failed", "connect",
        "ready", "error", "end", "close",
    )  # fmt: skip
    client.connect(port, "127.0.0.1")
    block_list.add_address("127.0.0.1")
    trace("client", "state", client.connecting, client.destroyed)
    await once(client, "close")
    block_list.clear()
    client.on("connection_attempt", lambda *_: block_list.add_address("127.0.0.1"))
    client.connect(port, "127.0.0.1")
    await once(client, "close")
    block_list.clear()
    client.remove_all_listeners("connection_attempt")
    client.resume()
    client.connect(port, "127.0.0.1")
    await once(client, "close")
    server.close()


play(main)
