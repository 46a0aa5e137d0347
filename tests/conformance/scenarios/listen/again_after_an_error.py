"""A server whose listen() failed can be told to listen again."""

import netserve
from tests.conformance.scenario import alias, play, port_of, serve, trace, watch


async def main() -> None:
    first = await serve()
    port = alias(port_of(first), "<port>")
    second = netserve.create_server()
    watch(second, "second", "listening", "error", "close")

    def try_again(_error: OSError) -> None:
        first.close(lambda *_: second.listen(port, "127.0.0.1"))

    def done() -> None:
        trace("second", "has the port", port_of(second))
        second.close()

    second.once("error", try_again)
    second.listen(port, "127.0.0.1")
    second.once("listening", done)


play(main)
