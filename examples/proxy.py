"""A TCP proxy: every connection is piped to another server, both ways.

Run:  PROXY_TARGET=127.0.0.1:6379 netserve serve examples.proxy:on_connection
or:   python examples/proxy.py 127.0.0.1:6379
Try:  nc 127.0.0.1 8124
"""

from __future__ import annotations

import os
import sys

import netserve


def target() -> tuple[str, int]:
    """Where to: `HOST:PORT` from the environment."""
    host, _, port = os.environ.get("PROXY_TARGET", "127.0.0.1:6379").rpartition(":")
    return host.strip("[]"), int(port)


def on_connection(client: netserve.Socket) -> None:
    """Joins the client and a new connection to the target. Who has ended may still be answered."""
    host, port = target()
    client.allow_half_open = True
    upstream = netserve.create_connection(port=port, host=host, allow_half_open=True)
    join(client, upstream)
    join(upstream, client)


def join(source: netserve.Socket, sink: netserve.Socket) -> None:
    """Pipes one way. A broken side takes the other along; one that ended lets it finish."""

    def on_close(had_error: bool) -> None:
        if had_error:
            sink.destroy()
        else:
            sink.destroy_soon()

    source.on("error", lambda error: print("proxy:", error, file=sys.stderr))
    source.on("close", on_close)
    source.pipe(sink)


if __name__ == "__main__":
    if sys.argv[1:]:
        os.environ["PROXY_TARGET"] = sys.argv[1]
    netserve.create_server(on_connection).listen(8124, "127.0.0.1")
    netserve.run()
