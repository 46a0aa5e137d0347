"""The addresses of a host: asked for once, from the system or from a function of the caller's.

A function may answer before it returns, after the socket is gone, or twice: events come after the
call that led to them, and only the first answer that is still wanted counts.
"""

from __future__ import annotations

import asyncio
import inspect
import socket as _socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from .._arguments import is_int
from .._errors import AbortError, ArgumentValueError, lookup_error, shown, wrong_type
from .._types import Work
from .info import address_in, is_ip

if TYPE_CHECKING:
    from .._runtime import Runtime

# What a lookup said: an address and its family, both still to be checked.
Answer = tuple[object, object]

_VERSIONS = {_socket.AF_INET: 4, _socket.AF_INET6: 6}
_FAMILIES = {version: family for family, version in _VERSIONS.items()}
_NAMES = {4: 4, 6: 6, "IPv4": 4, "IPv6": 6}


class Question(Protocol):
    """What a lookup is asked: a `ConnectRequest` has all of it."""

    @property
    def host(self) -> str:
        """The name to look up."""

    @property
    def family(self) -> int:
        """The family that is wanted, 4 or 6; 0: either."""

    @property
    def hints(self) -> int:
        """Flags of getaddrinfo."""

    @property
    def lookup(self) -> Callable[..., object] | None:
        """The function of the caller's; `None`: the system is asked."""

    @property
    def wants_all(self) -> bool:
        """Whether more than the first address is of use."""


class Lookup:
    """One question: `found(answers)` gets a list that is not empty, or `failed(error)` is called.

    Neither is, once it is cancelled.
    """

    def __init__(
        self,
        runtime: Runtime,
        request: Question,
        found: Callable[[list[Answer]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._runtime = runtime
        self._request = request
        self._found = found
        self._failed = failed
        self._over = False
        self._coroutine: Work[object] | None = None
        self._forget_task: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Asks the caller's function, or the system in the running loop or the next one."""
        request = self._request
        if request.lookup is None:
            self._runtime.with_loop(self._begin_to_resolve)
            return
        options = {"family": request.family, "hints": request.hints, "all": request.wants_all}
        try:
            if _is_async(request.lookup):
                answer = request.lookup(request.host, options)
            else:
                answer = request.lookup(request.host, options, self._answer)
        except Exception as error:
            if self._over:
                self._runtime.report("exception in a lookup that had answered", error)
            self._answer(error)
            return
        if inspect.iscoroutine(answer):
            self._coroutine = answer
            self._forget_task = self._runtime.spawn(self._wait_for(answer), self._ended).cancel

    def cancel(self) -> None:
        """Calls the lookup off: neither `found` nor `failed` is called from now on."""
        if self._over:
            return
        self._over = True
        self._forget_task()
        begun = self._coroutine
        if begun is not None and inspect.getcoroutinestate(begun) == inspect.CORO_CREATED:
            begun.close()  # its task will never come to it

    async def _wait_for(self, answer: Work[object]) -> None:
        try:
            self._answer(None, await answer)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # the task was cancelled, by `cancel()` or with its loop
            # Something that the lookup awaited was cancelled: the connection fails with that.
            called_off = AbortError("the lookup was cancelled")
            called_off.__cause__ = error
            self._answer(called_off)
            raise

    def _answer(self, error: object = None, address: object = None, family: object = None) -> None:
        self._runtime.check_use()
        if not self._over:
            self._over = True
            self._runtime.defer(self._tell, error, address, family)

    def _tell(self, error: object, address: object, family: object) -> None:
        if error is not None:
            if not isinstance(error, BaseException):
                error = wrong_type("a lookup's error", "an exception or None", error)
            self._failed(error)
            return
        answers = _answers(address, family)
        if answers:
            self._found(answers if self._request.wants_all else answers[:1])
        else:
            none = _socket.gaierror(_socket.EAI_NONAME, "no address")
            self._failed(lookup_error(none, self._request.host))

    def _begin_to_resolve(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._over:
            self._forget_task = self._runtime.spawn(self._resolve(loop), self._ended).cancel

    async def _resolve(self, loop: asyncio.AbstractEventLoop) -> None:
        request = self._request
        self._answer(None, await resolve(loop, request.host, request.family, request.hints))

    def _ended(self, error: BaseException | None) -> None:
        """The coroutine of a lookup has ended. What it raised is its answer."""
        if error is not None and not isinstance(error, asyncio.CancelledError):
            self._answer(error)


async def resolve(
    loop: asyncio.AbstractEventLoop, host: str, family: int = 0, hints: int = 0
) -> list[tuple[str, int]]:
    """The addresses of a host and their families, in the system's order. Raises `OSError`."""
    try:
        found = await loop.getaddrinfo(
            host,
            None,
            family=_FAMILIES.get(family, _socket.AF_UNSPEC),
            type=_socket.SOCK_STREAM,
            flags=hints,
        )
    except (OSError, UnicodeError) as error:
        raise lookup_error(error, host) from None
    known = [entry for entry in found if entry[0] in _VERSIONS]
    pairs = [(address_in(entry[4]), _VERSIONS[entry[0]]) for entry in known]
    return list(dict.fromkeys(pairs))


def check_answer(answer: Answer) -> tuple[str, int]:
    """An address and its family, 4 or 6; a family that was left out is that of the address."""
    address, family = answer
    version = is_ip(address)
    if not isinstance(address, str) or not version:
        message = f"lookup must answer with an IP address, not {shown(address)}"
        raise ArgumentValueError(message, "ERR_INVALID_IP_ADDRESS")
    if family is None:
        return address, version
    if not (is_int(family) or isinstance(family, str)) or family not in _NAMES:
        message = f"lookup must answer with family 4 or 6 for {address}, not {shown(family)}"
        raise ArgumentValueError(message, "ERR_INVALID_ADDRESS_FAMILY")
    return address, _NAMES[family]


def _is_async(lookup: Callable[..., object]) -> bool:
    """Whether a lookup returns its answer: itself or its `__call__` is a coroutine function."""
    call = getattr(lookup, "__call__", None)  # noqa: B004
    return inspect.iscoroutinefunction(lookup) or inspect.iscoroutinefunction(call)


def _answers(address: object, family: object) -> list[Answer]:
    """An answer, in whichever of its shapes, as a list of pairs."""
    if isinstance(address, list):
        return [_pair(one, None) for one in address]
    return [_pair(address, family)]


def _pair(one: object, family: object) -> Answer:
    if isinstance(one, Mapping):
        return one.get("address"), one.get("family")
    if isinstance(one, (tuple, list)) and len(one) == 2:
        return one[0], one[1]
    return one, family
