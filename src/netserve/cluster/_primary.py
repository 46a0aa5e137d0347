"""The primary: starts workers, listens for them, and hears of their lives."""

from __future__ import annotations

import contextvars
import errno
import functools
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from .._arguments import check_bool, check_callback, check_port
from .._events.calling import Caller
from .._processes.inherited import inherited
from .._processes.ipc.wire import DEFAULT_LIMIT, check_limit
from .._processes.keywords import Serialization, Stdio
from .._processes.launch_request import (
    check_env,
    check_path,
    check_serialization,
    check_texts,
    command_of,
    understand,
)
from .._processes.stdio import understand as understand_stdio
from .._runtime import Runtime, current
from .._types import Called
from ..child_process import ChildProcess
from . import _program
from ._conversation import Conversation
from ._events import ClusterEvents
from ._handles import SCHED_NONE, SCHED_RR, Handle, Policy, open_handle
from ._messages import (
    Answer,
    Close,
    Disconnect,
    ExitedAfterDisconnect,
    Listening,
    Online,
    QueryServer,
    ToPrimary,
    ToWorker,
)
from ._worker import Worker, tell

# Tells Node's workers, and the primaries that they may be, how connections are shared out.
SCHEDULE = "NODE_CLUSTER_SCHED_POLICY"

# On how many addresses a worker may listen at a time: each is a descriptor of the primary's.
MOST_PLACES = 256


class WorkerOfPrimary:
    """What the primary does with one of its workers."""

    def __init__(
        self, process: ChildProcess, talk: Conversation, forget: Callable[[Worker], None]
    ) -> None:
        self._process = process
        self._talk = talk
        self._forget = forget

    def disconnect(self, worker: Worker, graceful: float | None = None) -> None:
        """Tells it to leave; it gets no more connections."""
        worker.exited_after_disconnect = True
        self._talk.say(Disconnect(graceful))
        self._forget(worker)

    def kill(self, worker: Worker, signal: int | str) -> None:
        """Sends it a signal."""
        self._process.kill(signal)

    def is_dead(self) -> bool:
        """Whether its process is over."""
        return self._process.exit_code is not None or self._process.signal_code is not None


