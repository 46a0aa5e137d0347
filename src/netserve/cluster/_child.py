"""A worker's own side: it asks the primary to listen, takes what it is dealt, leaves in order."""

from __future__ import annotations

import errno
import logging
import os
import signal as _signal
import socket as _socket
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from .._core import Channel, Share
from .._descriptors.kinds import as_socket
from .._errors import system_error
from .._events.calling import runtime_of
from .._runtime import current
from .._server.binder import Addresses, binders
from .._server.listen_request import ListenRequest
from .._server.listening import AcceptOptions, Listening
from ..process import Process
from ._messages import describe, is_u64
from ._worker import Worker

if TYPE_CHECKING:
    from .._server.server import Server

log = logging.getLogger("netserve")

# 0: what waits at a socket that is closed is reset, although others listen on the port.
MIGRATES = Path("/proc/sys/net/ipv4/tcp_migrate_req")


class Lease:
    """A server's place at the primary's."""

    def __init__(self, worker: OwnWorker, listening: Listening, where: str, index: int) -> None:
        self.path: str | None = None
        self.key: str | None = None
        self.server = listening.server
        self.where = where
        self.index = index
        self.listening = listening
        self._worker = worker
        self.shared = False
        listening.hold()

    def answered(self) -> None:
        """The primary has answered, or can't any more."""
        self.listening.release()

    def release(self) -> None:
        """The server listens no more: the primary should know."""
        self._worker._release(self)


class OwnWorker(Worker):
    """This process, as a worker of its primary's."""

    process: Process

    def __init__(self, number: int, process: Process) -> None:
        super().__init__(number, process)
        self._leases: list[Lease] = []
        # Servers that listen by themselves.
        self._alone: weakref.WeakSet[Server] = weakref.WeakSet()
        process._always = True
        process._cluster = self._hear
        process.on("disconnect", self._orphaned)
        binders.use(lambda: self)
        self._talk.say(act="online")

    def is_dead(self) -> bool:
        """Never, as far as it can tell."""
        return False

    def disconnect(self) -> Self:
        """Closes all servers that the primary listens for, waits for their connections, leaves."""
        if self.exited_after_disconnect is None:
            self._leave(asked=False)
        return self

    def kill(self, signal: int | str = _signal.SIGTERM) -> None:
        """Leaves at once, with exit code 0. The signal means nothing here, as in Node."""
        if not self.is_connected():
            _exit()
        self.exited_after_disconnect = True
        self.process.once("disconnect", _exit)
        self._talk.say(answer=lambda *_: self.process.disconnect(), act="exitedAfterDisconnect")

    destroy = kill

    # Listening

    def bind(self, listening: Listening, addresses: Addresses) -> None:
        """Asks the primary to listen, unless the server wants a place of its own."""
        request, server = listening.request, listening.server
        if request.reuse_port:
            _warn_of_resets()
        if request.is_own or not self.is_connected():
            self._alone.add(server)
            binders.own.bind(listening, addresses)
            return
        fields = describe(request, addresses[0] if addresses else None)
        if request.path is not None and not request.path.startswith("\0"):
            fields["address"] = os.path.abspath(request.path)
        where = ":".join(str(fields.get(name)) for name in ("address", "port", "addressType", "fd"))
        taken = [lease.index for lease in self._leases if lease.where == where]
        lease = Lease(self, listening, where, max(taken) + 1 if taken else 0)
        self._leases.append(lease)

        def answered(reply: dict[str, Any], fd: int | None) -> None:
            lease.answered()
            self._answered(lease, request, fields, reply, fd)

        self._talk.say(answer=answered, act="queryServer", index=lease.index, data=None, **fields)

    def _answered(
        self,
        lease: Lease,
        request: ListenRequest,
        fields: dict[str, Any],
        reply: dict[str, Any],
        fd: int | None,
    ) -> None:
        server = lease.server
        key, number = reply.get("key"), reply.get("errno") or 0
        if not isinstance(key, str) or type(number) is not int:
            key, number = None, -errno.EPROTO
        lease.key = key
        wanted = lease.listening.wanted
        if number or not wanted:
            if fd is not None:
                os.close(fd)
            if number:
                lease.key = None
            lease.release()
            if wanted:
                lease.listening.fail(_error(-number, request, fields))
            return
        lease.path = request.path
        try:
            if fd is not None:
                _listen(fd, request, fields)
                lease.listening.adopt(fd, lease)
            else:
                lease.shared = True
                lease.listening.begin(lambda options: self._share(lease, reply, options), lease)
        except OSError as error:
            lease.release()
            lease.listening.fail(error)
            return
        runtime_of(server).defer(self._tell_listening, lease, fields)

    def _share(self, lease: Lease, reply: dict[str, Any], options: AcceptOptions) -> Share:
        core = self.process._core
        if core is None or lease.key is None:
            raise system_error(errno.EPIPE, "listen", detail="the primary is gone")
        share = Share(
            options.reactor,
            core,
            lease.key,
            _name(reply.get("sockname")),
            options.owner,
            live=options.live,
            limit=options.limit,
            no_delay=options.no_delay,
            keep_alive=options.keep_alive,
            drop_above=options.drop_above,
            reports=reply.get("reports") is True,
            block_list=options.block_list,
        )
        core.set_share(lease.key, share)
        return share

    def _tell_listening(self, lease: Lease, fields: dict[str, Any]) -> None:
        if lease in self._leases:
            address = lease.server.address()
            port = getattr(address, "port", fields["port"])
            self._talk.say(act="listening", **{**fields, "port": port})

    def _release(self, lease: Lease) -> None:
        if lease not in self._leases:
            return
        self._leases.remove(lease)
        lease.answered()
        if lease.key is not None:
            if self.process._core is not None:
                self.process._core.set_share(lease.key, None)
            self._talk.say(act="close", key=lease.key)

    # Messages

    def _hear(self, message: dict[str, Any], fd: int | None) -> None:
        if self._talk.hears(message, fd):
            return
        act, seq = message.get("act"), message.get("seq")
        core: Channel | None = self.process._core
        if act == "newconn" and fd is not None and core is not None and is_u64(seq):
            core.offer(str(message.get("key")), seq, fd)
            return
        if fd is not None:
            os.close(fd)
        if act == "disconnect":
            self._leave(asked=True)

    # Leaving

    def _leave(self, *, asked: bool) -> None:
        """Closes the servers and waits for their connections. `asked`: by the primary."""
        self.exited_after_disconnect = True
        servers = {lease.server for lease in self._leases if _is_open(lease.server)}
        left = len(servers)

        def closed(error: BaseException | None = None) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                self._part(asked=asked)

        for server in servers:
            server.close(closed)
        if not servers:
            closed()

    def _part(self, *, asked: bool) -> None:
        if not self.is_connected():
            return
        if asked:
            self.process.disconnect()
            return
        self._talk.say(answer=lambda *_: self.process.disconnect(), act="exitedAfterDisconnect")

    def _orphaned(self) -> None:
        """The channel is closed. If nobody asked for that, the primary is gone.

        Nobody can connect any more: the connections that there are may end, then so does the
        program.
        """
        for lease in self._leases:
            lease.answered()
        servers = {lease.server for lease in self._leases} | set(self._alone)
        servers = {server for server in servers if _is_open(server)}
        self._emit("disconnect")
        if self.exited_after_disconnect:
            return
        left = len(servers)

        def closed(error: BaseException | None = None) -> None:
            nonlocal left
            left -= 1
            if left <= 0:
                current().defer(_exit)

        for server in servers:
            server.close(closed, timeout=server.close_timeout)
        if not servers:
            closed()


