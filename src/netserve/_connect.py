"""From what `connect()` was asked for to one connected descriptor.

`understand()` checks everything and makes one immutable description; an `Attempt` works on it:
look the name up, try the addresses one after the other, give up with the first error.
"""

from __future__ import annotations

import errno
import inspect
import os
import socket as _socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._address import (
    check_callback,
    check_family,
    check_host,
    check_path,
    check_port,
    is_ip,
    numeric_port,
)
from ._errors import (
    ArgumentTypeError,
    ArgumentValueError,
    annotate,
    lookup_error,
    out_of_range,
    shown,
    system_error,
    wrong_type,
)

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from ._socket import Socket

Address = tuple[str, int]


@dataclass(frozen=True)
class ConnectRequest:
    """Where to connect to, checked."""

    host: str = "localhost"
    port: int = 0
    path: str | None = None
    local_address: str | None = None
    local_port: int = 0
    family: int = 0
    hints: int = 0
    lookup: Callable[..., Any] | None = None
    # One address is enough: no other will be tried.
    single: bool = False


def understand(
    target: Any,
    host: Any,
    *,
    port: Any = None,
    path: Any = None,
    local_address: Any = None,
    local_port: Any = None,
    family: Any = 0,
    hints: Any = 0,
    lookup: Any = None,
    single: bool = False,
) -> ConnectRequest:
    """Checks what `connect()` was given; opens nothing."""
    if target is not None and port is None and path is None:
        if numeric_port(target):
            port = target
        elif isinstance(target, (str, os.PathLike)):
            path = target
        else:
            raise wrong_type("target", "a port (int or numeric str) or a path", target)
    if port is None and path is None:
        raise ArgumentTypeError("connect() needs a port or a path", "ERR_MISSING_ARGS")
    if path is not None:
        return ConnectRequest(path=check_path(path))
    if local_address is not None and is_ip(local_address) == 0:
        if not isinstance(local_address, str):
            raise wrong_type("local_address", "an IP address", local_address)
        message = f"local_address must be an IP address, not {shown(local_address)}"
        raise ArgumentValueError(message, "ERR_INVALID_IP_ADDRESS")
    if isinstance(hints, bool) or not isinstance(hints, int):
        raise wrong_type("hints", "an int (flags of getaddrinfo)", hints)
    if not 0 <= hints < 2**31:
        raise out_of_range("hints", f"from 0 to {2**31 - 1}", hints)
    return ConnectRequest(
        host="localhost" if host is None else check_host(host),
        port=check_port(port),
        local_address=local_address,
        local_port=_check_local_port(local_port),
        family=check_family(family),
        hints=hints,
        lookup=check_callback(lookup, "lookup"),
        single=single,
    )


def _check_local_port(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, str):
        raise wrong_type("local_port", "an int", value)
    return check_port(value, "local_port")


