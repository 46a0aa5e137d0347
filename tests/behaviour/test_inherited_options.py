"""Options that connections inherit are set once, on the listening socket."""

from __future__ import annotations

import asyncio
import socket
import sys

import pytest

import netserve
from netserve import once
from netserve._core import Accepted, Listener
from netserve._runtime import current

linux = pytest.mark.skipif(sys.platform != "linux", reason="the names of the options are Linux's")


def options(fd: int) -> tuple[int, ...]:
    """TCP_NODELAY, SO_KEEPALIVE, the schedule of the probes, and TCP_USER_TIMEOUT."""
    asked = socket.socket(fileno=fd)
    try:
        schedule = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        names = (*schedule, socket.TCP_USER_TIMEOUT)
        return (
            int(bool(asked.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))),
            asked.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
            *(asked.getsockopt(socket.IPPROTO_TCP, name) for name in names),
        )
    finally:
        asked.detach()


class Owner:
    """Takes what a listener accepts."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[tuple[int, ...]] = asyncio.Queue()

    def _on_connection(self, accepted: Accepted) -> None:
        self.taken.put_nowait(options(accepted.fileno()))


@linux
@pytest.mark.parametrize("keep_alive", [(9.0, 4.0, 3), (9.5, 4.9, 3)])
async def test_the_whole_schedule_is_on_the_listening_socket_and_on_what_it_accepts(keep_alive):
    """Also on a connection that was there before the listening socket had its options."""
    owner = Owner()
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = server.getsockname()
        with socket.create_connection(where):
            server.setblocking(False)
            listener = Listener(
                current().reactor,
                server.detach(),
                owner,
                no_delay=True,
                keep_alive=keep_alive,
                user_timeout=2.5,
            )
            assert options(listener.fileno()) == (1, 1, 9, 4, 3, 2500)
            listener.resume()
            assert await owner.taken.get() == (1, 1, 9, 4, 3, 2500)
        with socket.create_connection(where):
            assert await owner.taken.get() == (1, 1, 9, 4, 3, 2500)
    listener.close()


@linux
async def test_an_accepted_connection_has_what_its_server_asked_for():
    async with await netserve.start_server(
        port=0,
        host="127.0.0.1",
        no_delay=True,
        keep_alive=True,
        keep_alive_initial_delay=7.0,
        user_timeout=3,
    ) as server:
        coming = once(server, "connection")
        client = await netserve.open_connection(server.address().port, "127.0.0.1")
        (served,) = await coming
        assert options(served.fileno())[:3] == (1, 1, 7)
        assert options(served.fileno())[-1] == 3000
        client.destroy()
        served.destroy()
