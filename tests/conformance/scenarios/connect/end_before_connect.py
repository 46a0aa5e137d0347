"""end() while connecting: the connection is made, the data delivered, then the end."""

import netserve
from tests.conformance.scenario import collect, once, play, port_of, serve, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        collect(peer, "server")
        watch(peer, "server", "end", "close")

    server = await serve(on_connection)
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    watch(client, "client", "connect", "ready", "finish", "end", "close")
    client.end("all I have", callback=lambda *_: trace("client", "callback"))
    trace("client", "state", client.ready_state, client.writable, client.writable_ended)
    client.resume()
    await once(client, "close")
    server.close()


play(main)
