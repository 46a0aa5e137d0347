"""results.svg: the echo of 64-byte messages over 64 connections, as two rows of bars.

The picture has no background and takes its ink from the reader's colour scheme.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .figures import Figures, figures
from .peers import BY_NAME as PEERS
from .rounds import Results

WORK = "echo64"
WIDTH, LABELS, GAP, ROW, BAR, TOP = 880, 180, 40, 26, 16, 62
PANEL = (WIDTH - LABELS - GAP) // 2
NUMBERS = 64  # room behind the longest bar

STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.soft { fill: #59636e }
.ours { fill: #1a7f5a } .theirs { fill: #8c959f } .user { fill: #d4762a } .system { fill: #b6bec7 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .soft { fill: #9198a1 }
  .ours { fill: #3fb98a } .theirs { fill: #6e7681 } .user { fill: #e8954f }
  .system { fill: #4d555e }
}"""


def draw(results: Results) -> str:
    found = {name: figures(results, WORK, name) for name in PEERS}
    rows = [(name, one) for name, one in found.items() if one]
    rows.sort(key=lambda row: -row[1].rate)
    height = TOP + ROW * len(rows) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        "<title>Echo of 64-byte messages over 64 connections, server on one core</title>",
        f"<style>{STYLE}</style>",
        *heads(),
        *bars(rows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def heads() -> Iterator[str]:
    second = LABELS + PANEL + GAP
    yield text(0, 20, "Echo, 64 connections x 64 B, server on one core", "head")
    yield text(LABELS, 48, "messages a second", "soft")
    yield text(second, 48, "CPU µs a message:", "soft")
    yield box(second + 122, 38, 10, 11, "user")
    yield text(second + 137, 48, "user", "soft")
    yield box(second + 176, 38, 10, 11, "system")
    yield text(second + 191, 48, "system", "soft")


def bars(rows: list[tuple[str, Figures]]) -> Iterator[str]:
    most_rate = max((one.rate for _, one in rows), default=1)
    most_cpu = max((one.cpu for _, one in rows), default=1)
    room = PANEL - NUMBERS
    second = LABELS + PANEL + GAP
    for number, (name, one) in enumerate(rows):
        y = TOP + number * ROW
        rate, user = room * one.rate / most_rate, room * one.user / most_cpu
        system = room * one.system / most_cpu
        ours = PEERS[name].is_ours
        yield text(0, y + 13, PEERS[name].title, "head" if ours else "")
        yield box(LABELS, y, rate, BAR, "ours" if ours else "theirs")
        yield text(LABELS + rate + 6, y + 13, f"{one.rate:,.0f}")
        yield box(second, y, user, BAR, "user")
        yield box(second + user, y, system, BAR, "system")
        yield text(second + user + system + 6, y + 13, f"{one.cpu:.1f}")


def text(x: float, y: float, words: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{named}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, kind: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} class="{kind}"/>'
