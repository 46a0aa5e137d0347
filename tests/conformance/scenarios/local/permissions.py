"""readable_all and writable_all open the socket file to everyone."""

import os

import netserve
from tests.conformance.scenario import local_path, once, play, trace


async def main() -> None:
    os.umask(0o077)
    for readable_all, writable_all in ((False, False), (True, False), (False, True), (True, True)):
        path = local_path("s")
        server = netserve.create_server()
        listening = once(server, "listening")
        server.listen(path=path, readable_all=readable_all, writable_all=writable_all)
        await listening
        mode = os.stat(path).st_mode
        trace("server", "listening", readable_all, writable_all, f"{mode & 0o077:o}")
        closed = once(server, "close")
        server.close()
        await closed


play(main)
