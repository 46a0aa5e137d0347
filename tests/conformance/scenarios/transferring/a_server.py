"""A listening server moves to another thread. Differs on purpose: in Node what is left can listen
again; here a server that was moved is over."""

import asyncio
import threading

import netserve
from tests.conformance.scenario import (
    alias,
    ask,
    attempt,
    differs,
    once,
    play,
    port_of,
    serve,
    trace,
    watch,
)


async def here() -> None:
    refused = {"code": "ERR_STREAM_DESTROYED", "kind": "RuntimeError"}
    differs("left", node=[["listen", "ok"], ["close"]], netserve=[["listen", refused]])
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    names = {threading.get_ident(): "here", thread.ident: "there"}
    server = await serve(lambda peer: peer.end(names[threading.get_ident()]))
    port = alias(port_of(server), "<port>")
    trace("client", "told", await ask(port))
    watch(server, "left", "error", "close")
    moved = netserve.transfer(server, loop)
    moved.remove_all_listeners("close")
    trace("left", "state", server.listening, server.address())
    attempt("left", "again", lambda: netserve.transfer(server, loop))
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(there(moved), loop))
    trace("client", "told", await ask(port))
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stop(moved), loop))
    trace("client", "told", await ask(port))
    attempt("left", "listen", lambda: server.listen(0))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def there(server: netserve.Server) -> None:
    trace("moved", "state", server.listening)


async def stop(server: netserve.Server) -> None:
    closed = once(server, "close")
    server.close()
    await closed


play(here)
