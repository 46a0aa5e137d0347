"""A worker's server has the same options: a connection that is paused is read when it resumes."""

import netserve
from netserve import process
from tests.conformance.scenario import collect, fork_listening, once, play_cluster, trace


async def primary() -> None:
    worker, address = await fork_listening()
    client = netserve.create_connection(address.port, "127.0.0.1")
    collect(client, "client")
    client.end("hello", callback=lambda *_: worker.send("sent"))
    client.on("close", lambda _: worker.disconnect())


def worker() -> None:
    async def on_connection(peer: netserve.Socket) -> None:
        def on_end() -> None:
            trace("worker1", "half open", peer.writable)
            peer.end("goodbye")

        trace("worker1", "connection", peer.is_paused(), peer.server is server)
        collect(peer, "worker1")
        peer.on("end", on_end)
        await sent
        trace("worker1", "resume", peer.bytes_read)
        peer.resume()

    sent = once(process, "message")
    server = netserve.create_server(on_connection, pause_on_connect=True, allow_half_open=True)
    server.listen(0, "127.0.0.1")


play_cluster(primary=primary, worker=worker)
