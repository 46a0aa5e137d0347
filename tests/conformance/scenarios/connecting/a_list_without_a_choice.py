"""Where one address was asked for, a lookup that answers with a list is told off in Node; netserve
takes the first of the list, since a lookup function here may always answer with one."""

import netserve
from tests.conformance.scenario import answering, deaf_port, differs, once, play, trace


async def main() -> None:
    port = await deaf_port()
    addresses = ["127.0.0.2", "127.0.0.1"]
    client = netserve.create_connection(
        port, "a.example", auto_select_family=False, lookup=answering(*addresses)
    )
    client.on("lookup", lambda _error, address, *_: trace("client", "lookup", address))
    client.on("error", lambda error: trace("client", "error", error.code))
    await once(client, "close")
    differs(
        "client",
        node=[
            ["lookup", [{"address": address, "family": 4} for address in addresses]],
            ["error", "ERR_INVALID_IP_ADDRESS"],
        ],
        netserve=[["lookup", "127.0.0.2"], ["error", "ECONNREFUSED"]],
    )


play(main)
