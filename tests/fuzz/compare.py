"""What two traces of one program must have in common: everything but what is named here."""

from __future__ import annotations

from collections import defaultdict
from itertools import zip_longest
from typing import Any

from .play import Outcome

Line = list[Any]
Lines = list[Line]

# What the system says of a connection that the peer has broken off.
BROKEN = (["error", "ECONNRESET"], ["error", "EPIPE"])
# What Node remembers as the error of a socket, and tells nobody.
UNTOLD = {"ERR_SOCKET_CLOSED_BEFORE_CONNECTION", "ERR_SOCKET_CLOSED"}
UNTOLD |= {"EPIPE", "ECONNRESET", "ECANCELED"}
# Of a socket that is going nothing flows: one Node tells of pause() and resume(), another doesn't,
# and an accepted socket of netserve's lets go of its listeners.
GOING = ("close", "error", "> destroy", "> destroy_soon", "> reset")
FLOW = ("pause", "resume", "pipe", "unpipe")


def differences(node: Outcome, other: Outcome, *, later: bool = False) -> list[str]:
    """What differs, actor by actor: the first difference of each; empty where nothing does.

    `later`: the other's listeners are coroutines, which have their turn after the call that emits.
    """
    if node.failure or other.failure:
        return [f"node: {node.failure}, other: {other.failure}"]
    ours, theirs = by_actor(other.lines), by_actor(node.lines)
    if later:
        ours, theirs = without_own(ours), without_own(theirs)
    # Of one that breaks, pause() and resume() are not told alike from the call that broke it.
    breaks = {who for who, *line in (*node.lines, *other.lines) if line[0] == "error"}
    apart = {}
    for who in sorted({*ours, *theirs}):
        if who.endswith(" flow") and who.split()[0] in breaks:
            continue
        there, here = theirs.get(who, []), ours.get(who, [])
        at = first_difference(who, there, here)
        if at is not None:
            apart[who] = (there, here, at)
    # Whose ways part has another conversation from there on, and so has who speaks with him.
    parted = set()
    for who, (there, here, at) in apart.items():
        name = who.split()[0]
        cut_off = any(unfinished(lines.get(peer(name), [])) for lines in (theirs, ours))
        right = both_right(who, there, here, at) or (later and both_right_later(there, here, at))
        if right or (cut_off and ends(there, here, at)):
            parted |= {name, peer(name)}
    # What waited in a destroyed source is handed out by Node, to where it is piped.
    for lines in ours.values():
        if ["> destroy"] in [line[:1] for line in lines]:
            led = {line[1] for line in lines if line[0] == "> pipe"}
            parted |= led | {peer(name) for name in led}
    return [
        told(who, *difference)
        for who, difference in apart.items()
        # A server closes when the last of its connections has.
        if who.split()[0] not in parted
        and not (who == "S" and parted)
        and not (who.endswith(" flow") and joined(ours[who.split()[0]]))
    ]


def without_own(found: dict[str, Lines]) -> dict[str, Lines]:
    """The lines without those events that a call emits before it returns."""
    return {
        who: [line for line in lines if line[0] not in FLOW]
        for who, lines in found.items()
        if not who.endswith(" flow")
    }


def both_right_later(theirs: Lines, ours: Lines, at: int) -> bool:
    """Whether two ways part because a listener did the same a turn later: the system had taken more
    by then, or read more, or our end was out."""
    there, here = theirs[at : at + 1], ours[at : at + 1]
    if not (there and here and there[0][0] == here[0][0]):
        return False
    if there[0][0] == "=":
        return apart(there[0][1], here[0][1]) <= MOVING | {"writable_finished"}
    return there[0][0] in ("< write", "over")


def joined(lines: Lines) -> bool:
    """Whether the core joins a source to its destination: then it holds it up by itself.

    That is no pause(), and nothing is said of it.
    """
    asked = [line[0] for line in lines]
    return "> pipe" in asked and "> data" not in asked


def peer(name: str) -> str:
    """Who is at the other end."""
    return name.translate(str.maketrans("CP", "PC"))


