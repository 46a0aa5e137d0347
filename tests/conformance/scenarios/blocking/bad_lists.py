"""What is no block list is refused before anything is opened; nothing is no list."""

import json
from typing import Any

import netserve
from tests.conformance.scenario import attempt, play


def main() -> None:
    for block_list in ({}, 1, "x", [], True, None):
        what = json.dumps(block_list)
        bad: Any = block_list
        attempt("server", what, lambda bad=bad: netserve.create_server(block_list=bad))
        attempt("socket", what, lambda bad=bad: netserve.Socket(block_list=bad))
        if block_list is None:
            continue
        options = {"port": 1, "host": "127.0.0.1", "block_list": bad}
        attempt("connection", what, lambda o=options: netserve.create_connection(**o))


play(main)
