"""What is piped goes through the write of its destination, whoever wrote that."""

from typing import Any

from tests.conformance.scenario import collect, pair, play, trace


async def main() -> None:
    left = await pair()
    right = await pair()
    left.client.resume()
    right.client.resume()
    write = right.client.write

    def seen(chunk: bytes, *rest: Any) -> bool:
        trace("destination", "write", chunk)
        return write(chunk, *rest)

    right.client.write = seen  # type: ignore[assignment, method-assign]
    left.peer.pipe(right.client)
    collect(right.peer, "far end")
    left.client.end("hello")


play(main)
