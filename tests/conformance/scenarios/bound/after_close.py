"""A closed one refuses everything but to be disposed of."""

import os

import netserve
from netserve import BoundSocket
from tests.conformance.scenario import attempt, local_path, play, trace


def main() -> None:
    path = local_path("x.sock")
    bound = BoundSocket(path=path)
    trace("bound", "file", os.path.exists(path))
    bound.close()
    trace("bound", "file", os.path.exists(path))
    attempt("bound", "close", lambda: bound.close())
    attempt("bound", "address", lambda: bound.address())
    attempt("bound", "fd", lambda: bound.fd())
    attempt("bound", "listen", lambda: netserve.create_server().listen(bound))
    attempt("bound", "socket", lambda: netserve.Socket(handle=bound))
    with bound:
        pass
    trace("bound", "is_pipe", bound.is_pipe)
    with BoundSocket(path=path) as again:
        pass
    trace("bound", "file", os.path.exists(path))
    attempt("bound", "after disposing", lambda: again.close())


play(main)
