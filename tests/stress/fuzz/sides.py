"""Who is spoken to: a plain peer, a cluster's primary, a worker. Each with a program around it."""

from __future__ import annotations

import contextlib
import os
import random
import socket
from typing import Any

import netserve
from netserve import cluster
from netserve._processes.inherited import Inherited
from netserve._processes.ipc import Peer
from netserve._processes.launch_request import LaunchRequest
from netserve._processes.own_process import Process
from netserve._runtime import Runtime
from netserve._server.binder import binders
from netserve.child_process import ChildProcess
from netserve.cluster import _own_worker
from netserve.cluster._conversation import Conversation
from netserve.cluster._primary import Primary

from .words import Words

# What a channel's owner may be told of a peer that talks nonsense.
EXPECTED = {"ERR_IPC_BROKEN_CHANNEL", "ERR_IPC_CHANNEL_CLOSED", "ERR_IPC_DISCONNECTED"}


class Side:
    """One end of a channel, and what a program does there."""

    def __init__(self, rng: random.Random, runtime: Runtime, fd: int, serialization: str) -> None:
        self.rng = rng
        self.gone = False
        self.held: list[Any] = []
        self.peer = self.open(runtime, fd, serialization)
        self.peer.on("disconnect", self._gone).on("error", self._failed)
        # A cluster listens by itself: what comes before the program does is lost then.
        if rng.random() < 0.8 or type(self) is not Side:
            self.peer.on("message", self._take)

    def open(self, runtime: Runtime, fd: int, serialization: str) -> Peer:
        """Takes the descriptor over."""
        peer = Peer()
        peer._open_channel(runtime, fd, serialization)
        return peer

    def first_words(self, words: Words) -> list[Any]:
        """What the other side says first."""
        return []

    def hear(self, message: dict[str, Any], words: Words) -> None:
        """The other side got an internal message: it learns what would make sense."""

    def _gone(self) -> None:
        assert not self.gone, "disconnect came twice"
        self.gone = True

    def _failed(self, error: Any) -> None:
        assert error.code in EXPECTED, error

    def _take(self, message: Any, handle: Any) -> None:
        assert not self.gone, "a message after disconnect"
        if handle is None:
            return
        if isinstance(handle, netserve.Socket):
            handle.on("error", lambda error: None)
        if self.rng.random() < 0.5:
            put_away(handle)
        else:
            self.held.append(handle)
            if isinstance(handle, netserve.Socket):
                handle.resume()

    def meddle(self) -> None:
        """The program does something of its own."""
        rng, peer = self.rng, self.peer
        kind = rng.randrange(10)
        if kind < 3:
            peer.send({"hello": rng.randrange(9)}, callback=lambda error: None)
        elif kind < 6:
            peer.send("take it", self.handle(), keep_open=rng.random() < 0.3)
        elif kind == 6 and peer.channel is not None:
            rng.choice([peer.channel.ref, peer.channel.unref])()
        elif kind == 7:
            peer.on("message", self._take) if not peer.listener_count("message") else None
        elif kind == 8:
            peer.disconnect()

    def handle(self) -> Any:
        """Something to send: a socket, a server or a plain socket."""
        kind = self.rng.randrange(3)
        if kind == 0:
            handle: Any = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        elif kind == 1:
            handle = netserve.create_server()
            handle.listen(path=f"\0fuzz{os.getpid()}.server")
            handle.on("error", lambda error: None)
        else:
            ours, theirs = socket.socketpair()
            theirs.send(b"waiting" * self.rng.randrange(2))
            theirs.close()
            handle = netserve.Socket(fd=ours.detach()).on("error", lambda error: None)
            if self.rng.random() < 0.5:
                handle.resume()
        self.held.append(handle)
        return handle

    def end(self) -> None:
        """Puts everything away that the program has."""
        for _, handle, _ in self.peer._unheard:
            put_away(handle)
        for handle in self.held:
            put_away(handle)


class WithoutProgram(ChildProcess):
    """A child whose channel is in the hands of the test: no program is started."""

    def _start(self, request: LaunchRequest) -> None:
        pass


