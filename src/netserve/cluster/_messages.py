"""How cluster messages look, on both sides.

Each has `cmd`, what it is about in `act`, and a number, `seq`; the answer has that number in `ack`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple, TypeGuard

from .._address.info import is_ip
from .._arguments import PATH_SPACE, check_host, check_path
from .._core import Channel
from .._descriptors.kinds import check_fd
from .._processes.ipc import Peer
from .._server.listen_request import ListenRequest

CLUSTER = "NODE_CLUSTER"

Answer = Callable[[dict[str, Any], int | None], None]


class ListeningAddress(NamedTuple):
    """Where a worker listens. `address_type` is 4, 6 or -1 (a path).

    Node: `cluster`, "Event: 'listening'".
    """

    address: str | None
    port: int | None
    address_type: int | str | None
    fd: int | None


class Conversation:
    """Cluster messages to one other process, and who waits for an answer."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._waiting: dict[int, Answer] = {}

    def say(
        self, descriptor: int | None = None, /, *, answer: Answer | None = None, **fields: Any
    ) -> None:
        """Sends a message; `answer(message, fd)` gets what comes back. `descriptor` is given away.

        A field may be called `fd`: that is only a number, of the primary's.
        """
        seq = Channel.next_seq()
        if answer is not None:
            self._waiting[seq] = answer
        message = {"cmd": CLUSTER, **fields, "seq": seq}
        if descriptor is not None:
            message = {"cmd": "NODE_HANDLE", "type": "net.Native", "msg": message}
        self._peer._send_internal(message, descriptor)

    def hears(self, message: dict[str, Any], fd: int | None) -> bool:
        """Hands an answer to whoever waits for it. Whether it was one."""
        ack = message.get("ack")
        answer = self._waiting.pop(ack, None) if is_u64(ack) else None
        if answer is None:
            return False
        answer(message, fd)
        return True


def is_u64(value: Any) -> TypeGuard[int]:
    """Whether a value is a number as messages have them."""
    return type(value) is int and 0 <= value < 2**64


def describe(request: ListenRequest, address: tuple[str, int] | None) -> dict[str, Any]:
    """What a worker asks its primary to listen on."""
    fields: dict[str, Any] = {"address": None, "port": request.port, "addressType": 4}
    if request.fd is not None:
        fields = {"address": None, "port": None, "addressType": None, "fd": request.fd}
    elif request.path is not None:
        fields = {"address": request.path, "port": -1, "addressType": -1}
        fields |= {"readableAll": request.readable_all, "writableAll": request.writable_all}
    elif address is not None:
        fields |= {"address": address[0], "addressType": address[1]}
    if request.path is None:
        fields["flags"] = int(request.ipv6_only)
    return {**fields, "backlog": request.backlog}


def understand(message: dict[str, Any]) -> tuple[ListenRequest, list[tuple[str, int]]]:
    """The other way round. Raises `ValueError` or `TypeError` for what makes no sense."""
    backlog = message.get("backlog")
    common: dict[str, Any] = {}
    if type(backlog) is int and backlog > 0:
        common["backlog"] = min(backlog, 2**31 - 1)
    address, port, kind = (message.get(name) for name in ("address", "port", "addressType"))
    fd = message.get("fd")
    if fd is not None:
        return ListenRequest(fd=check_fd(fd), borrowed=True, **common), []
    if kind == -1 and isinstance(address, str):
        flags = {
            "readable_all": message.get("readableAll"),
            "writable_all": message.get("writableAll"),
        }
        common |= {name: value is True for name, value in flags.items()}
        return ListenRequest(path=check_path(_that_fits(address)), **common), []
    if type(port) is not int or not 0 <= port <= 65535 or kind not in (4, 6):
        raise ValueError(f"a worker asks to listen on {message}")
    flags_given = message.get("flags")
    only = type(flags_given) is int and bool(flags_given & 1)
    request = ListenRequest(port=port, ipv6_only=only, **common)
    if is_ip(address) not in (0, kind):
        raise ValueError(f"a worker asks for the address {address!r}, which is no IPv{kind}")
    return request, [(check_host(address), kind)] if address is not None else []


def _that_fits(path: str) -> str:
    """A worker's absolute path; where the system has no room for it, the way there from here.

    A worker in a deep folder that asked for a short relative path is right to expect that it can
    be listened on. The absolute one is better where it fits: it stays right if we go elsewhere.
    """
    if path.startswith("\0") or len(os.fsencode(path)) < PATH_SPACE:
        return path
    return os.path.relpath(path)
