"""What was read and is not needed is put back, and comes again before everything else."""

from tests.conformance.scenario import collect, later, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    peer.end("head|body")

    def head(chunk: bytes) -> None:
        trace("client", "data", chunk)
        client.pause()
        trace("client", "nothing", client.unshift(b""), client.readable_length)
        trace("client", "put back", client.unshift(chunk[5:]), client.readable_length)
        trace("client", "more", client.unshift("the "), client.readable_length)

        def rest() -> None:
            collect(client, "client")
            client.resume()

        later(0.05, rest)

    client.once("data", head)
    client.on("close", lambda _: trace("client", "close", client.unshift("gone")))


play(main)
