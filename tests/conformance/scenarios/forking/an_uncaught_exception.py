"""A child that an exception ends has exit code 1."""

import sys

import netserve
from netserve import process
from tests.conformance.scenario import once, play, start_part, trace, watch


async def parent() -> None:
    child = start_part("child", silent=True)
    watch(child, "parent", "disconnect", "exit", "close")
    whole: list[str] = []
    child.stderr.set_encoding("utf-8")
    child.stderr.on("data", whole.append)
    await once(child, "close")
    trace("parent", "stderr", "a bug" in "".join(whole))


async def child() -> None:
    process.on("message", lambda *_: None)
    raise Exception("a bug")


if sys.argv[1:] == ["child"]:
    netserve.run(child())
else:
    play(parent)
