"""The primary: starts workers, listens for them, and hears of their lives."""

from __future__ import annotations

import contextvars
import errno
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

from .._arguments import check_bool, check_callback, check_port
from .._events.emitter import EventEmitter
from .._processes.stdio import understand as understand_stdio
from .._runtime import current
from ..child_process import (
    check_env,
    check_path,
    check_serialization,
    check_texts,
    command_of,
    launch,
)
from . import _program
from ._handles import SCHED_NONE, SCHED_RR, Dealt, Handle, Policy, open_handle
from ._messages import ListeningAddress, is_u64, understand
from ._worker import PrimarysWorker, Worker

log = logging.getLogger("netserve")


class Primary(EventEmitter):
    """What the module `cluster` is made of in a primary."""

    def __init__(self, policy: Callable[[], Policy]) -> None:
        self.workers: dict[int, Worker] = {}
        self.settings: Mapping[str, Any] = MappingProxyType({})
        self._program = _program.as_started()
        self._ask_policy = policy
        self._policy: Policy | None = None
        self._handles: dict[str, Handle] = {}
        self._last = 0
        self._leavers: list[Callable[[], None]] = []
        # Somebody replaces workers that are gone: until then the port stays open.
        self.lingers = False

    def setup_primary(
        self,
        exec: str | os.PathLike[str] | None = None,
        args: Any = None,
        exec_args: Any = None,
        exec_path: str | os.PathLike[str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        silent: bool | None = None,
        stdio: Any = None,
        serialization: str | None = None,
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
        policy = "none" if self._policy == SCHED_NONE else "rr"
        environment = {**os.environ, **(env or {})}
        environment |= {"NODE_UNIQUE_ID": str(number), "NODE_CLUSTER_SCHED_POLICY": policy}
        settings = self.settings
        process = launch(
            self._command(),
            cwd=settings["cwd"],
            env=environment,
            silent=settings["silent"],
            stdio=settings["stdio"],
            serialization=settings["serialization"],
        )
        worker = PrimarysWorker(number, process, self._forget)
        self.workers[number] = worker
        self._follow(worker)
        current().defer(self._emit, "fork", worker)
        return worker

    def disconnect(self, callback: Callable[[], Any] | None = None) -> None:
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
            worker.once("disconnect", lambda worker=worker: gone(worker))
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

    def _follow(self, worker: PrimarysWorker) -> None:
        process = worker.process
        process._cluster = lambda message, fd: self._hear(worker, message, fd)
        process._on_lost = lambda: self._lost(worker)  # type: ignore[method-assign]
        worker.on("message", lambda *what: self._emit("message", worker, *what))
        process.once("exit", lambda *how: self._exited(worker, *how))
        process.once("disconnect", lambda: self._disconnected(worker))

    # A worker's life

    def _hear(self, worker: PrimarysWorker, message: dict[str, Any], fd: int | None) -> None:
        if fd is not None:
            os.close(fd)  # no message of a worker's has one
        if worker._talk.hears(message, None):
            return
        ack, accepted, core = message.get("ack"), message.get("accepted"), worker.process._core
        count = message.get("open")
        if is_u64(ack) and type(accepted) is bool and core is not None:
            core.dealt(ack, accepted, count if is_u64(count) else None)
            return
        act = message.get("act")
        if act == "online":
            worker._emit("online")
            self._emit("online", worker)
        elif act == "queryServer":
            self._query(worker, message)
        elif act == "listening":
            address = ListeningAddress(
                *(message.get(name) for name in ("address", "port", "addressType", "fd"))
            )
            worker._emit("listening", address)
            self._emit("listening", worker, address)
        elif act == "close":
            self._leave(worker, str(message.get("key")))
        elif act == "exitedAfterDisconnect":
            worker.exited_after_disconnect = True
            worker._talk.say(ack=message.get("seq"))
        elif act == "open" and core is not None and is_u64(count):
            core.told(str(message.get("key")), count)

    def _query(self, worker: PrimarysWorker, message: dict[str, Any]) -> None:
        """A worker asks to listen."""
        seq = message.get("seq")
        if not is_u64(seq) or worker.exited_after_disconnect:
            return
        names = ("address", "port", "addressType", "fd", "index")
        key = ascii(":".join(str(message.get(name)) for name in names))[1:-1]
        handle = self._handles.get(key)
        data = message.get("data")
        if handle is not None and worker.id in handle.workers:
            worker._talk.say(errno=-errno.EADDRINUSE, key=key, ack=seq, data=data)
            return
        if handle is None:
            try:
                request, addresses = understand(message)
                policy = SCHED_RR if self._policy is None else self._policy
                handle = open_handle(current(), key, request, addresses, data, policy)
            except (OSError, TypeError, ValueError) as error:
                number = getattr(error, "errno", None) or errno.EINVAL
                worker._talk.say(errno=-number, key=key, ack=seq, data=data)
                return
            self._handles[key] = handle
        handle.add(worker, seq)

    def _leave(self, worker: Worker, key: str) -> None:
        handle = self._handles.get(key)
        if handle is not None and handle.remove(worker) and not self.lingers:
            del self._handles[key]
            handle.close()

    def _lost(self, worker: Worker) -> None:
        for handle in self._handles.values():
            if isinstance(handle, Dealt):
                handle.lost(worker)

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
        worker._emit("disconnect")
        self._emit("disconnect", worker)

    def _exited(self, worker: Worker, *how: Any) -> None:
        self._forget(worker)
        worker.exited_after_disconnect = bool(worker.exited_after_disconnect)
        worker._emit("exit", *how)
        self._emit("exit", worker, *how)

    # Events

    def _emit(self, event: str, *args: Any) -> None:
        self._call(self.emit, event, *args)

    def _call(self, function: Callable[..., Any], *args: Any) -> None:
        try:
            result = contextvars.copy_context().run(function, *args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._on_listener_error(error)
            return
        if isinstance(result, Coroutine):
            current().spawn(result, self._on_listener_error)

    def _run_coroutine(
        self, event: str, coroutine: Coroutine[Any, Any, Any], args: tuple[Any, ...]
    ) -> None:
        current().spawn(coroutine, self._on_listener_error)

    def _on_listener_error(self, error: BaseException) -> None:
        current().fail("unhandled error of a cluster's listener", error, self)
