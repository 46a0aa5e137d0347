"""What the constructor refuses, at once."""

from typing import Any

from netserve import BoundSocket
from tests.conformance.scenario import attempt, local_path, play


def main() -> None:
    path = local_path("x.sock")

    def refuse(what: str, **options: Any) -> None:
        attempt("bound", what, lambda: BoundSocket(**options).close())

    refuse("a name", host="localhost")
    refuse("no host", host="")
    refuse("host=5", host=5)
    refuse("port=-1", port=-1)
    refuse("port=65536", port=65536)
    refuse("port=1.5", port=1.5)
    refuse('port="0"', port="0")
    refuse("ipv6_only=1", ipv6_only=1)
    refuse('reuse_port="yes"', reuse_port="yes")
    refuse("path=5", path=5)
    refuse("path and host", path=path, host="::")
    refuse("path and port", path=path, port=1)
    refuse("path and ipv6_only", path=path, ipv6_only=True)
    refuse("path and reuse_port", path=path, reuse_port=True)
    refuse("an address that is not here", host="192.0.2.1")
    refuse("ipv6_only of IPv4", host="127.0.0.1", ipv6_only=True)


play(main)