def unfinished(lines: Lines) -> bool:
    """Whether a socket was destroyed before all it had written was out: how much was is chance."""
    states: list[dict[str, Any]] = [line[1] for line in lines if line[0] == "="]
    alive = [state for state in states if not state.get("closed", True)]
    waited = bool(alive) and alive[-1]["writable_length"] > 0
    return waited and not states[-1]["writable_finished"]


def ends(theirs: Lines, ours: Lines, at: int) -> bool:
    """Whether both hear of the peer's end, or have."""
    there, here = theirs[at : at + 1], ours[at : at + 1]
    if there and here and there[0][0] == here[0][0] == "=":
        return all(state["closed"] and state["readable_ended"] for _, state in (*there, *here))
    return [line[0] for line in (*there, *here)] == ["end", "end"]


def by_actor(lines: Lines) -> dict[str, Lines]:
    """Order is compared within each actor.

    'pause' and 'resume' have an order of their own: where 'resume' stands among the other events
    depends on when the flow was asked for.
    """
    found: dict[str, Lines] = defaultdict(list)
    going = set()
    for who, *line in lines:
        if line[0] in GOING:
            going.add(who)
        elif line[0] in FLOW and who in going:
            continue
        if line[0] in ("pause", "resume"):
            flow = found[f"{who} flow"]
            if line not in flow[-1:]:  # twice the same says nothing more
                flow.append(line)
        else:
            found[who].append(line)
    for who, mine in found.items():
        if "callbacks" in who:
            mine.sort(key=str)  # those that fail come in any order
    return dict(found)


def first_difference(who: str, theirs: Lines, ours: Lines) -> int | None:
    """Where the first lines stand that are not the same and should be."""
    for at, (there, here) in enumerate(zip_longest(theirs, ours)):
        if there == here or (there and here and is_chance(who, there, here)):
            continue
        if there and here and there[0] == here[0] == "=":
            names = apart(there[1], here[1])
            if not names or (names <= MOVING and catch_up(theirs, ours, at, names)):
                continue
        return at
    return None


# What is on its way when somebody looks is chance: the system holds small writes back, and takes as
# much of a big one as it has room for.
MOVING = {"bytes_read", "received", "readable_length", "bytes_written", "writable_length"}


def catch_up(theirs: Lines, ours: Lines, at: int, names: set[str]) -> bool:
    """Whether the next state is the same in both."""
    there = next((line[1] for line in theirs[at + 1 :] if line[0] == "="), None)
    here = next((line[1] for line in ours[at + 1 :] if line[0] == "="), None)
    return bool(there and here) and not apart(there, here) & names


def told(who: str, theirs: Lines, ours: Lines, at: int) -> str:
    """A difference in words: Node's / the other's."""
    there = theirs[at] if at < len(theirs) else None
    here = ours[at] if at < len(ours) else None
    if there and here and there[0] == here[0] == "=":
        names = sorted(apart(there[1], here[1]))
        said = ", ".join(f"{name} {there[1][name]!r} / {here[1][name]!r}" for name in names)
        return f"{who}, line {at}: state: {said}"
    return f"{who}, line {at}: {shown(there)} / {shown(here)}"


def shown(line: Line | None) -> str:
    """A line of a trace, short."""
    if line and line[0] == "=":
        return "= " + " ".join(f"{name}={value}" for name, value in line[1].items() if value)
    return " ".join(map(str, line)) if line else "nothing"


def is_chance(who: str, there: Line, here: Line) -> bool:
    """Whether two lines that are not the same say nothing."""
    if "callbacks" in who:
        # A write that was cut off: what its callback hears differs from one Node to another.
        return there[:-1] == here[:-1] and here[-1] is not None
    # How much was handed out before a socket was broken off; and of one that was never connected
    # Node doesn't say whether it failed.
    return there[0] == here[0] == "close" and there[1] in (None, here[1])


