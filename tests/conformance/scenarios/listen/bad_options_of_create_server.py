"""The options of create_server are checked."""

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    attempt("server", "options", lambda: netserve.create_server("options"))
    attempt("server", "initial_delay", lambda: netserve.create_server(keep_alive_initial_delay="x"))
    attempt("server", "high_water_mark", lambda: netserve.create_server(high_water_mark="x"))


play(main)
