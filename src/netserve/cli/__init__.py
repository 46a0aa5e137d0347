"""The program `netserve`. It needs the extra `netserve[cli]`; the library does not."""

from __future__ import annotations

import importlib.util
import sys

__all__ = ["main"]

NEEDED = ("click", "rich")

try:
    from ._commands import main
except ModuleNotFoundError as missing:
    if missing.name is None or missing.name.partition(".")[0] not in NEEDED:
        raise
    absent = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    advice = (
        f"netserve: the command line needs {' and '.join(absent or [missing.name])}, which can't "
        "be found. Install: pip install 'netserve[cli]'"
    )

    def main() -> None:
        """Says what is missing, and ends with status 1."""
        sys.exit(advice)
