"""A small Redis-like server: enough of the protocol for redis-cli and redis-benchmark.

Run:  netserve serve examples.redis_server:on_connection --port 6380
Try:  redis-benchmark -p 6380 -P 16 -q -t ping,set,get,incr,lpush,rpush,lpop,sadd,hset
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import netserve

Value = bytes | deque[bytes] | set[bytes] | dict[bytes, bytes]
Reply = bytes | int | None | list[bytes]
V = TypeVar("V", deque[bytes], set[bytes], dict[bytes, bytes])

# What Redis itself accepts at most: arguments in a request, bytes in one, bytes of an inline line.
MAX_ARGUMENTS = 1024 * 1024
MAX_BULK = 512 * 1024 * 1024
MAX_LINE = 64 * 1024

WRONG_KIND = "WRONGTYPE Operation against a key holding the wrong kind of value"


class Status(bytes):
    """A reply that is a word of the server's, not a value."""


class Command(NamedTuple):
    """A function, and how many arguments it takes."""

    function: Callable[..., Reply]
    least: int
    most: int


OK = Status(b"OK")
store: dict[bytes, Value] = {}
commands: dict[bytes, Command] = {}


class Refusal(Exception):
    """A command that can't be carried out; the client is told why."""


class Garbage(Exception):
    """Bytes that are not the protocol; the client is told, and disconnected."""


def on_connection(socket: netserve.Socket) -> None:
    """Answers every request that a chunk completes, all of them in one write."""
    requests = Requests()

    def on_data(chunk: bytes) -> None:
        replies: list[bytes] = []
        try:
            for request in requests.feed(chunk):
                replies.append(answer(request))
        except Garbage as error:
            replies.append(b"-ERR Protocol error: %s\r\n" % str(error).encode())
            socket.off("data", on_data)
            socket.write(b"".join(replies))
            socket.destroy_soon()
            return
        if replies and not socket.write(b"".join(replies)):
            socket.pause()  # the client asks faster than it reads

    socket.on("data", on_data)
    socket.on("drain", socket.resume)


