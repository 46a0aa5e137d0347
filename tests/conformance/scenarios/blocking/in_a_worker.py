"""A worker's server drops what its list blocks; the connection is not passed on to another.

Node says nothing about it; here the server hears of it as of any other that is dropped.
"""

import netserve
from netserve import BlockList, cluster, process
from tests.conformance.scenario import ask, differs, fork_listening, me, once, play_cluster, trace


async def primary() -> None:
    worker, address = await fork_listening()
    trace("client", "hears", await ask(address.port))
    cleared = once(worker, "message")
    worker.send("clear")
    await cleared
    trace("client", "hears", await ask(address.port))
    cluster.disconnect()


def worker() -> None:
    differs(me(), node=[["connection"]], netserve=[["drop", "127.0.0.1"], ["connection"]])
    block_list = BlockList()
    block_list.add_subnet("127.0.0.0", 8)
    server = netserve.create_server(lambda peer: peer.end(me()), block_list=block_list)
    server.on("connection", lambda _: trace(me(), "connection"))
    server.on("drop", lambda info: trace(me(), "drop", info.remote_address))
    server.listen(0, "127.0.0.1")

    def on_message(*_: object) -> None:
        block_list.clear()
        process.send("cleared")

    process.on("message", on_message)


play_cluster(primary=primary, worker=worker)
