"""A cluster whose workers are Node programs (or Python's); ends when its input does."""

import json
import sys
from typing import Any

import netserve
from netserve import Socket, cluster

policy, runtime, program = sys.argv[1:4]
POLICIES: dict[str, Any] = {
    "rr": cluster.SCHED_RR,
    "none": cluster.SCHED_NONE,
    "least": cluster.SCHED_LEAST,
    "function": lambda address, workers: workers[address.port % len(workers)],
}
cluster.scheduling_policy = POLICIES[policy]
serialization = sys.argv[4] if len(sys.argv) > 4 else "json"
cluster.setup_primary(exec=program, args=[], exec_path=runtime, serialization=serialization)


def say(*what):
    print(json.dumps(what), flush=True)


listening = []


def on_listening(worker, address):
    listening.append(worker)
    if len(listening) == 2:
        say("port", address.port)


cluster.on("listening", on_listening)
cluster.on("message", lambda worker, message, handle: say("message", message))
cluster.on("exit", lambda w, code, signal: say("exit", code, signal, w.exited_after_disconnect))
cluster.fork()
cluster.fork()
Socket(fd=0, writable=False).on("end", cluster.disconnect).resume()
netserve.run()
