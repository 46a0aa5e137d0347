"""An address that this machine does not have is an error in the worker."""

from netserve import cluster
from tests.conformance.scenario import name_server, play_cluster, trace, watch_cluster


def primary() -> None:
    watch_cluster("listening", "exit")
    cluster.fork()


def worker() -> None:
    def on_error(error: BaseException) -> None:
        trace("worker1", "error", error)
        cluster.worker.disconnect()

    # 192.0.2.0/24 is set aside for documentation: no machine has it.
    name_server().listen(8000, "192.0.2.1").on("error", on_error)


play_cluster(primary=primary, worker=worker)
