"""A network or range is removed as it was written, the newest first; an unknown one is no error."""

from collections.abc import Callable

from netserve import BlockList
from tests.conformance.scenario import play, trace


def main() -> None:
    rules = BlockList()

    def removing(what: str, action: Callable[[], None]) -> None:
        action()
        trace("list", what, rules.rules)

    rules.add_cidr("10.0.0.0/8")
    rules.add_subnet("11.0.0.7", 24)
    rules.add_subnet("10.0.0.0", 8)
    rules.add_range("1.2.3.4", "1.2.3.9")
    rules.add_range("1.2.3.4", "1.2.3.5")
    rules.add_range("1.2.3.4", "1.2.3.9")
    rules.add_address("1.2.3.4")
    removing("unknown address", lambda: rules.remove_address("1.2.3.5"))
    removing("unknown range", lambda: rules.remove_range("1.2.3.4", "1.2.3.6"))
    removing("range that ends before it begins", lambda: rules.remove_range("1.2.3.9", "1.2.3.4"))
    mapped = ("::ffff:1.2.3.4", "::ffff:1.2.3.9")
    removing("mapped range", lambda: rules.remove_range(*mapped, "ipv6"))
    removing("other host bits", lambda: rules.remove_subnet("11.0.0.0", 24))
    removing("same host bits", lambda: rules.remove_subnet("11.0.0.7", 24))
    removing("one of two", lambda: rules.remove_cidr("10.0.0.0/8"))
    trace("list", "still blocked", rules.check("10.9.9.9"))
    removing("the other", lambda: rules.remove_subnet("10.0.0.0", 8))
    trace("list", "free", rules.check("10.9.9.9"))
    removing("one of two ranges", lambda: rules.remove_range("1.2.3.4", "1.2.3.9"))
    removing("address", lambda: rules.remove_address("1.2.3.4"))
    trace("list", "still blocked", rules.check("1.2.3.4"))


play(main)
