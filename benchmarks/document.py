"""RESULTS.md, rendered from results.json: every sentence with a number in it is computed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .figures import Figures, cpu, each_bytes, figures, idle_bytes, others, p99, rate, ratio
from .goals import GOALS
from .peers import BY_NAME as PEERS
from .rounds import DISTURBANCE_TOLERATED, Results
from .works import PROCESS, WORKS, Work

NOTHING = "-"

METHOD = """\
One load generator (`load.c`) drives every server over 127.0.0.1. The server is held on one core,
the load generator on the others; each measurement starts a fresh server process, warms it up and
compares the bytes that come back with those that were sent, then counts. All servers take their
turn in each round, in rotated order; a figure is the median of the rounds, a ratio the median of
the rounds' ratios. CPU is the server's alone: its total from the process's CPU clock (all threads,
in nanoseconds), divided into user and system by the kernel's clock ticks, those of all rounds
taken together. Latency is from sending a message, or from opening the connection where there is
one for each, to having the whole echo. "Load busy" is the share of time in which the load
generator had something to do (it spins, so that no server pays for waking it up): where it nears
100 % while the server is not busy, the rate is the generator's and only CPU tells the servers
apart. The servers are the files in `servers/`, each the shortest ordinary program of its kind with
the defaults of its library: asyncio and uvloop set TCP_NODELAY by themselves, the others leave it
off. A measurement during which other programs held one of the two cores for more than 3 % of the
time is repeated, at most twice, and the quietest is kept.

A primary and its two workers, or a parent and its child, share the one core of the server, and
their CPU is added up: the rate shows what a connection or a message costs all of them together,
not what more cores would make of it. In the works of the channel the load generator only asks the
parent, at both ends of the measured time, how many messages have come back; the parent compares
each with what it has sent.

A proxy joins each connection to one of its own to a server behind it. The load generator is that
server, too, so that only the proxy is measured: it sends each message back, or in bulk throws away
what arrives. The proxies in C read up to 64 KiB at a time, or splice up to a MiB; the one on libuv
sends with uv_try_write first, and is left out where libuv's header is not installed.

