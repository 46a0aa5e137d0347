"""Draws the states of a socket and of a server: one picture for each table, in design/states/.

    python docs/states.py            draws them
    python docs/states.py --check    fails where one is not what would be drawn

A picture is read like a score. A state is a column and a step is a row: it begins at the dots, ends
at the arrow, and where there is a ring it changes nothing. A step is refused from every state that
it has no mark at.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import IntEnum
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from netserve._processes.ipc.states import TABLES as CHANNEL
from netserve._runtime import TABLES as RUNTIME
from netserve._server.states import TABLES as SERVER
from netserve._socket.states import TABLES as SOCKET
from netserve._states import Step
from netserve.cluster._states import TABLES as CLUSTER

TABLES = {**SOCKET, **SERVER, **CHANNEL, **CLUSTER, **RUNTIME}
FOLDER = Path(__file__).parent / "design" / "states"

LABELS, COLUMN, ROW, EDGE = 116, 100, 30, 12
BOX_WIDTH, BOX_HEIGHT = 90, 26
TOP = EDGE + BOX_HEIGHT + 24

STYLE = """\
svg { background: #ffffff }
text { font: 13px system-ui, sans-serif; fill: #1f2328; dominant-baseline: central }
.state { font-weight: 600; text-anchor: middle }
.step { text-anchor: end }
.box { fill: #f3f5f7; stroke: #8c959f }
.column { stroke: #d4d9de; stroke-dasharray: 2 4 }
.way { stroke: #1a7f5a; stroke-width: 2 }
.from, .to { fill: #1a7f5a }
.stays { fill: #ffffff; stroke: #1a7f5a; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  svg { background: #1e2129 }
  text { fill: #e6edf3 }
  .box { fill: #2b303b; stroke: #6e7681 }
  .column { stroke: #444c56 }
  .way { stroke: #3fb98a }
  .from, .to { fill: #3fb98a }
  .stays { fill: #1e2129; stroke: #3fb98a }
}"""


class Row(NamedTuple):
    """A step on its way into one state, or (`target` is `None`) one that changes nothing."""

    name: str
    sources: tuple[IntEnum, ...]
    target: IntEnum | None


def rows(steps: tuple[Step[Any], ...]) -> Iterator[Row]:
    """The rows of a table; a step that leads to several states has a row for each."""
    for step in steps:
        stays = {source for source, target in step.items() if source is target}
        for target in dict.fromkeys(step.values()):
            sources = tuple(one for one, to in step.items() if to is target and one not in stays)
            if sources:
                yield Row(step.name, sources, target)
        if stays:
            yield Row(step.name, tuple(stays), None)


def draw(title: str, kind: type[IntEnum], steps: tuple[Step[Any], ...]) -> str:
    """One table as a picture."""
    states = list(kind)
    lines = list(rows(steps))
    width = LABELS + COLUMN * len(states) + EDGE
    height = TOP + ROW * len(lines)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}: {escape(told(lines))}</title>",
        f"<style>{STYLE}</style>",
    ]
    for state in states:
        x = place(state)
        parts.append(f'<path class="column" d="M{x} {EDGE + BOX_HEIGHT}V{height - EDGE}"/>')
        parts.append(
            f'<rect class="box" x="{x - BOX_WIDTH // 2}" y="{EDGE}" width="{BOX_WIDTH}" '
            f'height="{BOX_HEIGHT}" rx="5"/>'
        )
        parts.append(text(x, EDGE + BOX_HEIGHT // 2, named(state), "state"))
    before = ""
    for number, row in enumerate(lines):
        y = TOP + ROW * number
        if row.name != before:
            parts.append(text(LABELS - 10, y, row.name, "step"))
        before = row.name
        parts.extend(marks(row, y))
    return "\n".join([*parts, "</svg>"]) + "\n"


def marks(row: Row, y: int) -> Iterator[str]:
    """What stands in a row: rings, or dots, a line and one arrow for each side."""
    if row.target is None:
        for source in row.sources:
            yield f'<circle class="stays" cx="{place(source)}" cy="{y}" r="4"/>'
        return
    end = place(row.target)
    left = [place(one) for one in row.sources if place(one) < end]
    right = [place(one) for one in row.sources if place(one) > end]
    for begin, towards in ((min(left, default=end), 1), (max(right, default=end), -1)):
        if begin != end:
            tip, back = end - 2 * towards, end - 11 * towards
            yield f'<path class="way" d="M{begin} {y}H{back}"/>'
            yield f'<path class="to" d="M{tip} {y}L{back} {y - 5}V{y + 5}z"/>'
    for x in (*left, *right):
        yield f'<circle class="from" cx="{x}" cy="{y}" r="4"/>'


def told(lines: list[Row]) -> str:
    """The picture in words."""

    def of(row: Row) -> str:
        sources = ", ".join(named(source) for source in row.sources)
        into = "stays" if row.target is None else f"to {named(row.target)}"
        return f"{row.name} from {sources} {into}"

    return "; ".join(of(row) for row in lines)


def place(state: IntEnum) -> int:
    """The middle of a state's column. The columns are in the order of the enumeration."""
    return LABELS + COLUMN * list(type(state)).index(state) + COLUMN // 2


def named(state: IntEnum) -> str:
    """A state's name as it is shown."""
    return state.name.lower().replace("_", " ")


def text(x: int, y: int, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(words)}</text>'


def pictures() -> dict[str, str]:
    """All pictures, by the name of their file."""
    return {f"{name}.svg": draw(name, *table) for name, table in TABLES.items()}


def kept() -> dict[str, str]:
    """The pictures in the repository, by the name of their file."""
    return {file.name: file.read_text() for file in FOLDER.glob("*.svg")}


def main() -> None:
    """Draws all of them, and removes those of tables that are gone; or only compares."""
    drawn, old = pictures(), kept()
    if "--check" in sys.argv:
        if drawn != old:
            sys.exit("the pictures of the states are not what the tables say: run make docs")
        return
    FOLDER.mkdir(exist_ok=True)
    for name in old.keys() - drawn.keys():
        (FOLDER / name).unlink()
    for name, picture in drawn.items():
        (FOLDER / name).write_text(picture)


if __name__ == "__main__":
    main()
