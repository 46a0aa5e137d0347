"""`OwnWorker`: this process as a worker of its primary's; it listens through it, and leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .._processes.inherited import Inherited
from .._processes.own_process import Process
from .._runtime import current
from .._server.server import Server
from ._conversation import Conversation
from ._messages import Disconnect, ExitedAfterDisconnect, Online, ToPrimary, ToWorker
from ._primary_binder import PrimaryBinder
from ._worker import Worker, leave_at_once, tell


class OwnWorker:
    """What a worker does with itself; `worker` is what the program sees of it."""

    def __init__(self, inherited: Inherited, number: int) -> None:
        """Opens the channel to the primary, and says that this worker runs."""
        self._talk = Conversation(self._hear)
        self.process = Process(inherited, self._talk)
        self.binder = PrimaryBinder(self._talk)
        self.worker = Worker(number, self.process, self)
        self.process.on("disconnect", self._disconnected)
        self._talk.say(Online())

    def is_dead(self) -> bool:
        """Never, as far as it can tell."""
        return False

    def disconnect(self, worker: Worker, graceful: float | None = None) -> None:
        """Closes all servers that the primary listens for, waits for their connections, leaves."""
        if worker.exited_after_disconnect is None:
            self._begin_to_leave()
            self._close_servers(self._ask_to_leave, graceful)

    def kill(self, worker: Worker, signal: int | str) -> None:
        """Leaves at once, with exit code 0."""
        if not self._talk.is_open:
            leave_at_once()
        worker.exited_after_disconnect = True
        self.process.once("disconnect", leave_at_once)
        self._ask_to_leave()

    def _hear(self, message: ToPrimary | ToWorker) -> None:
        if isinstance(message, Disconnect):
            self._begin_to_leave()
            # Who was told a moment ago that a server listens has a turn of the loop before. What
            # the primary said after it is heard after it, too.
            self._talk.pause()
            runtime = current()
            runtime.after_rounds(1, partial(runtime.defer, self._leave, message.graceful))

    # Leaving

    def _begin_to_leave(self) -> None:
        self.worker.exited_after_disconnect = True
        self.binder.leave()

    def _leave(self, graceful: float | None) -> None:
        self._close_servers(self._close_channel, graceful)
        self._talk.resume()

    def _close_servers(self, part: Callable[[], None], graceful: float | None) -> None:
        """Closes the servers, waits for their connections, and parts from the primary."""
        _close_all(self.binder.registered_servers(), part, lambda _: graceful)

    def _ask_to_leave(self) -> None:
        """Tells the primary that we leave, and leaves once it knows."""
        if self._talk.is_open:
            self._talk.ask(ExitedAfterDisconnect(), lambda _: self._close_channel())

    def _close_channel(self) -> None:
        if self._talk.is_open:
            self.process.disconnect()

    def _disconnected(self) -> None:
        """The channel is closed. If neither side asked for that, the primary is gone.

        No client can connect any more: the connections that there are may end, then so does the
        program.
        """
        self.binder.leave()
        servers = self.binder.all_servers()
        self.binder.disconnected()
        tell(self.worker, "disconnect")
        if not self.worker.exited_after_disconnect:
            _close_all(servers, lambda: current().defer(leave_at_once), lambda s: s.close_timeout)
        elif self.binder.is_awaited:
            current().defer(leave_at_once)


def _close_all(
    servers: set[Server], done: Callable[[], None], timeout: Callable[[Server], float | None]
) -> None:
    """Closes servers, and calls `done()` once the last connection has ended.

    `timeout(server)`: how many seconds the connections of a server have for that.
    """
    left = {id(server) for server in servers}

    def closed(server: Server) -> None:
        left.discard(id(server))
        if not left:
            done()

    for server in servers:
        server.close(lambda *_, server=server: closed(server), timeout=timeout(server))
    if not servers:
        done()
