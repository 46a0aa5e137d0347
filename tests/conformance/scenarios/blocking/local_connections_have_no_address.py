"""A list that blocks every address keeps nobody from a path, on neither side."""

import netserve
from netserve import BlockList
from tests.conformance.scenario import collect, local_path, once, play, watch


async def main() -> None:
    block_list = BlockList()
    block_list.add_subnet("0.0.0.0", 0)
    block_list.add_subnet("::", 0, "ipv6")
    server = netserve.create_server(lambda peer: peer.end("hello"), block_list=block_list)
    listening = once(server, "listening")
    server.listen(local_path("socket"))
    await listening
    client = netserve.create_connection(path=local_path("socket"), block_list=block_list)
    collect(client, "client")
    watch(client, "client", "connect", "close")
    await once(client, "close")
    server.close()


play(main)
