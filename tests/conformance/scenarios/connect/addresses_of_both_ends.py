"""Each end knows its own address until it is closed, and the other's if it was asked for before."""

import netserve
from tests.conformance.scenario import once, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    _, other, other_peer = await pair()
    other.destroy()
    trace("other", "destroyed", other.local_address, other.remote_address)
    other_peer.resume()

    def ends(who: str, socket: netserve.Socket) -> None:
        trace(
            who,
            "addresses",
            socket.local_address,
            socket.local_family,
            socket.remote_address,
            socket.remote_family,
        )

    ends("client", client)
    ends("server", peer)
    trace(
        "client",
        "mirrored",
        client.local_port == peer.remote_port,
        client.remote_port == peer.local_port,
    )
    address = (client.local_address, "IPv4", client.local_port)
    trace("client", "address", client.address() == address)
    client.end()
    client.resume()
    peer.resume()
    await once(client, "close")
    trace(
        "client", "closed", client.local_port is None, client.remote_address, client.remote_family
    )
    fresh = netserve.Socket()
    trace(
        "fresh",
        "created",
        fresh.local_address,
        fresh.remote_address,
        fresh.remote_port,
        fresh.remote_family,
        fresh.bytes_read,
        fresh.bytes_written,
        fresh.timeout,
    )


play(main)
