"""Options of connect() that make no sense are refused before anything is opened; Node finds out
about a local port from the system. What is no text is a matter of type here."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, differs, play


def main() -> None:
    def connect(**options: Any) -> Any:
        return netserve.Socket().connect(port=1, host="127.0.0.1", **options)

    attempt("socket", "auto_select_family text", lambda: connect(auto_select_family="x"))
    attempt("socket", "timeout text", lambda: connect(auto_select_family_attempt_timeout="x"))
    attempt("socket", "timeout negative", lambda: connect(auto_select_family_attempt_timeout=-1))
    attempt("socket", "timeout true", lambda: connect(auto_select_family_attempt_timeout=True))
    attempt("socket", "local_port negative", lambda: connect(local_port=-1))
    attempt("socket", "local_port true", lambda: connect(local_port=True))
    attempt("socket", "local_address number", lambda: connect(local_address=5))
    attempt("socket", "path object", lambda: connect(path=object()))
    differs(
        "socket",
        node=[["local_port negative", "ok"]],
        netserve=[["local_port negative", {"code": "ERR_SOCKET_BAD_PORT", "kind": "ValueError"}]],
    )
    differs(
        "socket",
        node=[["local_address number", {"code": "ERR_INVALID_IP_ADDRESS"}]],
        netserve=[["local_address number", {"code": "ERR_INVALID_ARG_TYPE", "kind": "TypeError"}]],
    )


play(main)