class Attempt:
    """One socket's way to a connection: lookup, then address after address."""

    def __init__(self, socket: Socket, request: ConnectRequest) -> None:
        self._socket = socket
        self._request = request
        self._addresses: list[Address] = []
        self._errors: list[OSError] = []
        self._over = False
        self._holding = False

    def start(self) -> None:
        """Begins; what comes of it is told to the socket."""
        request, socket = self._request, self._socket
        self._hold(True)
        if request.path is not None:
            self._addresses = [(request.path, -1)]
            self._next()
        elif request.lookup is None and (version := is_ip(request.host)):
            self._addresses = [(request.host, version)]
            socket._runtime.defer(self._next)
        elif request.lookup is not None:
            self._ask(request.lookup)
        else:
            socket._runtime.with_loop(self._resolve)

    def cancel(self) -> None:
        """The socket is no longer interested."""
        self._over = True
        self._hold(False)

    def refused(self, number: int) -> None:
        """The system's answer to the address that was tried last."""
        host, version = self._addresses[0]
        port = None if version < 0 else self._request.port
        self._failed(system_error(number, "connect", host, port))

    @property
    def address(self) -> Address:
        """The address that was tried last."""
        return self._addresses[0]

    def _hold(self, wanted: bool) -> None:
        """Until there is a descriptor to count, the attempt itself keeps the program alive."""
        if wanted == self._holding or (wanted and not self._socket._referenced):
            return
        self._holding = wanted
        reactor = self._socket._runtime.reactor
        if wanted:
            reactor.hold()
        else:
            reactor.release()

    # Names

    def _ask(self, lookup: Callable[..., Any]) -> None:
        request = self._request
        every = not (request.single or request.family or request.local_address)
        options = {"family": request.family, "hints": request.hints, "all": every}
        if inspect.iscoroutinefunction(lookup):
            coroutine = self._ask_coroutine(lookup, options)
            self._socket._runtime.spawn(coroutine, lambda error: self._unresolved(error))
            return
        try:
            lookup(request.host, options, self._answered)
        except Exception as error:
            self._unresolved(error)

    async def _ask_coroutine(self, lookup: Callable[..., Any], options: dict[str, Any]) -> None:
        answer = await lookup(self._request.host, options)
        self._answered(None, answer)

    def _answered(self, error: Any, address: Any = None, family: Any = None) -> None:
        # A lookup may answer before it returns; events come after the call that led to them.
        self._socket._runtime.defer(self._take_answer, error, address, family)

    def _take_answer(self, error: Any, address: Any, family: Any) -> None:
        if self._over:
            return
        if error is not None:
            self._unresolved(error)
            return
        answers = address if isinstance(address, list) else [(address, family)]
        try:
            pairs = [_pair(answer) for answer in answers]
        except (TypeError, ValueError) as bad:
            self._unresolved(bad)
            return
        self._resolved(pairs)

    def _resolve(self, loop: AbstractEventLoop) -> None:
        request = self._request
        families = {0: _socket.AF_UNSPEC, 4: _socket.AF_INET, 6: _socket.AF_INET6}
        lookup = loop.getaddrinfo(
            request.host,
            None,
            family=families[request.family],
            type=_socket.SOCK_STREAM,
            flags=request.hints,
        )
        self._socket._runtime.spawn(self._wait_for(lookup), self._lookup_failed)

    async def _wait_for(self, lookup: Any) -> None:
        found = await lookup
        versions = {_socket.AF_INET: 4, _socket.AF_INET6: 6}
        pairs = [(entry[4][0], versions[entry[0]]) for entry in found if entry[0] in versions]
        if not self._over:
            self._resolved(list(dict.fromkeys(pairs)))

    def _lookup_failed(self, error: BaseException) -> None:
        if isinstance(error, (OSError, UnicodeError)):
            error = lookup_error(error, self._request.host)
        self._unresolved(error)

    def _unresolved(self, error: BaseException) -> None:
        if self._over:
            return
        socket = self._socket
        socket._emit("lookup", error, None, None, self._request.host)
        if not self._over:
            socket.destroy(error)

    def _resolved(self, pairs: list[Address]) -> None:
        for address, version in pairs:
            self._socket._emit("lookup", None, address, version, self._request.host)
            if self._over:
                return
        if not pairs:
            error = _socket.gaierror(_socket.EAI_NONAME, "no address")
            self._unresolved(lookup_error(error, self._request.host))
            return
        self._addresses = pairs
        self._next()

    # Addresses

    def _next(self) -> None:
        """Tries the first of the addresses that are left."""
        if self._over:
            return
        host, version = self._addresses[0]
        if version > 0:
            tried = self._socket.auto_select_family_attempted_addresses
            tried.append(f"{host}:{self._request.port}")
            self._socket._emit("connection_attempt", host, self._request.port, version)
            if self._over:
                return
        try:
            fd = self._begin(host, version)
        except OSError as error:
            self._socket._runtime.defer(self._failed, error)
            return
        self._socket._open(fd, connecting=True)
        self._hold(False)

    def _begin(self, host: str, version: int) -> int:
        """A descriptor whose connection attempt is under way."""
        families = {4: _socket.AF_INET, 6: _socket.AF_INET6}
        family = families.get(version, _socket.AF_UNIX)
        port = None if version < 0 else self._request.port
        with _open_socket(family, host, port) as opened:
            if version > 0:
                self._bind_local(opened, version)
            target = host if version < 0 else (host, self._request.port)
            try:
                number = opened.connect_ex(target)
            except OSError as error:
                number = error.errno or errno.EINVAL
            if number not in (0, errno.EINPROGRESS):
                raise system_error(number, "connect", host, port)
            return opened.detach()

    def _bind_local(self, opened: _socket.socket, version: int) -> None:
        request = self._request
        if request.local_address is None and not request.local_port:
            return
        local = request.local_address or ("0.0.0.0" if version == 4 else "::")
        try:
            opened.bind((local, request.local_port))
        except OSError as error:
            number = error.errno or errno.EINVAL
            raise system_error(number, "bind", local, request.local_port or None) from None

    def _failed(self, error: OSError) -> None:
        if self._over:
            return
        socket = self._socket
        host, version = self._addresses.pop(0)
        self._errors.append(error)
        if version > 0:
            event = "connection_attempt_failed"
            socket._emit(event, host, self._request.port, version, error)
            if self._over:
                return
        if self._addresses:
            self._hold(True)
            socket._abandon()
            self._next()
        else:
            socket.destroy(self._summary())

    def _summary(self) -> OSError:
        """The first error; when there were several, with all of them."""
        first = self._errors[0]
        first.__dict__["errors"] = list(self._errors)
        if len(self._errors) > 1:
            others = [_copy(error) for error in self._errors]
            first.__cause__ = BaseExceptionGroup("all connection attempts failed", others)
        return first


def _copy(error: OSError) -> OSError:
    """An equal error: one that is part of its own cause would never stop being printed."""
    twin = type(error)(*error.args)
    twin.__dict__.update({k: v for k, v in error.__dict__.items() if k != "errors"})
    return twin


def _open_socket(family: int, host: str, port: int | None) -> _socket.socket:
    try:
        opened = _socket.socket(family, _socket.SOCK_STREAM)
    except OSError as error:
        number = error.errno or errno.EMFILE
        raise annotate(error, errno.errorcode.get(number, ""), "socket", host, port) from None
    opened.setblocking(False)
    return opened


def _pair(answer: Any) -> Address:
    """An address with its version, from what a lookup function may answer."""
    if isinstance(answer, dict):
        answer = (answer.get("address"), answer.get("family"))
    address, family = answer if isinstance(answer, tuple) else (answer, None)
    version = is_ip(address)
    if version and family not in (None, 4, 6, "IPv4", "IPv6"):
        message = f"lookup must answer with family 4 or 6, not {shown(family)}"
        raise ArgumentValueError(message, "ERR_INVALID_ADDRESS_FAMILY")
    if not version:
        message = f"lookup must answer with an IP address, not {shown(address)}"
        raise ArgumentValueError(message, "ERR_INVALID_IP_ADDRESS")
    return address, version
