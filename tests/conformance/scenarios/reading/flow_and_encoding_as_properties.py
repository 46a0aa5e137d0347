"""Who takes the data, in which encoding, and whether anybody has: a socket says so at any time."""

import netserve
from tests.conformance.scenario import pair, play, sleep, trace


def state(socket: netserve.Socket) -> tuple[bool | None, bool, int]:
    return socket.readable_flowing, socket.readable_did_read, socket.readable_length


async def main() -> None:
    _, client, peer = await pair()
    trace("client", "new", *state(client), client.readable_encoding)
    client.pause()
    trace("client", "paused", *state(client))
    peer.write("one")
    await sleep(0.1)
    trace("client", "waiting", client.readable_did_read, client.readable_length <= 3)
    client.set_encoding("latin1")
    client.on("data", lambda chunk: trace("client", "data", chunk, *state(client)))
    client.on("end", lambda: trace("client", "end", *state(client)))
    # Python's name for it
    assert client.readable_encoding == "iso8859-1"
    trace("client", "a listener", *state(client), "latin1")
    client.resume()
    trace("client", "resumed", client.readable_flowing)
    peer.end("")


play(main)
