"""`connect()`: how a socket's life as a client begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

from .._arguments import check_callback
from .._errors import StateError
from .connect_request import ConnectRequest, understand
from .dialer import Attempt
from .options import SocketOptions
from .socket_events import Callback


class Connecting(SocketOptions):
    """The part of a socket that connects."""

    def connect(
        self,
        target: Any = None,
        host: Any = None,
        listener: Callback | None = None,
        *,
        port: Any = None,
        path: Any = None,
        local_address: str | None = None,
        local_port: Any = None,
        family: Any = 0,
        hints: int = 0,
        lookup: Callable[..., Any] | None = None,
        auto_select_family: bool | None = None,
        auto_select_family_attempt_timeout: float | None = None,
    ) -> Self:
        """Connects to a port of `host` (default `"localhost"`) or to a path.

        `target` is either; `path` wins over `port`. `listener` is added for `connect`. Failures are
        `error` events; wrong arguments raise `TypeError` or `ValueError`
        (`ERR_SOCKET_BAD_PORT`, ...), a socket that has a connection `RuntimeError`
        (`ERR_SOCKET_ALREADY_CONNECTED`). After `close` it may be called again.

        - `local_address`, `local_port`: where the connection comes from; chosen by the system
          otherwise. What can't be had is an error with syscall `bind`.
        - `family`: 4 or 6 (`"IPv4"`, `"IPv6"`) asks for addresses of that family only; 0 for both.
        - `hints`: flags of getaddrinfo (`socket.AI_ADDRCONFIG`, `AI_V4MAPPED`, `AI_ALL`); without
          them, and without a family, `AI_ADDRCONFIG`.
        - `lookup`: asked in place of the system's resolver. `lookup(host, options, callback)`
          calls `callback(err, address, family)` or `callback(err, [(address, family), ...])`;
          `async def lookup(host, options)` returns one address, a pair, or such a list. `options`
          is a dict: `family`, `hints`, and `all`, whether more than the first address is of use.
          `family` may be left out: the address tells. Only the first answer counts.
        - `auto_select_family` (default `get_default_auto_select_family()`): a host with several
          addresses has them tried one after the other, the families taking turns, until one
          answers. Not with `family` or `local_address`, and not where it is `False`: then only the
          first is tried.
        - `auto_select_family_attempt_timeout` (default
          `get_default_auto_select_family_attempt_timeout()`): seconds, at least 0.01, before an
          attempt is given up for the next address. The last one may take as long as the system
          lets it.

        When all attempts fail, the error is that of the first, with all of them in `errors` and as
        an `ExceptionGroup` in `__cause__`. Node: `net`, "socket.connect()".
        """
        if callable(host) and listener is None:
            host, listener = None, host
        check_callback(listener, "listener")
        request = understand(
            target,
            host,
            port=port,
            path=path,
            local_address=local_address,
            local_port=local_port,
            family=family,
            hints=hints,
            lookup=lookup,
            auto_select_family=auto_select_family,
            auto_select_family_attempt_timeout=auto_select_family_attempt_timeout,
            handle=self._reserved,
        )
        if listener is not None:
            self.once("connect", listener)
        self._connect(request)
        return self

    def _connect(self, request: ConnectRequest) -> None:
        self._check_here("connect")
        if self._destroyed:
            self._begin_again()
        elif self._begun:
            message = "connect() on a socket that has a connection"
            raise StateError(message, "ERR_SOCKET_ALREADY_CONNECTED")
        self._begin(self._runtime.reactor, self._readable_mark)
        if self._corks:
            self._cork()
        self._begun = self._connecting = True
        self._tried = None
        self._is_path = request.path is not None
        self._attempt = Attempt(self, request)
        if not self._stillborn:
            self._attempt.start()

    def _on_connect(self, number: int) -> None:
        attempt = self._attempt
        if attempt is None or self._destroyed:
            return
        if number:
            attempt.refused(number)
            return
        attempt.finish()
        self._attempt = None
        self._connecting = False
        self._apply_options()
        self._choose_sink()
        self._emit("connect")
        behind = self.writable_length
        self._flush()
        if behind:
            self._on_drain()
        self._emit("ready")
        if self._asked or self._flowing is not False:
            self._start_reading()