class Requests:
    """Cuts a stream of bytes into requests, whatever the chunks are."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.start = 0

    def feed(self, chunk: bytes) -> Iterator[list[bytes]]:
        """The requests that are complete now; the rest waits for the next chunk."""
        self.buffer += chunk
        while (request := self.take()) is not None:
            if request:
                yield request
        del self.buffer[: self.start]
        self.start = 0

    def take(self) -> list[bytes] | None:
        """The next request, or `None` as long as some of it is missing."""
        found = self.line(self.start)
        if found is None:
            return None
        line, after = found
        if not line.startswith(b"*"):
            self.start = after
            return line.split()
        return self.array(number(line[1:], MAX_ARGUMENTS), after)

    def array(self, count: int, at: int) -> list[bytes] | None:
        """`count` strings, each after a line with its length."""
        request: list[bytes] = []
        for _ in range(count):
            found = self.line(at)
            if found is None:
                return None
            line, begin = found
            if not line.startswith(b"$"):
                raise Garbage("expected '$'")
            end = begin + number(line[1:], MAX_BULK)
            if len(self.buffer) < end + 2:
                return None
            request.append(bytes(self.buffer[begin:end]))
            at = end + 2
        self.start = at
        return request

    def line(self, at: int) -> tuple[bytes, int] | None:
        """The line that begins there, and where the next one begins."""
        end = self.buffer.find(b"\n", at)
        if end < 0:
            if len(self.buffer) - at > MAX_LINE:
                raise Garbage("too big inline request")
            return None
        return bytes(self.buffer[at:end]).rstrip(b"\r"), end + 1


def number(text: bytes, limit: int) -> int:
    """A length on the wire. A negative one counts as 0, as in Redis."""
    try:
        value = int(text)
    except ValueError:
        raise Garbage("invalid length") from None
    if value > limit:
        raise Garbage("invalid length")
    return max(value, 0)


def answer(request: list[bytes]) -> bytes:
    """Carries out one request and writes its reply in the protocol."""
    name, *arguments = request
    command = commands.get(name.upper())
    if command is None:
        return b"-ERR unknown command '%s'\r\n" % name[:128]
    if not command.least <= len(arguments) <= command.most:
        return b"-ERR wrong number of arguments for '%s' command\r\n" % name.lower()
    try:
        return encode(command.function(*arguments))
    except Refusal as error:
        return b"-%s\r\n" % str(error).encode()


def encode(reply: Reply) -> bytes:
    """Numbers, statuses, strings and lists of strings."""
    if isinstance(reply, int):
        return b":%d\r\n" % reply
    if isinstance(reply, Status):
        return b"+%s\r\n" % reply
    if isinstance(reply, list):
        return b"*%d\r\n" % len(reply) + b"".join(map(bulk, reply))
    return bulk(reply)


def bulk(text: bytes | None) -> bytes:
    """A string with its length before it, or the sign for none."""
    return b"$-1\r\n" if text is None else b"$%d\r\n%s\r\n" % (len(text), text)


def command(function: Callable[..., Reply]) -> Callable[..., Reply]:
    """Makes a function the command of its name, with the arguments that it takes."""
    most = least = 0
    for parameter in inspect.signature(function).parameters.values():
        variadic = parameter.kind is parameter.VAR_POSITIONAL
        most += MAX_ARGUMENTS if variadic else 1
        least += parameter.default is parameter.empty and not variadic
    name = function.__name__.rstrip("_").upper().encode()
    commands[name] = Command(function, least, most)
    return function


def value_of(key: bytes, kind: type[V]) -> V:
    """The list, set or hash of that key, made if there is none."""
    value = store.get(key)
    if value is None:
        store[key] = value = kind()
    if not isinstance(value, kind):
        raise Refusal(WRONG_KIND)
    return value


@command
def ping(text: bytes | None = None) -> Reply:
    return Status(b"PONG") if text is None else text


@command
def echo(text: bytes) -> Reply:
    return text


@command
def set_(key: bytes, value: bytes) -> Reply:
    store[key] = value
    return OK


@command
def get(key: bytes) -> Reply:
    value = store.get(key)
    if value is not None and not isinstance(value, bytes):
        raise Refusal(WRONG_KIND)
    return value


@command
def incr(key: bytes) -> Reply:
    value = store.get(key, b"0")
    try:
        result = int(value) + 1 if isinstance(value, bytes) else None
    except ValueError:
        raise Refusal("ERR value is not an integer or out of range") from None
    if result is None:
        raise Refusal(WRONG_KIND)
    store[key] = b"%d" % result
    return result


@command
def del_(key: bytes, *more: bytes) -> Reply:
    return sum(store.pop(each, None) is not None for each in (key, *more))


@command
def lpush(key: bytes, value: bytes, *more: bytes) -> Reply:
    values = value_of(key, deque)
    values.extendleft((value, *more))
    return len(values)


@command
def rpush(key: bytes, value: bytes, *more: bytes) -> Reply:
    values = value_of(key, deque)
    values.extend((value, *more))
    return len(values)


@command
def lpop(key: bytes) -> Reply:
    return pop(key, first=True)


@command
def rpop(key: bytes) -> Reply:
    return pop(key, first=False)


def pop(key: bytes, *, first: bool) -> bytes | None:
    """Takes an element off a list; a list that is empty then is gone."""
    if key not in store:
        return None
    values = value_of(key, deque)
    value = values.popleft() if first else values.pop()
    if not values:
        del store[key]
    return value


@command
def sadd(key: bytes, member: bytes, *more: bytes) -> Reply:
    members = value_of(key, set)
    before = len(members)
    members.update((member, *more))
    return len(members) - before


@command
def hset(key: bytes, *pairs: bytes) -> Reply:
    if not pairs or len(pairs) % 2:
        raise Refusal("ERR wrong number of arguments for 'hset' command")
    fields = value_of(key, dict)
    before = len(fields)
    fields.update(zip(pairs[::2], pairs[1::2], strict=True))
    return len(fields) - before


@command
def hget(key: bytes, field: bytes) -> Reply:
    return value_of(key, dict).get(field) if key in store else None


@command
def config(what: bytes, name: bytes = b"", *_: bytes) -> Reply:
    """Clients ask for `save` and `appendonly`: nothing is kept on disk here."""
    known = {b"save": b"", b"appendonly": b"no"}
    return [name, known[name]] if what.upper() == b"GET" and name in known else []


@command
def command_(*_: bytes) -> Reply:
    return []


@command
def info(*_: bytes) -> Reply:
    return b"# Server\r\nserver_name:netserve\r\n# Keyspace\r\nkeys:%d\r\n" % len(store)


@command
def flushall(*_: bytes) -> Reply:
    store.clear()
    return OK


if __name__ == "__main__":
    netserve.create_server(on_connection).listen(6380, "127.0.0.1")
    netserve.run()
