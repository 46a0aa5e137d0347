"""A connection moves to another thread with every byte; what is left is destroyed. Differs on
purpose: Node's 'close' of what is left has no argument."""

import asyncio
import threading

import netserve
from tests.conformance.scenario import (
    attempt,
    collect,
    differs,
    once,
    play,
    port_of,
    serve,
    trace,
    watch,
)


async def here() -> None:
    differs("left", node=[["close"]], netserve=[["close", False]])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = await serve(pause_on_connect=True)
    accepted = once(server, "connection")
    client = netserve.create_connection(port_of(server), "127.0.0.1")
    collect(client, "client")
    client.write(b"before")
    (peer,) = await accepted
    watch(peer, "left", "end", "error", "close")
    moved = netserve.transfer(peer, loop)
    done = asyncio.run_coroutine_threadsafe(there(moved), loop)
    trace("left", "state", peer.destroyed, peer.ready_state)
    attempt("left", "again", lambda: netserve.transfer(peer, loop))
    await once(peer, "close")
    client.end(b" after")
    await once(client, "close")
    await asyncio.wrap_future(done)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    server.close(lambda: trace("server", "closed"))


async def there(peer: netserve.Socket) -> None:
    trace("moved", "state", peer.is_paused(), peer.bytes_read, peer.server)
    watch(peer, "moved", "end", "close")
    closed = once(peer, "close")
    collect(peer, "moved")
    peer.on("data", lambda chunk: peer.write(chunk))
    await closed


play(here)
