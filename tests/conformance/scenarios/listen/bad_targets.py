"""What is neither port, path, handle nor descriptor throws at once.
Differs on purpose: Node calls such a target a bad value, in Python it is a wrong type.
"""

import netserve
from tests.conformance.scenario import attempt, differs, play, trace


def main() -> None:
    for what in ("true", "[]", "{}", "path=5"):
        differs(
            "server",
            node=[[f"listen({what})", {"code": "ERR_INVALID_ARG_VALUE", "kind": "ValueError"}]],
            netserve=[[f"listen({what})", {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}]],
        )
    server = netserve.create_server()
    attempt("server", "listen(true)", lambda: server.listen(True))
    attempt("server", "listen([])", lambda: server.listen([]))
    attempt("server", "listen({})", lambda: server.listen({}))
    attempt("server", "listen(path=5)", lambda: server.listen(path=5))
    trace("server", "listening", server.listening)


play(main)
