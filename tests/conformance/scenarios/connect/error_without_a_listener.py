"""An 'error' that nobody listens to is an uncaught exception of the program."""

import netserve
from tests.conformance.scenario import deaf_port, play


async def main() -> None:
    netserve.create_connection(await deaf_port(), "127.0.0.1")


play(main)
