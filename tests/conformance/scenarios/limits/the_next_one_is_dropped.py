"""With max_connections reached, the next client is dropped: 'drop' tells both its ends."""

import netserve
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    server = await serve(lambda peer: peer.on("error", lambda _: None))
    server.max_connections = 1
    watch(server, "server", "close")
    port = alias(port_of(server), "<server port>")
    server.on("connection", lambda _: trace("server", "connection"))
    first = netserve.create_connection(port, "127.0.0.1")
    await once(first, "connect")
    dropped = once(server, "drop")
    second = netserve.create_connection(port, "127.0.0.1")
    second_port = None

    def note_port() -> None:
        nonlocal second_port
        second_port = second.local_port

    second.on("connect", note_port)
    second.resume()
    watch(second, "second", "connect", "end", "close")
    closed = once(second, "close")
    (info,) = await dropped
    await closed
    trace("server", "drop", info.remote_port == second_port, info._replace(remote_port=None))
    first.destroy()
    server.close()


play(main)
