"""A path where a file is already is an error in the worker, and the file stays."""

from pathlib import Path

from netserve import cluster
from tests.conformance.scenario import (
    local_path,
    name_server,
    play_cluster,
    trace,
    watch_cluster,
)

PATH = local_path("s")


def primary() -> None:
    Path(PATH).write_text("mine")
    watch_cluster("listening", "exit")
    cluster.fork()


def worker() -> None:
    def on_error(error: BaseException) -> None:
        trace("worker1", "error", error, Path(PATH).read_bytes())
        cluster.worker.disconnect()

    name_server().listen(PATH).on("error", on_error)


play_cluster(primary=primary, worker=worker)
