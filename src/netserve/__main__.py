"""`python -m netserve`: the same as the program `netserve`."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
