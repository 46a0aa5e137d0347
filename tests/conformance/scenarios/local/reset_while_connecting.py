"""A local socket refuses a reset, connected or not yet."""

import netserve
from tests.conformance.scenario import attempt, local_path, once, play, watch


async def main() -> None:
    server = netserve.create_server(lambda peer: peer.resume()).listen(local_path("s"))
    await once(server, "listening")
    client = netserve.create_connection(local_path("s"))
    watch(client, "client", "connect", "error", "close")
    attempt("client", "connecting", lambda: client.reset_and_destroy())
    await once(client, "connect")
    attempt("client", "connected", lambda: client.reset_and_destroy())
    client.resume().end()
    server.close()


play(main)
