"""Rules that are added or removed while the server listens hold for the next connection."""

from netserve import BlockList
from tests.conformance.scenario import ask, play, port_of, serve, trace


async def main() -> None:
    block_list = BlockList()
    server = await serve(lambda peer: peer.end("hello"), block_list=block_list)
    port = port_of(server)
    trace("client", "no rule", await ask(port))
    block_list.add_subnet("127.0.0.0", 8)
    trace("client", "a rule", await ask(port))
    block_list.add_address("127.0.0.1")
    block_list.remove_subnet("127.0.0.0", 8)
    trace("client", "another rule", await ask(port))
    block_list.clear()
    trace("client", "no rule again", await ask(port))
    server.close()


play(main)
