"""Options of listen() that make no sense are refused before anything is opened. Node refuses the
options as a whole, netserve says which of them; and without any the system chooses."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    def listen(**options: Any) -> Any:
        return netserve.create_server().on("error", lambda _: None).listen(**options).unref()

    attempt("server", "port object", lambda: listen(port=object()))
    attempt("server", "port true", lambda: listen(port=True))
    attempt("server", "path number", lambda: listen(path=5))
    attempt("server", "fd text", lambda: listen(fd="x"))
    attempt("server", "signal number", lambda: listen(port=0, signal=5))
    attempt("server", "host number", lambda: listen(port=0, host=5))
    attempt("server", "nothing", lambda: listen())
    wrong_type = {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}
    wrong_value = {"code": "ERR_INVALID_ARG_VALUE", "kind": "ValueError"}
    for what in ("port object", "port true", "path number", "fd text"):
        differs("server", node=[[what, wrong_value]], netserve=[[what, wrong_type]])
    differs("server", node=[["nothing", wrong_value]], netserve=[["nothing", "ok"]])


play(main)
