"""The callback of close() is one more 'close' listener, called without an error."""

from tests.conformance.scenario import play, serve, trace


async def main() -> None:
    server = await serve()
    server.on("close", lambda *args: trace("server", "first", len(args)))
    server.close(lambda error=None: trace("server", "callback", error))
    server.on("close", lambda: trace("server", "last"))
    trace("server", "close returned", server.listening)


play(main)
