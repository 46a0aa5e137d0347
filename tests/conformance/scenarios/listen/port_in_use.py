"""A port in use is an 'error' event that names it; no 'close' follows, the server isn't open."""

import netserve
from tests.conformance.scenario import alias, once, play, port_of, serve, trace, watch


async def main() -> None:
    first = await serve()
    port = alias(port_of(first), "<port>")
    second = netserve.create_server()
    watch(second, "second", "listening", "error", "close")
    failed = once(second, "error")
    second.listen(port, "127.0.0.1", callback=lambda: trace("second", "callback"))
    trace("second", "listen returned")
    await failed
    trace("second", "state", second.listening, second.address())
    first.close()


play(main)
