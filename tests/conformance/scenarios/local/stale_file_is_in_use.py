"""A socket file left behind is in use too; once removed, the same server can listen there."""

from pathlib import Path

import netserve
from tests.conformance.scenario import local_path, once, play, trace, watch


async def main() -> None:
    path = Path(local_path("s"))
    path.write_text("left behind")
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    failed = once(server, "error")
    server.listen(path)
    await failed
    trace("server", "file is untouched", path.read_text())
    path.unlink()
    server.listen(path, callback=lambda: server.close())


play(main)
