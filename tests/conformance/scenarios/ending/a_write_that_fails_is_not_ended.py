"""A write that the system refuses at once leaves a socket that was not ended."""

import netserve
from tests.conformance.scenario import local_path, once, play, trace, watch


async def main() -> None:
    server = netserve.create_server(lambda peer: peer.destroy()).listen(local_path("s"))
    await once(server, "listening")
    client = netserve.create_connection(path=local_path("s"), allow_half_open=True)
    watch(client, "client", "finish", "error", "close")
    await once(client.resume(), "end")
    trace("client", "writable", client.writable)
    trace("client", "write", client.write("x"), client.writable)
    closed = once(client, "close")
    client.end()
    trace("client", "ended", client.writable_ended)
    await closed
    trace("client", "ended", client.writable_ended)
    server.close()


play(main)
