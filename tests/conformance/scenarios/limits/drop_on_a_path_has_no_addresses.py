"""On a local server there are no addresses to tell: 'drop' carries nothing."""

import netserve
from tests.conformance.scenario import local_path, once, play, trace, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        trace("server", "connection")
        peer.resume()

    server = netserve.create_server(on_connection)
    server.max_connections = 1
    watch(server, "server", "drop", "close")
    listening = once(server, "listening")
    server.listen(local_path("s"))
    await listening
    first = netserve.create_connection(local_path("s"))
    await once(first, "connect")
    second = netserve.create_connection(local_path("s"))
    await once(second.resume(), "close")
    first.destroy()
    server.close()


play(main)
