"""How much the stress tests do.

As a part of `make test` they do enough to meet what they look for; `make stress` does ten times as
much of the same, which says little more and takes minutes.
"""

from __future__ import annotations

import os

LONG = os.environ.get("NETSERVE_STRESS") == "long"


def amount(usual: int, long: int) -> int:
    """How many, in this run."""
    return long if LONG else usual
