"""A path longer than the system allows never listens: an 'error' event in Node. netserve raises
at once and names the limit, since such a path is a mistake that no later attempt cures.
"""

import netserve
from scenario import attempt, local_path, play, watch


def main() -> None:
    server = netserve.create_server()
    watch(server, "server", "listening", "error", "close")
    attempt("server", "listen", lambda: server.listen(local_path("x" * 200)))


play(main)
