"""A server that listens for both families knows a client of IPv4 by the rules for IPv4."""

import netserve
from netserve import BlockList
from tests.conformance.scenario import ask, once, play, port_of, trace


async def main() -> None:
    block_list = BlockList()
    block_list.add_address("127.0.0.1")
    server = netserve.create_server(
        lambda peer: peer.end(peer.remote_address), block_list=block_list
    )
    listening = once(server, "listening")
    server.listen(0)
    await listening
    trace("client", "blocked", await ask(port_of(server)))
    block_list.clear()
    trace("client", "welcome", await ask(port_of(server)))
    server.close()


play(main)
