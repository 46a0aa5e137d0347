"""An encoding that doesn't exist throws."""

from tests.conformance.scenario import attempt, pair, play


async def main() -> None:
    _, client, peer = await pair()
    peer.resume()
    client.resume()
    attempt("client", "write", lambda: client.write("x", "morse"))
    client.end()


play(main)
