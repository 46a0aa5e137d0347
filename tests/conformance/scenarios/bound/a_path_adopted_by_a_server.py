"""A path is there from the beginning, and removed when the server that adopted it closes."""

import os

import netserve
from netserve import BoundSocket
from tests.conformance.scenario import abstract_path, ask, local_path, once, play, trace, watch


async def main() -> None:
    file = local_path("x.sock")
    for path in (file, abstract_path("x")):
        bound = BoundSocket(path=path)
        trace("bound", "before", os.path.exists(file), await ask(path))
        server = netserve.create_server(lambda peer: peer.end("served"))
        watch(server, "server", "listening", "error", "close")
        server.listen(bound)
        await once(server, "listening")
        trace("server", "address", server.address())
        trace("client", "hears", await ask(path))
        server.close()
        await once(server, "close")
        trace("bound", "after", os.path.exists(file))


play(main)
