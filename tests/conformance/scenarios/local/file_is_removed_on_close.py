"""The socket file lives as long as the server listens."""

from pathlib import Path

import netserve
from tests.conformance.scenario import local_path, once, play, trace


async def main() -> None:
    path = Path(local_path("s"))
    server = netserve.create_server()
    listening = once(server, "listening")
    server.listen(path)
    await listening
    trace("server", "listening", path.is_socket())
    closed = once(server, "close")
    server.close()
    trace("server", "close returned", path.exists())
    await closed
    trace("server", "closed", path.exists())


play(main)
