"""Messages go both ways: in the primary to the worker and then the cluster, in the worker to the
process and its worker object.
"""

from netserve import cluster, process
from tests.conformance.scenario import play_cluster, trace, watch, watch_cluster


def primary() -> None:
    def on_message(message: str, _handle: None) -> None:
        trace("primary", "its own", message)
        if message == "over":
            worker.disconnect()

    watch_cluster("message")
    worker = cluster.fork()
    watch(worker, "the primary's worker", "message")
    worker.on("message", on_message)
    returned = worker.send(
        {"ask": [1, None, "two"]}, callback=lambda error: trace("callback", "sent", error)
    )
    trace("primary", "send returned", returned)


def worker() -> None:
    def answer(_message: object, _handle: None) -> None:
        process.send("by the process")
        trace("sender", "send returned", cluster.worker.send("by the worker"))
        process.send("over")

    watch(process, "process", "message")
    watch(cluster.worker, "worker1", "message")
    process.once("message", answer)


play_cluster(primary=primary, worker=worker)