def _is_open(server: Server) -> bool:
    """Whether `close` of a server is still to come: it was not closed, or has connections."""
    return server.listening or server._opening or bool(server.connections)


def _exit() -> NoReturn:
    """Ends the program: a loop stops for it, and closes everything."""
    raise SystemExit(0)


def _listen(fd: int, request: ListenRequest, fields: dict[str, Any]) -> None:
    """Listens on a descriptor that is bound, if it is where it should be.

    A Node primary hides that a port is taken: the descriptor is not bound then.
    """
    try:
        with as_socket(fd) as socket:
            socket.setblocking(False)
            bound = socket.getsockname()
            if socket.family != _socket.AF_UNIX and request.port and bound[1] != request.port:
                raise OSError(errno.EADDRINUSE, "not bound to the port")
            socket.listen(request.backlog)
    except OSError as error:
        os.close(fd)
        raise _error(error.errno or errno.EINVAL, request, fields) from None


def _error(number: int, request: ListenRequest, fields: dict[str, Any]) -> OSError:
    address = fields["address"]
    port = None if request.path is not None or request.fd is not None else request.port
    if address is None and port is not None:
        address = "::" if request.ipv6_only else "0.0.0.0"
    return system_error(number, "bind", address, port)


def _name(sockname: Any) -> Any:
    """What the primary says about an address, as the core says it."""
    if not isinstance(sockname, dict):
        return None
    family = 6 if str(sockname.get("family")).endswith("6") else 4
    return str(sockname.get("address")), int(sockname.get("port") or 0), family


def _warn_of_resets() -> None:
    try:
        resets = MIGRATES.read_text().strip() == "0"
    except OSError:
        return
    if resets:
        log.warning(
            "reuse_port in a worker: connections that wait for it are reset when it exits, because "
            "net.ipv4.tcp_migrate_req is 0"
        )
