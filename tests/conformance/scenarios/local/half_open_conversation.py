"""Half-closing works on a path as it does on TCP."""

import netserve
from tests.conformance.scenario import collect, local_path, once, play, watch


async def main() -> None:
    def on_connection(peer: netserve.Socket) -> None:
        collect(peer, "server")
        watch(peer, "server", "finish", "close")
        peer.on("end", lambda: peer.end("answer"))

    server = netserve.create_server(on_connection, allow_half_open=True)
    listening = once(server, "listening")
    server.listen(local_path("s"))
    await listening
    client = netserve.create_connection(local_path("s"), listener=lambda: client.end("question"))
    collect(client, "client")
    watch(client, "client", "finish", "close")
    await once(client, "close")
    server.close()


play(main)
