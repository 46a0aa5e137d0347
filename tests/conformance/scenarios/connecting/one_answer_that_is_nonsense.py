"""A single answer that is no address or no family is told by lookup, then it is the error; an
address of the other family is one that the system refuses."""

import asyncio
from collections.abc import Callable

import netserve
from tests.conformance.scenario import deaf_port, once, play, trace, watch_attempts


async def main() -> None:
    port = await deaf_port()
    tries: list[tuple[object, object]] = [
        ("localhost", 4), ("", 4), (None, 4), (5, 4), ("127.0.0.1 ", 4),
        ("127.0.0.1", 5), ("127.0.0.1", 0), ("127.0.0.1", "4"), ("127.0.0.1", True),
        ("127.0.0.1", 6), ("::1", 4),
    ]  # fmt: skip
    for answer in tries:

        def lookup(
            _host: str,
            _options: object,
            callback: Callable[..., object],
            answer: tuple[object, object] = answer,
        ) -> None:
            asyncio.get_running_loop().call_soon(callback, None, *answer)

        client = netserve.create_connection(
            port, "a.example", auto_select_family=False, lookup=lookup
        )
        watch_attempts(client, "client")
        client.on(
            "error",
            lambda error: trace("client", "error", error.code, getattr(error, "syscall", None)),
        )
        await once(client, "close")


play(main)
