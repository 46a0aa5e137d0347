"""A TCP proxy: every connection is piped to another server, both ways.

Run:  PROXY_TARGET=127.0.0.1:6379 netserve serve examples.proxy:on_connection
or:   python examples/proxy.py 127.0.0.1:6379
Try:  netserve connect 8124
"""

from __future__ import annotations

import os
import sys

import netserve


def target() -> tuple[str, int]:
    """Where to: `HOST:PORT` from the environment."""
    host, _, port = os.environ.get("PROXY_TARGET", "127.0.0.1:6379").rpartition(":")
    return host.strip("[]"), int(port)


async def on_connection(client: netserve.Socket) -> None:
    """Joins the client and a new connection to the target, until both are over."""
    host, port = target()
    try:
        async with client:
            upstream = await netserve.open_connection(port=port, host=host)
            await netserve.pipeline(client, upstream)
    except OSError as error:
        print("proxy:", error, file=sys.stderr)


if __name__ == "__main__":
    if sys.argv[1:]:
        os.environ["PROXY_TARGET"] = sys.argv[1]
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
