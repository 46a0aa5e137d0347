"""Differs on purpose: a path longer than the system allows never listens. Node says so in an
'error' event; netserve raises at once, since such a path is a mistake and no attempt cures it.
"""

import netserve
from tests.conformance.scenario import attempt, differs, local_path, play, watch


def main() -> None:
    differs(
        "server",
        node=[["listen", "ok"], ["error", "EINVAL"]],
        netserve=[["listen", {"code": "ERR_INVALID_ARG_VALUE", "kind": "ValueError"}]],
    )
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    attempt("server", "listen", lambda: server.listen(local_path("x" * 200)))


play(main)
