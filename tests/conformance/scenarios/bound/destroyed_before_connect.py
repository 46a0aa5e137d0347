"""A socket that adopted a path and is destroyed before it connects removes the file; one that
connects has it until it closes. Neither keeps the program alive before."""

import os

import netserve
from netserve import BoundSocket
from tests.conformance.scenario import local_path, once, play, trace, watch

kept: list[netserve.Socket] = []


async def main() -> None:
    path = local_path("client.sock")
    unused = netserve.Socket(handle=BoundSocket(path=path))
    watch(unused, "unused", "error", "close")
    trace("unused", "file", os.path.exists(path))
    unused.destroy()
    await once(unused, "close")
    trace("unused", "file", os.path.exists(path))
    server = netserve.create_server(lambda peer: peer.end())
    server.listen(local_path("server.sock"))
    await once(server, "listening")
    client = netserve.Socket(handle=BoundSocket(path=path))
    watch(client, "client", "connect", "error", "close")
    client.connect(local_path("server.sock"), lambda: trace("client", "file", os.path.exists(path)))
    client.resume()
    await once(client, "close")
    trace("client", "file", os.path.exists(path))
    server.close()
    kept.append(netserve.Socket(handle=BoundSocket()))


play(main)
