"""The program `netserve`. It needs the extra `netserve[cli]`; the library does not."""

from __future__ import annotations

import sys

__all__ = ["main"]

NEEDED = {"click", "rich"}

try:
    from ._commands import main
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.partition(".")[0] not in NEEDED:
        raise
    advice = (
        f"netserve: the command line needs {missing.name}. Install: pip install 'netserve[cli]'"
    )

    def main() -> None:
        """Says what is missing, and ends with status 1."""
        sys.exit(advice)