Where one small client is timed beside others, what counts is its p99, and the table says what the
others had meanwhile, since a server could answer the one by neglecting the others. An upload is
known by its first byte; its server is busy for a millisecond with each chunk, however long that is
(its library says how much it reads at a time). The connections of a flood say nothing: each is
opened and ended by the client, and replaced when the server has ended it, too."""


def render(results: Results) -> str:
    parts = [
        "# Benchmarks",
        "![Echo of 64-byte messages over 64 connections](results.svg)",
        "\n".join(surroundings(results)),
        "## Goals",
        "\n".join(goals_table(results)),
        *work_parts(results),
        "## Method",
        METHOD,
    ]
    return "\n\n".join(parts) + "\n"


def surroundings(results: Results) -> Iterator[str]:
    machine = results.machine
    yield (
        f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, "
        f"{machine['kernel']}; {results.rounds} rounds of {results.seconds:g} s. "
        + ", ".join(f"{name} {version}" for name, version in results.versions.items())
        + "."
    )
    for name, reason in results.unavailable.items():
        yield f"\n{PEERS[name].title}: not available ({reason})."
    yield from noise(results)


def noise(results: Results) -> Iterator[str]:
    seen = [found for _, _, found in all_figures(results)]
    worst = max((found.waited for found in seen), default=0.0)
    if worst > DISTURBANCE_TOLERATED:
        yield (
            f"\nThe machine was not quiet: other programs held the cores for {worst:.0%} of "
            "the time of a measurement. Rates and latencies suffer from that, CPU figures less."
        )


def all_figures(results: Results) -> Iterator[tuple[str, str, Figures]]:
    for work in WORKS:
        for server in () if work.is_idle else servers_of(results, work):
            found = figures(results, work.name, server)
            if found:
                yield work.name, server, found


def servers_of(results: Results, work: Work) -> list[str]:
    """In the order of `peers`, those that were asked for this work."""
    asked = {one.server for one in results.measurements if one.work == work.name}
    return [name for name in PEERS if name in asked]


def table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """First column left, numbers right."""
    yield "| " + " | ".join(heads) + " |"
    yield "| --- |" + " ---: |" * (len(heads) - 1)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


# -- goals ------------------------------------------------------------------------------------


def goals_table(results: Results) -> Iterator[str]:
    ours = [name for name, peer in PEERS.items() if peer.is_ours and PROCESS in peer.families]
    heads = ["Goal", "wanted"]
    for name in ours:
        heads += [PEERS[name].title, "reached"]
    rows = []
    for goal in GOALS:
        row = [goal.text, goal.wanted]
        for name in ours:
            value = goal.measured(results, name)
            if value is None:
                row += [NOTHING, "not measured"]
            else:
                reached = "yes" if goal.reached(value) else "**no**"
                row += [f"{value:,.{goal.digits}f}", reached]
        rows.append(row)
    return table(heads, rows)


# -- one table a work -------------------------------------------------------------------------


def work_parts(results: Results) -> Iterator[str]:
    for work in WORKS:
        if not servers_of(results, work):
            continue
        yield f"## {work.title}"
        yield "\n".join(table_of(results, work))
        yield from failures(results, work)
        yield from losses(results, work)


def table_of(results: Results, work: Work) -> Iterator[str]:
    if work.is_idle:
        return idle_table(results, work)
    return beside_table(results, work) if work.is_beside else rate_table(results, work)


def beside_table(results: Results, work: Work) -> Iterator[str]:
    heads = [
        "Server",
        "p50 µs",
        "p99 µs",
        f"p99 of {work.family.rivals}",
        f"{plural(work.unit)}/s",
        f"beside it, {plural(work.others)}/s",
        "server busy",
        "load busy",
    ]
    return table(heads, (beside_row(results, work, name) for name in servers_of(results, work)))


def beside_row(results: Results, work: Work, server: str) -> list[str]:
    found = figures(results, work.name, server)
    title = PEERS[server].title
    if found is None:
        return [title, "failed", *[NOTHING] * 6]
    return [
        title,
        f"{found.p50:,.0f}",
        f"{found.p99:,.0f}",
        quotient(ratio(results, work.name, server, work.family.rival, p99)),
        f"{found.rate:,.0f}",
        f"{found.others:,.0f}",
        f"{found.server_busy:.0%}",
        f"{found.load_busy:.0%}",
    ]


def rate_table(results: Results, work: Work) -> Iterator[str]:
    latency = ["p50 µs", "p99 µs"] if work.has_latency else []
    heads = [
        "Server",
        f"{plural(work.unit)}/s",
        f"of {work.family.rivals}",
        f"{work.family.title} ÷ it",
        "CPU µs",
        "user",
        "system",
    ]
    heads += [*latency, "server busy", "load busy"]
    rows = [rate_row(results, work, server) for server in servers_of(results, work)]
    return table(heads, rows)


def rate_row(results: Results, work: Work, server: str) -> list[str]:
    found = figures(results, work.name, server)
    title = PEERS[server].title
    columns = 10 if work.has_latency else 8
    if found is None:
        return [title, "failed", *[NOTHING] * (columns - 1)]
    latency = [f"{found.p50:,.0f}", f"{found.p99:,.0f}"] if work.has_latency else []
    return [
        title,
        f"{found.rate:,.0f}",
        quotient(ratio(results, work.name, server, work.family.rival, rate)),
        quotient(ratio(results, work.name, work.family.ours, server, rate)),
        f"{found.cpu:,.2f}",
        f"{found.user:,.2f}",
        f"{found.system:,.2f}",
        *latency,
        f"{found.server_busy:.0%}",
        f"{found.load_busy:.0%}",
    ]


def idle_table(results: Results, work: Work) -> Iterator[str]:
    rows = []
    for server in servers_of(results, work):
        each = idle_bytes(results, server)
        compared = ratio(results, work.name, work.family.ours, server, each_bytes)
        size = "failed" if each is None else f"{each:,.0f}"
        rows.append([PEERS[server].title, size, quotient(compared)])
    return table(["Server", "bytes each", "netserve ÷ it"], rows)


def plural(unit: str) -> str:
    return unit if unit == "MiB" else unit + "s"


def quotient(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def failures(results: Results, work: Work) -> Iterator[str]:
    for one in results.measurements:
        if one.work == work.name and one.error:
            yield f"{PEERS[one.server].title} failed in round {one.round + 1}: {one.error}."


def losses(results: Results, work: Work) -> Iterator[str]:
    """Who is better than we are, said aloud."""
    ahead, ours = [], work.family.ours
    for server in servers_of(results, work):
        if PEERS[server].is_ours:
            continue
        if work.is_idle:
            memory = ratio(results, work.name, ours, server, each_bytes)
            ahead += [f"{PEERS[server].title} (memory)"] if memory and memory > 1 else []
            continue
        if work.is_beside:
            later = ratio(results, work.name, ours, server, p99)
            fewer = ratio(results, work.name, ours, server, others)
            what = ["p99"] if later and later > 1 else []
            what += [f"{plural(work.others)} beside it"] if fewer and fewer < 1 else []
            ahead += [f"{PEERS[server].title} ({', '.join(what)})"] if what else []
            continue
        faster = ratio(results, work.name, ours, server, rate)
        cheaper = ratio(results, work.name, ours, server, cpu)
        what = ["rate"] if faster and faster < 1 else []
        what += ["CPU"] if cheaper and cheaper > 1 else []
        ahead += [f"{PEERS[server].title} ({', '.join(what)})"] if what else []
    if ahead:
        yield f"Ahead of {PEERS[ours].title}: {', '.join(ahead)}."
