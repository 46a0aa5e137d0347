"""What can't be moved to another thread. Differs on purpose: Node moves a socket that has sent its
end, and forgets that it has."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import attempt, differs, pair, play


async def here() -> None:
    refused = {"code": "ERR_WORKER_HANDLE_NOT_TRANSFERABLE"}
    fact = "a socket that was ended"
    differs("program", node=[[fact, "ok"]], netserve=[[fact, refused]])
    loop = asyncio.new_event_loop()

    def move(handle: netserve.Server | netserve.Socket) -> Callable[[], object]:
        return lambda: netserve.transfer(handle, loop)

    attempt("program", "a server that does not listen", move(netserve.create_server()))
    attempt("program", "a socket without a connection", move(netserve.Socket()))
    _, client, peer = await pair()
    peer.end()
    attempt("program", "a socket that was ended", move(peer))
    while client.write(bytes(1 << 20)):
        pass
    attempt("program", "a socket with bytes to write", move(client))
    peer.destroy()
    attempt("program", "a socket that was destroyed", move(peer))
    client.destroy()
    loop.close()


play(here)
