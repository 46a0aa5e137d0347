"""Above the limit a client is dropped by the limit, whatever the rules say: 'drop' tells."""

from netserve import BlockList
from tests.conformance.scenario import ask, play, port_of, serve, trace


async def main() -> None:
    block_list = BlockList()
    block_list.add_address("127.0.0.1")
    server = await serve(lambda _: trace("server", "connection"), block_list=block_list)
    server.max_connections = 0
    server.on("drop", lambda info: trace("server", "drop", info.remote_address, info.remote_family))
    trace("client", "hears", await ask(port_of(server)))
    server.close()


play(main)
