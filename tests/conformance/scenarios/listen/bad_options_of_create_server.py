"""The options of create_server are checked."""

from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    create_server: Any = netserve.create_server
    attempt("server", "options", lambda: create_server("options"))
    attempt("server", "initial_delay", lambda: create_server(keep_alive_initial_delay="x"))
    attempt("server", "high_water_mark", lambda: create_server(high_water_mark="x"))


play(main)
