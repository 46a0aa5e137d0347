"""The methods that set something return the socket, before and after connecting."""

import netserve
from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    fresh = netserve.Socket()
    for who, socket in (("client", client), ("fresh", fresh)):
        trace(who, "set_no_delay", socket.set_no_delay() is socket)
        trace(who, "set_no_delay(false)", socket.set_no_delay(False) is socket)
        trace(who, "set_keep_alive", socket.set_keep_alive(True, 1.0) is socket)
        trace(who, "set_timeout", socket.set_timeout(0) is socket)
        trace(who, "unref", socket.unref() is socket)
        trace(who, "ref", socket.ref() is socket)
        trace(who, "pause", socket.pause() is socket)
        trace(who, "resume", socket.resume() is socket)
        trace(who, "set_encoding", socket.set_encoding("utf8") is socket)
        trace(who, "destroy", socket.destroy() is socket)


play(main)
