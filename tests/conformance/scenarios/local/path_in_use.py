"""A path where a server listens is an 'error' event that names the path."""

import netserve
from tests.conformance.scenario import local_path, once, play, trace, watch


async def main() -> None:
    first = netserve.create_server()
    listening = once(first, "listening")
    first.listen(local_path("s"))
    await listening
    second = netserve.create_server()
    watch(second, "second", "listening", "error", "close")
    failed = once(second, "error")
    second.listen(local_path("s"))
    trace("second", "listen returned", second.listening)
    await failed
    first.close()


play(main)
