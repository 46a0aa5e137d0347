"""With reuse_port two servers of one program can listen on the same port."""

import netserve
from tests.conformance.scenario import once, play, port_of, trace, watch


async def main() -> None:
    first = netserve.create_server()
    listening = once(first, "listening")
    first.listen(port=0, host="127.0.0.1", reuse_port=True)
    await listening
    second = netserve.create_server()
    watch(second, "second", "listening", "error", "close")
    listening = once(second, "listening")
    second.listen(port=port_of(first), host="127.0.0.1", reuse_port=True)
    await listening
    trace("second", "same port", port_of(second) == port_of(first))
    first.close()
    second.close()


play(main)
