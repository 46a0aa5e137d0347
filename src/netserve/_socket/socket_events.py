"""How a socket calls listeners, and what becomes of what they raise or return."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from .pipe import PipeSource
from .writable import WritableHalf

Callback = Callable[..., Any]


class SocketEvents(PipeSource, WritableHalf):
    """The one way to a socket's listeners: in its context, with a place for their errors."""

    def _emit(self, event: str, *args: Any) -> None:
        listeners = self._listeners
        if (listeners is None or event not in listeners) and event != "error":
            return
        try:
            context = self._context
            if context is None:
                self.emit(event, *args)
            else:
                context.run(self.emit, event, *args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._on_listener_error(error)

    def _call(self, function: Callback, *args: Any) -> None:
        """Calls a callback the way listeners are called."""
        try:
            context = self._context
            result = function(*args) if context is None else context.run(function, *args)
            if isinstance(result, Coroutine):
                self._on_result(result)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self._on_listener_error(error)

    def _listeners_changed(self, event: str) -> None:
        if event == "data":
            self._data_listeners_changed()

    def _on_result(self, result: Any) -> None:
        """A listener that the core called returned something that is not plain."""
        if isinstance(result, Coroutine):
            self._spawn(result)

    def _run_coroutine(
        self, event: str, coroutine: Coroutine[Any, Any, Any], args: tuple[Any, ...]
    ) -> None:
        self._spawn(coroutine)

    def _spawn(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Runs a listener's coroutine in the connection's own context, not in a copy."""
        self._runtime.spawn(coroutine, self._on_listener_error, self._context)

    def _on_listener_error(self, error: BaseException) -> None:
        """A listener raised, or an `error` event found none.

        A connection of a server's (here or in another process) is closed and the rest goes on; a
        client is the program's own.
        """
        if self._server is not None or self._shared:
            self._runtime.report("unhandled error of a connection", error, self)
        else:
            self._runtime.fail("unhandled error of a socket", error, self)
        self._quiet = True
        self.destroy(error)

    # What a whole socket supplies

    def destroy(self, error: BaseException | None = None) -> Any:
        """Closes at once."""
        raise NotImplementedError