def both_right(who: str, theirs: Lines, ours: Lines, at: int) -> bool:
    """Whether two ways part at `at` that are both right: what follows can't be compared."""
    there, here = theirs[at : at + 1], ours[at : at + 1]
    if "callbacks" in who:
        # end() behind a reset: Node forgets its callback.
        told = [line for line in ours if line != ["over", "ERR_STREAM_DESTROYED"]]
        return len(told) < len(ours) and first_difference(who, theirs, told) is None
    if here == [["finish"]]:
        here = ours[at + 1 : at + 2]
    if there == [["unpipe"]]:
        there = theirs[at + 1 : at + 2]
    if here and here[0] in BROKEN:
        # libuv takes a reset behind data that it has just read for an end; to netserve it is an
        # error, since bytes may be missing.
        return True
    if there and there[0] in BROKEN:
        # An end, and the reset behind it: who reads in between hears of the end. And a reset comes
        # of a close before everything was read: how much had been is chance.
        return True
    if there == [["< write", False]] and here == [["< write", True]]:
        # So does this: Node hears of it in the middle of a write.
        return "end" in [line[0] for line in ours[:at]]
    if there == [["error", "EINVAL"]]:
        # libuv can't reset a connection while its own end is on its way; the system can.
        return True
    if ["timeout"] in (*there, *here) and read_ahead(theirs[:at], ours[:at]):
        return True
    if here == [["drain"]] and ["> cork"] in ours[:at]:
        # A cork holds back what is written after it; in Node also what waits behind a write that
        # is under way.
        return True
    if there and here and there[0][0] == here[0][0] == "end" and here[0][1][0] > there[0][1][0]:
        # A character that is not complete: Node forgets it where the encoding was set after the
        # end had been read.
        return ["> set_encoding"] in [line[:1] for line in ours[:at]]
    if there and there[0][0] == "=" and here and here[0][0] in ("=", "end"):
        # A listener or a pipe stopped the flow: what waits is one piece here, and several in Node.
        state = there[0][1]
        if here[0][0] == "=" and state["paused"] > here[0][1]["paused"] and joined(ours[:at]):
            return True
        further = here[0][0] == "end" or here[0][1]["received"][0] > state["received"][0]
        return bool(state["paused"] and state["readable_length"] and further)
    if ["drain"] in (*there, *here) and ["pipe"] in ours[:at]:
        # How often a pipe was ahead of the system.
        return True
    # After destroy(), or a write that destroys, comes `close`. Node goes on with what it was at.
    going = here == [["error", "ERR_STREAM_WRITE_AFTER_END"]]
    going |= bool(here) and here[0][0] in ("error", "close") and ["> destroy"] in ours[:at]
    return going


def read_ahead(theirs: Lines, ours: Lines) -> bool:
    """Whether one had read more than the other at some time: what follows has other times."""
    there, here = ([line[1] for line in lines if line[0] == "="] for lines in (theirs, ours))
    return any(a["bytes_read"] != b["bytes_read"] for a, b in zip(there, here, strict=False))


def apart(there: dict[str, Any], here: dict[str, Any]) -> set[str]:
    """The names of what differs in two states and must not."""
    names = {name for name in there if there[name] != here.get(name)}
    if not names or "destroyed" not in there:
        return names
    ahead = min(there["readable_length"], here["readable_length"]) >= here["mark"]
    if there["encoded"] or ahead:
        # How much is read ahead of a reader that rests depends on the size of one read; and
        # with an encoding, Node counts characters.
        names -= {"readable_length", "bytes_read"}
    if there["writable_length"] and here["writable_length"]:
        # Node counts a write as waiting until all of it is out.
        names -= {"writable_length"}
    if there["closed"]:
        names -= {"paused", "readable_length"}
        if not there["readable_ended"]:
            # How much was handed out before a socket was broken off is chance.
            names -= {"bytes_read", "received"}
        if not there["writable_finished"]:
            # Bytes that were thrown away, or that a write failed with, count as written in Node.
            names -= {"bytes_written"}
        if there["errored"] and there["errored"] == here["errored"]:
            # Whether it was still ended by itself, or by the peer, when it had broken already.
            names -= {"writable_ended", "readable_ended"}
        if there["errored"] in UNTOLD and here["errored"] in (None, "on purpose"):
            names -= {"errored"}
    return names
