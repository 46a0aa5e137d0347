"""readable_all and writable_all of a worker are for the file that the primary makes."""

import os

from netserve import cluster
from tests.conformance.scenario import local_path, name_server, once, play_cluster, trace

PATH = local_path("s")


def primary() -> None:
    os.umask(0o077)
    cluster.fork()


async def worker() -> None:
    for readable_all, writable_all in ((False, False), (True, False), (False, True), (True, True)):
        server = name_server()
        server.listen(path=PATH, readable_all=readable_all, writable_all=writable_all)
        await once(server, "listening")
        mode = os.stat(PATH).st_mode & 0o077
        trace("worker1", "listening", readable_all, writable_all, f"{mode:o}")
        await once(server.close(), "close")
    cluster.worker.disconnect()


play_cluster(primary=primary, worker=worker)
