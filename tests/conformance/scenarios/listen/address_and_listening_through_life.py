"""address() is None and `listening` false before listening and once close() was called."""

import netserve
from tests.conformance.scenario import once, play, trace


async def main() -> None:
    server = netserve.create_server()

    def state(when: str) -> None:
        trace("server", when, server.listening, server.address() is not None)

    state("created")
    server.listen(0)
    state("listen returned")
    await once(server, "listening")
    state("listening")
    closed = once(server, "close")
    server.close()
    state("close returned")
    await closed
    state("closed")


play(main)
