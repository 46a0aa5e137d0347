"""The compiled core: it moves bytes and counts them. Checked against the module by stubtest."""

from collections.abc import Callable
from contextvars import Context
from typing import Any, Protocol, Self, final, type_check_only

from typing_extensions import Buffer, disjoint_base

from . import io as io

__all__ = [
    "Accepted",
    "BlockList",
    "Channel",
    "Distributor",
    "Listener",
    "Reactor",
    "Stream",
    "WorkerListener",
    "deliver_once",
    "io",
]

_Name = tuple[str, int, int] | str | None
_KeepAlive = int | tuple[float, float, int]

# Whom the core tells what happens. What one of these methods raises goes to the same object's
# `_on_listener_error`, where it has one.

@type_check_only
class ReactorOwner(Protocol):
    """What drives a reactor."""

    def _wake(self) -> None:
        """Has the loop call `poll(True)` soon."""

    def _wake_at(self, seconds: float) -> None:
        """Has the loop call `expire()` after so many seconds, and no longer at an earlier time."""

    def _became_idle(self) -> None:
        """Nothing is left that keeps a program alive."""

    def _report(self, error: BaseException) -> None:
        """A deferred call raised this."""

    def _broken(self, rule: str) -> None:
        """The development mode found a rule of the core's own broken."""

@type_check_only
class StreamOwner(Protocol):
    """What a subclass of `Stream` has to have."""

    def _on_connect(self, number: int) -> None:
        """The connection attempt is over: 0, or its error number."""

    def _on_data(self, chunk: bytes) -> int | None:
        """Bytes came that no sink takes. For how many more there is room; `None`: for any."""

    def _on_end(self) -> None:
        """The peer's end was read."""

    def _on_error(self, number: int, syscall: str) -> None:
        """A `"read"` or `"write"` failed."""

    def _on_timeout(self) -> None:
        """Nothing was moved for as long as `set_idle` says."""

    def _on_drain(self) -> None:
        """Nothing waits to be written any more; `take_drain` says whether that is news."""

    def _on_flush(self) -> None:
        """The system took bytes, and `tell_flush` wants that told."""

    def _on_finish(self, number: int) -> None:
        """Our end was said: 0, or the error number of saying it."""

    def _on_result(self, result: object) -> None:
        """A sink returned something: a coroutine, perhaps."""

    def _on_listener_error(self, error: BaseException) -> None:
        """A sink, or one of these methods, raised this."""

    def _write(self, data: object, encoding: object, callback: Any) -> bool:
        """What `write()` does where there is more to it than bytes."""

    def _on_loop_end(self) -> None:
        """The loop is over: the descriptor is closed, and nothing else will be told."""

    def pause(self) -> object:
        """The callback of `set_on_read` returned `False`."""

@type_check_only
class ListenerOwner(Protocol):
    """What takes the connections of a `Listener` or a `WorkerListener`."""

    def _on_connection(self, accepted: Accepted) -> None:
        """A connection was accepted: one that `io.accept()` does not take is closed."""

    def _on_drop(self, local: _Name, remote: _Name, reason: str) -> None:
        """One was turned away: `"limit"`, `"blocked"` or `"descriptors"`."""

    def _on_accept_error(self, number: int) -> None:
        """The listening descriptor can't accept any more. A worker has none."""

    def _on_listener_error(self, error: BaseException) -> None:
        """One of these methods raised this."""

@type_check_only
class DistributorOwner(Protocol):
    """Whom a `Distributor` asks and tells."""

    def _choose(self, remote: _Name) -> int | None:
        """The number of the worker for this client; `None` and unknown ones: the next in turn."""

    def _on_shed(self) -> None:
        """A connection was closed because there are no descriptors left."""

    def _on_turned_away(self) -> None:
        """A connection was closed because no worker has descriptors left."""

    def _on_accept_error(self, number: int) -> None:
        """The listening descriptor can't accept any more."""

    def _on_listener_error(self, error: BaseException) -> None:
        """One of these methods raised this."""

@type_check_only
class ChannelOwner(Protocol):
    """What a channel's messages are for."""

    def _on_value(self, message: Any) -> None:
        """A message came."""

    def _on_message(self, frame: Any) -> None:
        """A message came that the core can't parse: a text, or bytes where lengths are in front."""

    def _on_written(self) -> None:
        """The system took whole messages, and `tell_written` wants that told."""

    def _on_lost(self) -> None:
        """A descriptor did not arrive, and was sent for the last time."""

    def _on_stray(self) -> None:
        """The other side answered for a descriptor that is not under way."""

    def _on_too_long(self) -> None:
        """A message is longer than the limit: the channel can't be read on."""

    def _on_closed(self) -> None:
        """The channel is closed, here or there."""

    def _reframe(self, text: str) -> bytes:
        """A message of the core's own, a line of JSON, as this channel sends it."""

    def _on_listener_error(self, error: BaseException) -> None:
        """One of these methods raised this."""

