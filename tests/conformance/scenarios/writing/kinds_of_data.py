"""Text in an encoding of choice, bytes and views of bytes all go out as bytes."""

from tests.conformance.scenario import pair, play, trace


async def main() -> None:
    _, client, peer = await pair()
    whole = bytearray()
    peer.on("data", lambda chunk: whole.extend(chunk))
    peer.on("end", lambda: trace("server", "hex", whole.hex()))
    client.resume()
    client.write("é")
    client.write("é", "latin1")
    client.write("é", "utf-16-le")
    client.write(bytearray([1, 2]))
    client.write(memoryview(bytes([3, 4, 5]))[1:])
    client.end("é", "latin1")


play(main)