class PrimarySide(Side):
    """A cluster's primary; the other side is one of its workers."""

    def open(self, runtime: Runtime, fd: int, serialization: str) -> Peer:
        """A worker's process, as the primary has it."""
        policy: Any = self.rng.choice(
            [
                cluster.SCHED_RR,
                cluster.SCHED_LEAST,
                cluster.SCHED_NONE,
                lambda _, workers: workers[0],
            ]
        )
        self.primary = Primary(lambda: policy)
        self.primary._policy = policy

        def start(talk: Conversation) -> ChildProcess:
            process = WithoutProgram(LaunchRequest(["worker"], [], None, {}, serialization), talk)
            process._open_channel(runtime, fd, serialization)
            return process

        self.worker = self.primary._follow(1, start)
        self.worker.on("error", lambda error: None)
        process: ChildProcess = self.worker.process
        return process

    def first_words(self, words: Words) -> list[Any]:
        """Asks to listen, mostly."""
        asked = {"cmd": "NODE_CLUSTER", **words.place()}
        return [asked] if self.rng.random() < 0.7 else []

    def hear(self, message: dict[str, Any], words: Words) -> None:
        """Learns the key and the numbers; a client connects to what is listened on."""
        message = message["msg"] if isinstance(message.get("msg"), dict) else message
        if isinstance(message.get("key"), str):
            words.keys.append(message["key"])
        words.numbers.append(message.get("seq", 0))
        where = message.get("sockname")
        if isinstance(where, dict) and self.rng.random() < 0.8:
            for _ in range(self.rng.randrange(1, 3)):
                client = socket.socket(
                    socket.AF_INET6 if ":" in where["address"] else socket.AF_INET
                )
                client.setblocking(False)
                client.connect_ex((where["address"], where["port"]))
                self.held.append(client)

    def meddle(self) -> None:
        """As any; or the worker is told to leave."""
        if self.rng.random() < 0.1:
            self.worker.disconnect()
        else:
            super().meddle()

    def end(self) -> None:
        """The worker's process would be over now."""
        super().end()
        self.primary._exited(self.worker, 0, None)
        assert not self.primary._handles, "nobody listens any more"


class ReadingProcess(Process):
    """A process that has had its first turn in the loop."""

    _begin_reading = Peer._begin_reading


_own_worker.Process = ReadingProcess


class WorkerSide(Side):
    """A cluster's worker; the other side is its primary."""

    def open(self, runtime: Runtime, fd: int, serialization: str) -> Peer:
        """The worker itself, with some servers."""
        own = _own_worker.OwnWorker(Inherited(fd, serialization), 1)
        binders.use(lambda: own.binder)
        self.worker = own.worker
        self.worker.on("error", lambda error: None)
        for _ in range(self.rng.randrange(3)):
            self._listen()
        return own.process

    def _listen(self) -> None:
        server = netserve.create_server(self._serve).on("error", lambda error: None)
        server.max_connections = self.rng.choice([None, None, 0, 1])
        server.drop_max_connection = self.rng.random() < 0.3
        self.held.append(server)
        place: Any = self.rng.choice(
            [{"port": 0}, {"host": "127.0.0.1"}, {"path": f"\0fuzz{os.getpid()}.worker"}]
        )
        server.listen(**place)

    def _serve(self, connection: netserve.Socket) -> None:
        connection.on("error", lambda error: None)
        self.held.append(connection)
        if self.rng.random() < 0.5:
            connection.end("bye")

    def hear(self, message: dict[str, Any], words: Words) -> None:
        """Learns what the worker waits for."""
        if message.get("act") == "queryServer":
            words.numbers = [message.get("seq", 0), *words.numbers[:2]]

    def meddle(self) -> None:
        """As any; or it listens once more, or leaves."""
        kind = self.rng.randrange(12)
        if kind == 0:
            self._listen()
        elif kind == 1:
            self.worker.disconnect()
        elif kind == 2:
            self.worker.kill()
        elif kind == 3 and self.held:
            put_away(self.rng.choice(self.held))
        else:
            super().meddle()

    def end(self) -> None:
        """Puts everything away, and the other workers of this process."""
        super().end()
        binders.use(lambda: None)


SIDES: dict[str, type[Side]] = {"peer": Side, "primary": PrimarySide, "worker": WorkerSide}


def put_away(handle: Any) -> None:
    """Closes whatever it is."""
    if isinstance(handle, netserve.Socket):
        handle.destroy()
    elif isinstance(handle, netserve.Server):
        handle.close().close_all_connections()
    elif handle is not None:
        handle.close()


class Sources:
    """Descriptors of all kinds to send; copies of them travel."""

    def __init__(self) -> None:
        self.kept: list[Any] = [os.memfd_create("fuzz"), os.open(os.devnull, os.O_RDWR), *os.pipe()]
        self.kept += [os.open("/", os.O_RDONLY), os.eventfd(0)]
        self.kept += [socket.create_server(("127.0.0.1", 0)), *socket.socketpair()]
        self.kept += [socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket()]
        self.kept += socket.socketpair(type=socket.SOCK_SEQPACKET)
        local = socket.socket(socket.AF_UNIX)
        local.bind(f"\0fuzz{os.getpid()}.source")
        local.listen()
        half, other = socket.socketpair()
        other.close()
        client = socket.create_connection(self.kept[6].getsockname())
        self.kept += [local, half, client, self.kept[6].accept()[0]]
        self.listening = self.kept[6].fileno()
        self.fds = [each if isinstance(each, int) else each.fileno() for each in self.kept]

    def close(self) -> None:
        """Closes all."""
        for each in self.kept:
            with contextlib.suppress(OSError):
                os.close(each) if isinstance(each, int) else each.close()
