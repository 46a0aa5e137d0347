"""A server can listen on another server's handle: same address, the newcomer is served."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace, watch


async def main() -> None:
    first = await serve(lambda _: trace("first", "connection"))

    def on_connection(socket: netserve.Socket) -> None:
        trace("second", "connection")
        socket.end()

    second = netserve.create_server(on_connection)
    watch(second, "second", "listening", "error", "close")
    second.listen(first)
    await once(second, "listening")
    trace("second", "same port", port_of(second) == port_of(first))
    client = netserve.create_connection(port_of(second), "127.0.0.1")
    client.resume()
    await once(client, "close")
    second.close()
    first.close(lambda *_: trace("first", "closed"))


play(main)
