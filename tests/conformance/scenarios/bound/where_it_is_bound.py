"""The address is there at once; without a host it is IPv4's any, for IPv6 only IPv6's."""

from typing import Any

from netserve import BoundSocket
from tests.conformance.scenario import abstract_path, local_path, play, trace


def main() -> None:
    def show(what: str, **options: Any) -> None:
        bound = BoundSocket(**options)
        address = bound.address()
        where = (
            address
            if isinstance(address, str)
            else [address.address, address.family, address.port > 0]
        )
        trace("bound", what, where, bound.is_pipe, bound.fd() >= 0)
        bound.close()

    show("nothing")
    show("ipv6_only", ipv6_only=True)
    show("reuse_port", reuse_port=True)
    show("IPv4", host="127.0.0.1")
    show("IPv6", host="::1")
    show("a path", path=local_path("x.sock"))
    show("an abstract path", path=abstract_path("x"))


play(main)
