"""In Node an attempt that is under way keeps the program alive whatever unref() says; in netserve
unref() lets the program end, as it is documented."""

import netserve
from tests.conformance.scenario import SILENT, answering, differs, play, silent_port, trace


def main() -> None:
    client = netserve.create_connection(
        port=silent_port(),
        host="a.example",
        lookup=answering(SILENT, "127.0.0.2"),
        auto_select_family_attempt_timeout=0.02,
    )
    trace("client", "unref", client.unref() is client)
    client.on("error", lambda error: trace("client", "error", error.code))
    differs("client", node=[["error", "ETIMEDOUT"]], netserve=[])


play(main)
