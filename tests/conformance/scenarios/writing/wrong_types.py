"""write() takes text and bytes; anything else throws and changes nothing."""

from tests.conformance.scenario import attempt, collect, pair, play, watch


async def main() -> None:
    _, client, peer = await pair()
    collect(peer, "server")
    client.resume()
    watch(client, "client", "error")
    attempt("client", "null", lambda: client.write(None))
    attempt("client", "number", lambda: client.write(5))
    attempt("client", "list", lambda: client.write([]))
    attempt("client", "object", lambda: client.write({}))
    attempt("client", "true", lambda: client.write(True))
    attempt("client", "end(5)", lambda: client.end(5))
    client.end("still fine")


play(main)
