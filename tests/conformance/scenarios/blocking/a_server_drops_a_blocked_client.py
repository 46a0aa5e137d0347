"""A client that the list blocks is closed at once, and no connection comes of it.

Node says nothing about it; here the server hears of it as of any other that is dropped.
"""

import netserve
from netserve import BlockList
from tests.conformance.scenario import differs, once, play, port_of, serve, trace, watch


async def main() -> None:
    block_list = BlockList()
    block_list.add_address("127.0.0.1")
    server = await serve(lambda _: trace("server", "connection"), block_list=block_list)
    server.on("drop", lambda _: trace("server", "drop"))
    watch(server, "server", "close")
    differs("server", node=[["close"]], netserve=[["drop"], ["close"]])
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    client.resume()
    watch(client, "client", "connect", "end", "close")
    await once(client, "close")
    count = server.get_connections()
    assert count is not None
    trace("count", "is", await count)
    server.close()


play(main)
