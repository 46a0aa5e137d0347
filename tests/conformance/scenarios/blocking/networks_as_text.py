"""Which texts name a network, and what is wrong with the others."""

from netserve import BlockList
from tests.conformance.scenario import attempt, play, trace

TEXTS = [
    "10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:DB8::/32", "fe80::1%lo/64", "::ffff:1.2.3.0/120",
    "10.0.0.0", "::1", "", "10.0.0.0/", "/8", "x/8", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
    "10.0.0.0/3000000000", "10.0.0.0/8.5", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/ 8",
    "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0.0/0x8", "10.0.0.0/8/9", "1:2/8",
]  # fmt: skip


def main() -> None:
    for text in TEXTS:
        rules = BlockList()
        attempt("adding", text, lambda rules=rules, text=text: rules.add_cidr(text))
        trace("adding", "rules", rules.rules)
        attempt("removing", text, lambda rules=rules, text=text: rules.remove_cidr(text))


play(main)
