"""A server that was unref'd keeps nothing alive: the program ends though it listens."""

from tests.conformance.scenario import play, serve, trace, watch


async def main() -> None:
    server = await serve()
    watch(server, "server", "close")
    trace("server", "chains", server.unref() is server, server.listening)


play(main)
