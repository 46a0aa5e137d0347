"""What a socket dials with: its way from a request to a connected descriptor.

A host with several addresses has them tried one after the other, as RFC 8305 asks for and as Node
does it: the families take turns, each attempt but the last has a limited time, and one that took
too long is given up for good before the next begins. The first that answers wins.

With one address only (a path, an IP address, one that a lookup found, or `auto_select_family` off)
there is no limit, and no `connection_attempt_failed` where the system refuses on the spot: Node's
order of events differs between the two, and so does ours.
"""

from __future__ import annotations

import errno
import socket as _socket
from collections import deque
from collections.abc import Callable, Iterable
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from .._address.info import Endpoint, endpoint, is_ip
from .._address.lookup import Answer, Lookup, check_answer
from .._core import io
from .._errors import StateError, annotate, system_error
from .part import Part
from .states import GIVE_UP, SETTLE, TRY, TRY_NEXT, Dialing, States

if TYPE_CHECKING:
    from .._address.block_list import BlockList
    from .connect_request import ConnectRequest
    from .local_end import LocalEnd
    from .part import AnySocket

# An IP address with 4 or 6, or a path with `PATH`.
Address = tuple[str, int]
PATH = 0

_FAMILIES = {4: _socket.AF_INET, 6: _socket.AF_INET6, PATH: getattr(_socket, "AF_UNIX", -1)}
_ANY = {4: "0.0.0.0", 6: "::"}


