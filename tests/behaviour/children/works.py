"""A worker. Where it listens is in the environment; it answers with its number and what came."""

import json
import os
import signal

import netserve
from netserve import cluster
from netserve._processes.ipc.messages import ForCluster

me = cluster.worker
servers = []
block_list = netserve.BlockList()
told = {name: value for name, value in os.environ.items() if name.startswith("WORK_")}
places = json.loads(told.get("WORK_PLACES", '[{"port": 0, "host": "127.0.0.1"}]'))


def on_connection(server, socket):
    if "WORK_FRAGILE" in told:
        os._exit(1)
    socket.on("error", lambda error: None)
    if "WORK_SILENT" not in told:
        socket.write(f"{me.id}\n")
    socket.on("data", lambda chunk: socket.write(chunk))


def serve(number, place):
    server = netserve.create_server(block_list=block_list)
    server.on("connection", lambda socket: on_connection(server, socket))
    server.on("error", lambda error: me.send(["error", number, error.code, error.syscall]))
    server.on("listening", lambda: me.send(["listening", number, server.address()]))
    server.on("drop", lambda info: me.send(["drop", number]))
    server.on("close", lambda: me.send(["close", number]) if me.is_connected() else None)
    if "WORK_MOST" in told:
        server.max_connections = int(told["WORK_MOST"])
    server.drop_max_connection = "WORK_DROP" in told
    servers.append(server)
    server.listen(**place)


def on_message(message, handle):
    what, about = message
    if what == "exit":
        os._exit(about)
    elif what == "leave":
        me.disconnect()
    elif what == "kill":
        me.kill()
    elif what == "freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif what == "close":
        servers[about].close()
    elif what == "listen":
        serve(len(servers), about)
    elif what == "fork":
        if (pid := os.fork()) == 0:
            code = 1
            try:
                servers[about].close()
                code = 0
            finally:
                os._exit(code)
        me.send(["fork", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])])
    elif what == "count":
        me.send(["count", [len(server.connections) for server in servers]])
    elif what == "env":
        me.send(["env", {name: os.environ.get(name) for name in about}])
    elif what == "unblock":
        block_list.clear()
        me.send(["unblock", block_list.size])
    elif what == "claim":
        for ack in range(max(about - 50, 0), about):
            me.process._link.say(ForCluster({"cmd": "NODE_CLUSTER", "ack": ack, "accepted": True}))
        me.send(["claim", about])
    elif what == "echo":
        me.send(["echo", about])


if "WORK_BLOCK" in told:
    block_list.add_cidr(told["WORK_BLOCK"])
if "WORK_DIES" in told:
    os._exit(int(told["WORK_DIES"]))
me.on("message", on_message)
for number, place in enumerate(places):
    serve(number, place)
netserve.run()
