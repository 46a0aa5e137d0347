"""A second close() reports that the server isn't running, on the same 'close' event."""

from tests.conformance.scenario import once, play, serve, trace, watch


async def main() -> None:
    server = await serve()
    watch(server, "server", "error", "close")
    closed = once(server, "close")
    server.close(lambda error=None: trace("server", "first callback", error))
    server.close(lambda error=None: trace("server", "second callback", error))
    await closed
    server.close(lambda error=None: trace("server", "third callback", error))


play(main)
