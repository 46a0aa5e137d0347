"""readable and writable, and what ended and finished, at each event of an orderly end."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair()

    def flags(when: str) -> None:
        trace(
            "client",
            when,
            client.readable,
            client.writable,
            client.readable_ended,
            client.writable_ended,
            client.writable_finished,
        )

    flags("connected")
    client.resume()
    peer.resume()
    client.on("finish", lambda: flags("finish"))
    client.on("end", lambda: flags("end"))
    client.on("close", lambda _: flags("close"))
    client.end()
    flags("end returned")


play(main)
