"""A half that was destroyed before it had ended was aborted; one that had ended was not. The
documentation's writableAborted is missing from Node's sockets: here they have it."""

import netserve
from tests.conformance.scenario import pair, play, trace


def aborted(socket: netserve.Socket) -> tuple[bool, bool]:
    return socket.readable_aborted, socket.writable_aborted


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    peer.on("data", lambda _: peer.destroy())
    trace("client", "open", *aborted(client), client.closed, client.errored)
    client.on("end", lambda: trace("client", "end", *aborted(client)))
    client.on("close", lambda _: trace("client", "close", *aborted(client), client.closed))
    peer.on("close", lambda _: trace("server", "close", *aborted(peer)))
    client.end("enough")


play(main)
