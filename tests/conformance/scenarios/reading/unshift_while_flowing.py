"""Put back while the data flows, it comes again at once. Node calls the listener inside unshift(),
so that it runs twice at the same time; netserve calls it again afterwards."""

from tests.conformance.scenario import differs, pair, play, trace, watch


async def main() -> None:
    _, client, peer = await pair()
    first = True

    def on_data(chunk: bytes) -> None:
        nonlocal first
        trace("client", "data", chunk)
        if not first:
            return
        first = False
        client.unshift(chunk[3:])
        trace("client", "put back")

    client.on("data", on_data)
    again: list[object] = ["data", {"bytes": "lo"}]
    differs("client", node=[again, ["put back"]], netserve=[["put back"], again])
    watch(client, "client", "end", "close")
    peer.end("hello")


play(main)
