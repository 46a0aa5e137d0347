"""A reset with data queued fails the write's callback and ends in one error and one 'close'."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair(server_options={"pause_on_connect": True})
    client.resume()
    client.write(
        bytes(64 << 20), callback=lambda error=None: trace("callback", "failed", bool(error))
    )
    errors = 0

    def count(_error: Exception) -> None:
        nonlocal errors
        errors += 1

    client.on("error", count)
    client.on("close", lambda had_error: trace("client", "close", had_error, errors))
    peer.reset_and_destroy()


play(main)
