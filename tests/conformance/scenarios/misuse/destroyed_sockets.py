"""A socket that was destroyed takes every call, and nothing comes of it."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, once, play, trace


async def main() -> None:
    socket: Any = netserve.Socket()
    socket.on("error", lambda error: trace("socket", "error", error))
    socket.destroy()
    await once(socket, "close")
    attempt("socket", "pause", lambda: socket.pause())
    attempt("socket", "resume", lambda: socket.resume())
    attempt("socket", "cork", lambda: socket.cork())
    attempt("socket", "uncork", lambda: socket.uncork())
    attempt("socket", "uncork again", lambda: socket.uncork())
    attempt("socket", "unpipe", lambda: socket.unpipe())
    attempt("socket", "set_timeout", lambda: socket.set_timeout(1))
    attempt("socket", "set_no_delay", lambda: socket.set_no_delay())
    attempt("socket", "set_keep_alive", lambda: socket.set_keep_alive(True))
    attempt("socket", "set_encoding", lambda: socket.set_encoding("utf8"))
    attempt("socket", "ref", lambda: socket.ref())
    attempt("socket", "unref", lambda: socket.unref())
    attempt("socket", "destroy", lambda: socket.destroy())
    attempt("socket", "destroy_soon", lambda: socket.destroy_soon())
    attempt("socket", "unshift", lambda: socket.unshift("x"))
    attempt("socket", "write", lambda: socket.write("x"))
    trace("socket", "state", socket.ready_state, socket.pending)
    trace("socket", "flags", socket.connecting, socket.destroyed)
    trace("socket", "paused", socket.is_paused(), socket.timeout)
    trace("socket", "bytes", socket.bytes_read, socket.bytes_written, socket.readable_length)


play(main)
