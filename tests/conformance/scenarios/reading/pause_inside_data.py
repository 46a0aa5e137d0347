"""pause() within 'data' holds for what has already arrived."""

from tests.conformance.scenario import later, pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    client.resume()
    total = 0
    deaf = False

    def on_data(chunk: bytes) -> None:
        nonlocal deaf, total
        if deaf:
            trace("server", "data while paused")
        total += len(chunk)
        deaf = True
        peer.pause()
        later(0.001, go_on)

    def go_on() -> None:
        nonlocal deaf
        deaf = False
        peer.resume()

    peer.on("data", on_data)
    peer.on("end", lambda: trace("server", "end", total))
    client.end("x" * 300_000)


play(main)
