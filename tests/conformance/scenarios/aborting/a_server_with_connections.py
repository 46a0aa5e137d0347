"""A server that is called off accepts no more. Its connections live on; it closes after them."""

import netserve
from netserve import AbortController
from tests.conformance.scenario import alias, ask, collect, once, play, port_of, trace, watch


async def main() -> None:
    controller = AbortController()
    server = netserve.create_server(lambda peer: peer.pipe(peer))
    watch(server, "server", "listening", "error", "close")
    server.listen(port=0, host="127.0.0.1", signal=controller.signal)
    await once(server, "listening")
    port = alias(port_of(server), "<port>")
    accepted = once(server, "connection")
    client = netserve.create_connection(port, "127.0.0.1")
    collect(client, "client")
    await accepted
    controller.abort()
    trace("server", "aborted", server.listening, server.address())
    trace("late", "hears", await ask(port))
    client.end("still here")
    await once(server, "close")


play(main)
