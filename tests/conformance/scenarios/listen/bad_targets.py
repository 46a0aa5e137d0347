"""What is neither port, path, handle nor descriptor throws at once."""

import netserve
from scenario import attempt, play, trace


def main() -> None:
    server = netserve.create_server()
    attempt("server", "listen(true)", lambda: server.listen(True))
    attempt("server", "listen([])", lambda: server.listen([]))
    attempt("server", "listen({})", lambda: server.listen({}))
    attempt("server", "listen(path=5)", lambda: server.listen(path=5))
    attempt("server", "listen(fd=-1)", lambda: server.listen(fd=-1))
    trace("server", "listening", server.listening)


play(main)
