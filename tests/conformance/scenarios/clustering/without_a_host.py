"""A worker that names no host listens on all addresses."""

from tests.conformance.scenario import (
    address_of,
    alias,
    ask,
    fork_listening,
    name_server,
    play_cluster,
    port_of,
    trace,
)


async def primary() -> None:
    worker, address = await fork_listening()
    trace("client", "ask", await ask(alias(address.port, "<port>")))
    trace("primary", "listening", address)
    worker.disconnect()


def worker() -> None:
    def on_listening() -> None:
        alias(port_of(server), "<port>")
        trace("worker1", "address", address_of(server))

    server = name_server().listen(0, callback=on_listening)


play_cluster(primary=primary, worker=worker)
