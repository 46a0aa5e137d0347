"""A pipe and the listeners for data get each chunk in the order in which they came."""

import netserve
from tests.conformance.scenario import pair, play, sleep, trace


class Sink(netserve.EventEmitter):
    def write(self, chunk: bytes) -> bool:
        trace("sink", "chunk", chunk)
        return True

    def end(self) -> None:
        trace("sink", "end")


async def main() -> None:
    for first in ("pipe", "listener"):
        _, client, peer = await pair()

        def listen(peer: netserve.Socket = peer) -> None:
            peer.on("data", lambda chunk: trace("sink", "listener", chunk))

        if first == "listener":
            listen()
        peer.pipe(Sink())
        if first == "pipe":
            listen()
        client.resume()
        client.write(first)
        await sleep(0.05)
        client.end()
        await sleep(0.05)


play(main)
