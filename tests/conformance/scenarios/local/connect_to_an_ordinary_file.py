"""Connecting to a file that is no socket is refused."""

from pathlib import Path

import netserve
from tests.conformance.scenario import local_path, play, watch


def main() -> None:
    Path(local_path("file")).touch()
    client = netserve.create_connection(path=local_path("file"))
    watch(client, "client", "connect", "error", "end", "close")


play(main)