class Dialer(Part):
    """One `connect()`: the request, the addresses of its host, one attempt after the other.

    What comes of it is told to the socket; nothing is, once it is over: the socket was destroyed,
    or is connected.
    """

    __slots__ = (
        "_block_list",
        "_current",
        "_errors",
        "_forget_lookup",
        "_forget_timer",
        "_holding",
        "_local_end",
        "_request",
        "_state",
        "_waiting",
        "tried",
    )

    def __init__(
        self,
        socket: AnySocket,
        states: States,
        request: ConnectRequest,
        *,
        block_list: BlockList | None,
        local_end: LocalEnd | None,
    ) -> None:
        super().__init__(socket, states)
        self._request = request
        self._block_list = block_list
        self._local_end = local_end
        self._state = Dialing.FINDING
        # Addresses that are still to be tried, and the one that is being tried.
        self._waiting: deque[Address] = deque()
        self._current: Address | None = None
        # Where there are several addresses, those that were tried: for
        # `auto_select_family_attempted_addresses`.
        self.tried: list[str] | None = None
        self._errors: list[Exception] = []
        self._holding = False
        self._forget_lookup: Callable[[], None] = _nothing
        self._forget_timer: Callable[[], None] = _nothing

    @property
    def has_given_up(self) -> bool:
        """Whether nothing is left to try, and the socket is about to be destroyed."""
        return self._state is Dialing.GIVEN_UP

    @property
    def _many(self) -> bool:
        """Whether there are several addresses to try."""
        return self.tried is not None

    @property
    def _over(self) -> bool:
        return self._state is Dialing.OVER

    def start(self, *, referenced: bool) -> None:
        """Looks the host up, or tries what needs no looking up."""
        request = self._request
        self._hold(referenced)
        if request.path is not None:
            self._try_all([(request.path, PATH)])
        elif version := is_ip(request.host):
            self.defer(self._try_all, [(request.host, version)])
        else:
            lookup = Lookup(self.runtime, request, self._found, self._unresolved)
            self._forget_lookup = lookup.cancel
            lookup.start()

    def cancel(self) -> None:
        """The socket was destroyed. An attempt under way, one of several, is told to have failed
        with `ECANCELED`."""
        if self._over:
            return
        under_way = self._current
        self.finish()
        if self._many and under_way is not None:
            error = self._error(errno.ECANCELED, under_way)
            self.defer(self._emit_failed, under_way, error)

    def finish(self) -> None:
        """Ends: the socket is connected or gone. Its timer and its lookup are called off."""
        self._state = SETTLE[self._state]
        self._current = None
        self._forget_timer()
        self._forget_lookup()
        # They refer to this object: without them nothing is left for the garbage collector.
        self._forget_timer = self._forget_lookup = _nothing
        self._hold(False)

    def set_ref(self, referenced: bool) -> None:
        """Whether this `connect()` keeps the program alive while it has no descriptor to do so."""
        if self._state is Dialing.FINDING:
            self._hold(referenced)

    def _hold(self, wanted: bool) -> None:
        """Until there is a descriptor to count, the dialer itself keeps the program alive."""
        if wanted == self._holding:
            return
        self._holding = wanted
        reactor = self.runtime.reactor
        if wanted:
            reactor.hold()
        else:
            reactor.release()

    # Names

    def _unresolved(self, error: BaseException) -> None:
        if self._over:
            return
        self.emit("lookup", error, None, None, self._request.host)
        if not self._over:
            self.socket.destroy(error)

    def _found(self, answers: list[Answer]) -> None:
        """Emits `lookup` for each answer, then tries those that are addresses."""
        addresses: list[Address] = []
        refused: list[ValueError] = []
        for answer in answers:
            if self._over:
                return
            told = answer
            try:
                told = check_answer(answer)
            except ValueError as error:
                # Whose lookup it was: a program may have many under way.
                error.__dict__.update(host=self._request.host, port=self._request.port)
                refused.append(error)
            else:
                addresses.append(told)
            self.emit("lookup", None, *told, self._request.host)
        if self._over:
            return
        if addresses:
            self._try_all(interleave(addresses))
        else:
            self.socket.destroy(refused[0])

    # Addresses

    def _try_all(self, addresses: list[Address]) -> None:
        if self._over:
            return
        self._waiting.extend(addresses)
        if len(addresses) > 1:
            self.tried = []
        self._next()

    def _next(self) -> None:
        """Tries addresses until an attempt is under way, or none is left: then the socket fails."""
        while self._waiting:
            address = self._waiting.popleft()
            error = self._try(address)
            if self._over:
                return
            if error is None:
                self._hold(False)
                return
            self._errors.append(error)
        self._current = None
        self.socket.destroy(self._summary())

    def _try(self, address: Address) -> Exception | None:
        """Begins to connect to one address. The error, if that is refused on the spot."""
        is_path = address[1] == PATH
        if self._is_blocked(address):
            return self._refuse(address)
        try:
            with self._open_socket(address) as opened:
                if not is_path:
                    self._bind(opened, address)
                    self._announce(address)
                    if self._over:
                        return None
                    if self._is_blocked(address):  # by a listener
                        return _blocked(address)
                number = self._connect(opened, address)
                if number == 0:
                    self._follow(opened.detach(), address)
                    return None
        except OSError as unusable:
            return unusable
        error = self._error(number, address)
        if is_path:
            # Node says so later, like a refusal; and a program that has just called connect() can
            # not have a listener yet.
            self._current = address
            self._state = TRY[self._state]
            self.defer(self._failed, error)
            return None
        if self._many:
            self._emit_failed(address, error)
        return error

    def _is_blocked(self, address: Address) -> bool:
        rules = self._block_list
        return rules is not None and address[1] != PATH and rules.check(*address)

    def _refuse(self, address: Address) -> StateError:
        """The error of an address that the block list has a rule for; nothing is opened."""
        error = _blocked(address)
        if self._many:
            self._emit_failed(address, error)
        else:
            self._announce(address)
        return error

    def _open_socket(self, address: Address) -> _socket.socket:
        """The descriptor to connect: that of the `BoundSocket`, the first time, or a new one."""
        host, version = address
        reserved = self._local_end.take() if self._local_end is not None else None
        if reserved is not None:
            return _socket.socket(fileno=reserved)
        try:
            opened = _socket.socket(_FAMILIES[version], _socket.SOCK_STREAM)
        except OSError as error:
            number = error.errno or errno.EMFILE
            port = None if version == PATH else self._request.port
            raise annotate(error, errno.errorcode.get(number, ""), "socket", host, port) from None
        opened.setblocking(False)
        return opened

    def _bind(self, opened: _socket.socket, address: Address) -> None:
        local, port = self._request.local_address, self._request.local_port
        if local is None and not port:
            return
        local = local or _ANY[address[1]]
        try:
            opened.bind(_endpoint(local, port, address[1]))
        except OSError as error:
            # A local address of the other family is a name that Python can't resolve.
            number = error.errno if not isinstance(error, _socket.gaierror) else errno.EINVAL
            raise system_error(number or errno.EINVAL, "bind", local, port or None) from None

    def _announce(self, address: Address) -> None:
        host, version = address
        if self.tried is not None:
            self.tried.append(f"{host}:{self._request.port}")
        self.emit("connection_attempt", host, self._request.port, version)

    def _connect(self, opened: _socket.socket, address: Address) -> int:
        """Begins the attempt. The error's number, if it failed on the spot; 0: it is under way."""
        if opened.family != _FAMILIES[address[1]]:  # what was bound before
            number = errno.EINVAL if opened.family == _socket.AF_INET6 else errno.EAFNOSUPPORT
            detail = f"the socket is bound to an address of another family ({opened.family.name})"
            raise system_error(number, "connect", address[0], self._request.port, detail)
        try:
            number = opened.connect_ex(_endpoint(address[0], self._request.port, address[1]))
        except _socket.gaierror:
            return errno.EINVAL  # an address of the other family
        except OSError as error:
            return error.errno or errno.EINVAL
        return 0 if number == errno.EINPROGRESS else number

    def _follow(self, fd: int, address: Address) -> None:
        """Has the core wait for the attempt; where another address is left, for a limited time."""
        self._current = address
        self._state = TRY[self._state]
        io.open(self.socket, fd, connecting=True)
        if self._waiting:
            timeout = self._request.attempt_timeout
            self._forget_timer = self.runtime.call_later(timeout, self._timed_out)

    # The end of an attempt

    def refused(self, number: int) -> None:
        """The attempt that is under way failed with this error number."""
        if self._current is not None:
            self._failed(self._error(number, self._current))

    def _failed(self, error: Exception) -> None:
        address = self._current
        if self._over or address is None:
            return
        self._forget_timer()
        self._current = None
        if not self._many:
            # As in Node: with nothing left to try, the event finds a socket that gave up.
            self._state = GIVE_UP[self._state]
            self._emit_failed(address, error)
            self._errors.append(error)
            if not self._over:
                self.socket.destroy(self._summary())
            return
        self._errors.append(error)
        self._state = TRY_NEXT[self._state]
        io.abandon(self.socket)
        self._emit_failed(address, error)
        if not self._over:
            self._next()

    def _timed_out(self) -> None:
        address = self._current
        if self._over or address is None:
            return
        self._current = None
        self._state = TRY_NEXT[self._state]
        self._errors.append(self._error(errno.ETIMEDOUT, address))
        io.abandon(self.socket)
        self.emit("connection_attempt_timeout", address[0], self._request.port, address[1])
        if not self._over:
            self._next()

    def _emit_failed(self, address: Address, error: Exception) -> None:
        host, version = address
        where = (host, None, None) if version == PATH else (host, self._request.port, version)
        self.emit("connection_attempt_failed", *where, error)

    def _error(self, number: int, address: Address) -> OSError:
        """The error of an attempt; it names the local end where a local port was asked for."""
        host, version = address
        if version == PATH:
            return system_error(number, "connect", host)
        error = system_error(number, "connect", host, self._request.port)
        if self._request.local_port:
            local = self._request.local_address or _ANY[version]
            error.__dict__.update(local_address=local, local_port=self._request.local_port)
        return error

    def _summary(self) -> Exception:
        """The first error; when there were several, with a copy of each in it."""
        first, *others = self._errors
        if others:
            first.__dict__["errors"] = [_copy(error) for error in self._errors]
            group = [_copy(error) for error in self._errors]
            first.__cause__ = ExceptionGroup("all connection attempts failed", group)
        return first


def _nothing() -> None:
    """In place of a function that calls a timer or a lookup off."""


def _endpoint(host: str, port: int, version: int) -> str | Endpoint:
    """An address as Python's sockets take it."""
    return host if version == PATH else endpoint(host, port, version)


def interleave(addresses: Iterable[Address]) -> list[Address]:
    """Each address once, the families taking turns; the family of the first begins."""
    unique = list(dict.fromkeys(addresses))
    first = unique[0][1]
    ours = [address for address in unique if address[1] == first]
    others = [address for address in unique if address[1] != first]
    return [one for one in chain(*zip_longest(ours, others)) if one is not None]


def _copy(error: Exception) -> Exception:
    """An equal error: one that is part of itself would be a cycle, and never stop being printed."""
    twin = type(error).__new__(type(error), *error.args)
    twin.__dict__.update(error.__dict__)
    return twin


def _blocked(address: Address) -> StateError:
    return StateError(f"{address[0]} is blocked by the socket's block_list", "ERR_IP_BLOCKED")
