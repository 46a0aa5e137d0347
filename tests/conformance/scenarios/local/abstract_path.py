"""A path that begins with NUL is an abstract name: no file appears, and it can be used again."""

import os

import netserve
from tests.conformance.scenario import abstract_path, collect, local_path, once, play, trace, watch


async def main() -> None:
    name = abstract_path("s")
    for _ in range(2):
        server = netserve.create_server(lambda peer: peer.end("hello"))
        listening = once(server, "listening")
        server.listen(name)
        await listening
        trace("server", "listening", server.address(), len(os.listdir(local_path(""))))
        client = netserve.create_connection(name)
        collect(client, "client")
        watch(client, "client", "connect", "error", "close")
        await once(client, "close")
        closed = once(server, "close")
        server.close()
        await closed


play(main)