@final
class Reactor:
    def __new__(cls, owner: ReactorOwner, *, checks: bool = False) -> Self: ...
    def fileno(self) -> int: ...
    @property
    def active(self) -> int: ...
    @property
    def handles(self) -> int: ...
    @property
    def busy(self) -> bool: ...
    def hold(self) -> None: ...
    def release(self) -> None: ...
    def check_thread(self) -> None: ...
    def check_use(self) -> None: ...
    def come_home(self) -> None: ...
    def awaited(self) -> None: ...
    def open(self) -> int: ...
    def defer(self, function: Callable[..., object], *arguments: object) -> None: ...
    def defer_closing(self, function: Callable[..., object], *arguments: object) -> None: ...
    def poll(self, asked: bool = False) -> None: ...
    def expire(self) -> None: ...
    def close(self, why: str) -> None: ...
    def leave(self, why: str) -> None: ...

@final
class Accepted:
    def fileno(self) -> int: ...

@final
class Listener:
    def __new__(
        cls,
        reactor: Reactor,
        fd: int,
        owner: ListenerOwner,
        *,
        live: int = 0,
        limit: int | None = None,
        no_delay: bool = False,
        keep_alive: _KeepAlive | None = None,
        user_timeout: float | None = None,
        block_list: BlockList | None = None,
    ) -> Self: ...
    def resume(self) -> None: ...
    def pause(self) -> None: ...
    def close(self) -> None: ...
    def detach(self) -> int | None: ...
    def set_ref(self, referenced: bool) -> None: ...
    def fileno(self) -> int: ...
    def name(self) -> _Name: ...
    live: int
    limit: int | None

@final
class WorkerListener:
    def __new__(
        cls,
        reactor: Reactor,
        channel: Channel,
        key: str,
        name: _Name,
        owner: ListenerOwner,
        *,
        live: int = 0,
        limit: int | None = None,
        no_delay: bool = False,
        keep_alive: _KeepAlive | None = None,
        user_timeout: float | None = None,
        drop_above: bool = False,
        reports: bool = False,
        block_list: BlockList | None = None,
    ) -> Self: ...
    def resume(self) -> None: ...
    def pause(self) -> None: ...
    def close(self) -> None: ...
    def set_ref(self, referenced: bool) -> None: ...
    def report(self) -> None: ...
    def fileno(self) -> int: ...
    def name(self) -> _Name: ...
    @property
    def key(self) -> str: ...
    live: int
    limit: int | None
    drop_above: bool

@final
class BlockList:
    def __new__(cls) -> Self: ...
    @staticmethod
    def canonical(address: str, version: int) -> str | None: ...
    def add_address(self, address: str, version: int) -> None: ...
    def add_subnet(self, network: str, version: int, prefix: int) -> None: ...
    def add_range(self, start: tuple[str, int], end: tuple[str, int]) -> bool: ...
    def remove_address(self, address: str, version: int) -> None: ...
    def remove_subnet(self, network: str, version: int, prefix: int) -> None: ...
    def remove_range(self, start: tuple[str, int], end: tuple[str, int]) -> None: ...
    def check(self, address: str, version: int) -> bool: ...
    def clear(self) -> None: ...
    def texts(self) -> list[str]: ...
    def __len__(self) -> int: ...

@final
class Distributor:
    def __new__(cls, reactor: Reactor, fd: int, owner: DistributorOwner, name: str) -> Self: ...
    def open(self, policy: str) -> None: ...
    def add(self, id: int, channel: Channel) -> None: ...
    def retire(self, id: int) -> None: ...
    def close(self) -> None: ...
    def set_ref(self, referenced: bool) -> None: ...
    def fileno(self) -> int: ...

@final
class Channel:
    def __new__(
        cls, reactor: Reactor, fd: int, owner: ChannelOwner, *, limit: int, lengths: bool = False
    ) -> Self: ...
    def open(self) -> None: ...
    def send(self, frame: bytes, fd: int | None = None, *, precious: bool = False) -> bool: ...
    def send_value(self, value: object) -> bool | None: ...
    def answer(self, frame: bytes) -> None: ...
    def answered(self, arrived: bool) -> None: ...
    def drain(self) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    @property
    def length(self) -> int: ...
    @property
    def leaving(self) -> int: ...
    def flush(self) -> None: ...
    def take(self) -> int | None: ...
    @property
    def written(self) -> int: ...
    def tell_written(self, wanted: bool) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...
    def detach(self) -> int | None: ...
    def set_ref(self, referenced: bool) -> None: ...
    def fileno(self) -> int: ...
    def offer(self, key: str, seq: int, fd: int) -> None: ...
    def dealt(self, ack: int, accepted: bool, open: int | None) -> bool: ...
    def told(self, key: str, open: int) -> None: ...
    @staticmethod
    def next_seq() -> int: ...

@disjoint_base
class Stream:
    def __new__(cls, *_arguments: object, **_options: object) -> Self: ...
    def write(
        self,
        data: Buffer | str,
        encoding: str | None = "utf-8",
        callback: Callable[..., object] | None = None,
    ) -> bool: ...
    def fileno(self) -> int: ...
    @property
    def bytes_read(self) -> int: ...
    @property
    def bytes_written(self) -> int: ...
    @property
    def writable_length(self) -> int: ...
    @property
    def writable_high_water_mark(self) -> int: ...
    @property
    def writable_need_drain(self) -> bool: ...
    _context: Context | None

def deliver_once(number: int) -> None: ...
