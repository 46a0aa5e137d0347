"""ready_state, connecting, pending, destroyed and closed through the life of a client."""

import netserve
from tests.conformance.scenario import once, play, port_of, serve, trace


async def main() -> None:
    server = await serve(lambda peer: peer.resume())
    client = netserve.Socket()

    def state(when: str) -> None:
        trace(
            "client",
            when,
            client.ready_state,
            client.connecting,
            client.pending,
            client.destroyed,
            client.closed,
        )

    state("created")
    client.connect(port_of(server), "127.0.0.1")
    state("connect returned")
    await once(client, "connect")
    state("connected")
    client.end()
    state("end returned")
    client.resume()
    client.on("finish", lambda: state("finish"))
    client.on("end", lambda: state("end"))
    await once(client, "close")
    state("closed")
    server.close()


play(main)