class Primary(Caller, ClusterEvents[Worker]):
    """What the module `cluster` is made of in a primary."""

    def __init__(self, policy: Callable[[], Policy]) -> None:
        self.workers: dict[int, Worker] = {}
        self.settings: Mapping[str, Any] = MappingProxyType({})
        self._program = _program.as_started()
        self._ask_policy = policy
        self._policy: Policy | None = None
        self._handles: dict[str, Handle] = {}
        self._last = 0
        # A supervisor replaces workers that die: the port stays open while there is none.
        self.lingers = False

    def setup_primary(
        self,
        exec: str | os.PathLike[str] | None = None,
        args: Iterable[str] | None = None,
        exec_args: Iterable[str] | None = None,
        exec_path: str | os.PathLike[str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        silent: bool | None = None,
        stdio: Stdio | None = None,
        serialization: Serialization | None = None,
        message_limit: int | None = None,
        inspect_port: int | None = None,
    ) -> None:
        """Says how workers are started from now on; `setup(settings)` follows.

        What is left out stays as it was. At first `exec` is this program as it was started, `args`
        what `sys.argv` holds after its first item when this (or the first `fork()`) is called,
        `silent` is False and `serialization` `"json"`. `exec` may be a
        script or the name of a module; the other options are those of `child_process.fork()`;
        `inspect_port` is kept in `settings` and means nothing to Python. Node: `cluster`,
        "cluster.setupPrimary()".
        """
        if silent is not None:
            check_bool(silent, "silent")
        if stdio is not None:
            understand_stdio(stdio, silent=False)
        if serialization is not None:
            check_serialization(serialization)
        if message_limit is not None:
            check_limit(message_limit)
        if inspect_port is not None:
            check_port(inspect_port, "inspect_port")
        given = {
            "exec": None if exec is None else check_path(exec, "exec"),
            "args": None if args is None else check_texts(args, "args"),
            "exec_args": None if exec_args is None else check_texts(exec_args, "exec_args"),
            "exec_path": None if exec_path is None else check_path(exec_path, "exec_path"),
            "cwd": None if cwd is None else check_path(cwd, "cwd"),
            "silent": silent,
            "stdio": stdio,
            "serialization": serialization,
            "message_limit": message_limit,
            "inspect_port": inspect_port,
        }
        if self._policy is None:
            self._policy = self._ask_policy()
        defaults = {
            "exec": self._program.name,
            "args": _program.arguments(),
            "exec_args": self._program.flags,
            "exec_path": sys.executable,
            "silent": False,
            "serialization": "json",
            "message_limit": DEFAULT_LIMIT,
        }
        known = {**defaults, **self.settings}
        merged = {
            name: known.get(name) if value is None else value for name, value in given.items()
        }
        self.settings = MappingProxyType(merged)
        current().defer(self._emit, "setup", self.settings)

    def fork(self, env: Mapping[str, str] | None = None) -> Worker:
        """Starts a worker, with `env` added to our environment; `fork(worker)` follows.

        Node: `cluster`, "cluster.fork()".
        """
        if env is not None:
            check_env(env)
        self.setup_primary()
        self._last += 1
        number = self._last
        inherited()  # what was meant for this process alone is no part of its environment
        environment = {**os.environ, **(env or {}), SCHEDULE: self._schedule()}
        settings = self.settings
        request = understand(
            self._command(),
            cwd=settings["cwd"],
            env=environment,
            silent=settings["silent"],
            stdio=settings["stdio"],
            serialization=settings["serialization"],
            message_limit=settings["message_limit"],
            worker=number,
        )
        worker = self._follow(number, functools.partial(ChildProcess, request))
        current().defer(self._emit, "fork", worker)
        return worker

    def disconnect(self, callback: Called | None = None) -> None:
        """Disconnects all workers; `callback()` once they are gone and nothing is listened on.

        Node: `cluster`, "cluster.disconnect()".
        """
        check_callback(callback)
        left = [worker for worker in self.workers.values() if worker.is_connected()]
        waiting = {worker.id for worker in left}

        def gone(worker: Worker) -> None:
            waiting.discard(worker.id)
            if not waiting and callback is not None:
                current().defer(self._call, callback)

        for worker in left:
            worker.once("disconnect", partial(gone, worker))
            worker.disconnect()
        if not left and callback is not None:
            current().defer(self._call, callback)

    def close_handles(self) -> None:
        """Closes what nobody listens on any more."""
        for key, handle in list(self._handles.items()):
            if not handle.workers:
                del self._handles[key]
                handle.close()

    # Starting

    def _command(self) -> list[str]:
        settings = self.settings
        front = [settings["exec_path"], *settings["exec_args"]]
        if settings["exec"] == self._program.name:
            return [*front, *self._program.run, *settings["args"]]
        return command_of(
            settings["exec"], settings["args"], settings["exec_path"], settings["exec_args"]
        )

    def _schedule(self) -> str:
        return "none" if self._policy == SCHED_NONE else "rr"

    def _follow(self, number: int, start: Callable[[Conversation], ChildProcess]) -> Worker:
        """Has a worker's process started, and follows its life."""

        def hear(message: ToPrimary | ToWorker) -> None:
            self._hear(worker, talk, message)

        talk = Conversation(hear)
        process = start(talk)
        side = WorkerOfPrimary(process, talk, self._forget)
        worker = Worker(number, process, side)
        if process.pid is not None:
            self.workers[number] = worker
        worker.on("message", functools.partial(self._emit, "message", worker))
        process.once("exit", lambda *how: self._exited(worker, *how))
        process.once("disconnect", lambda: self._disconnected(worker))
        return worker

    # A worker's life

    def _hear(self, worker: Worker, talk: Conversation, message: ToPrimary | ToWorker) -> None:
        match message:
            case Online():
                tell(worker, "online")
                self._emit("online", worker)
            case QueryServer() if not worker.exited_after_disconnect:
                self._query(worker, talk, message)
            case Listening():
                tell(worker, "listening", message.address)
                self._emit("listening", worker, message.address)
            case Close():
                self._leave(worker, message.key)
            case ExitedAfterDisconnect():
                worker.exited_after_disconnect = True
                talk.say(Answer(message.seq))
            case _:
                pass

    def _query(self, worker: Worker, talk: Conversation, query: QueryServer) -> None:
        """A worker asks to listen."""
        key = query.key
        try:
            handle = self._handles.get(key)
            if self._places_of(worker) >= MOST_PLACES:
                warning = "a worker asks for more than %d places: worker %d"
                self._runtime.reports.warn(warning, MOST_PLACES, worker.id)
                raise OSError(errno.EMFILE, "too many places for one worker")
            if handle is None:
                self._close_old()
                policy = SCHED_RR if self._policy is None else self._policy
                handle = self._handles[key] = open_handle(current(), query, policy)
            elif worker in handle.workers:
                raise OSError(errno.EADDRINUSE, "this worker listens there already")
            handle.add(worker, talk, query.seq)
        except (OSError, TypeError, ValueError) as error:
            number = getattr(error, "errno", None) or errno.EINVAL
            talk.say(Answer(query.seq, number, key, query.data))
            self._close_unless_needed(key)

    def _places_of(self, worker: Worker) -> int:
        return sum(worker in handle.workers for handle in self._handles.values())

    def _close_old(self) -> None:
        """Makes room where too much stays open for workers to come: the oldest of it is closed."""
        old = [key for key, handle in self._handles.items() if not handle.workers]
        for key in old[: max(len(old) - MOST_PLACES + 1, 0)]:
            self._handles.pop(key).close()

    def _leave(self, worker: Worker, key: str) -> None:
        handle = self._handles.get(key)
        if handle is not None and worker in handle.workers:
            handle.remove(worker)
            self._close_unless_needed(key)

    def _close_unless_needed(self, key: str) -> None:
        handle = self._handles.get(key)
        if handle is not None and not handle.workers and not self.lingers:
            del self._handles[key]
            handle.close()

    def _forget(self, worker: Worker) -> None:
        """A worker gets nothing any more."""
        for key in list(self._handles):
            self._leave(worker, key)
        self.workers.pop(worker.id, None)

    def _disconnected(self, worker: Worker) -> None:
        for key in list(self._handles):
            self._leave(worker, key)
        if worker.is_dead():
            self._forget(worker)
        worker.exited_after_disconnect = bool(worker.exited_after_disconnect)
        tell(worker, "disconnect")
        self._emit("disconnect", worker)

    def _exited(self, worker: Worker, *how: object) -> None:
        self._forget(worker)
        worker.exited_after_disconnect = bool(worker.exited_after_disconnect)
        tell(worker, "exit", *how)
        self._emit("exit", worker, *how)

    # Events

    @property
    def _runtime(self) -> Runtime:  # type: ignore[override]
        """That of the running loop: the cluster is the whole program's, and begins before it."""
        return current()

    @property
    def _context(self) -> contextvars.Context:
        """Each listener runs in a copy of the caller's context."""
        return contextvars.copy_context()
