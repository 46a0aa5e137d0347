"""What the command line accepts. Everything is checked here, before anything is opened."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

import click

from netserve import __version__, cluster
from netserve._arguments import check_port, check_seconds, numeric_port
from netserve._types import Work
from netserve.cluster._supervisor import MOST_WORKERS

from ._connect import ConnectError, ConnectOptions, connect
from ._handler import HandlerError, load_handler
from ._output import settle
from ._serve import ListenOptions, Request, ServiceError, serve
from ._workers import (
    SCHEDULES,
    prepare_signals,
    serve_as_worker,
    serve_with_workers,
)

__all__ = ["main"]

# Only this machine unless asked otherwise; the port is that of Node's own examples.
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8124
HAS_AFFINITY = hasattr(os, "sched_getaffinity")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def program() -> None:
    """Servers like those of Node's net module, for Python."""


def worker_count(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """A number of workers, or `auto`: one for each processor that we may use."""
    if value is None:
        return None
    if value == "auto":
        return len(os.sched_getaffinity(0)) if HAS_AFFINITY else os.cpu_count() or 1
    if not value.isdecimal() or not 1 <= int(value) <= MOST_WORKERS:
        allowed = f"neither a number from 1 to {MOST_WORKERS} nor 'auto'"
        raise click.BadParameter(f"{value!r} is {allowed}")
    return int(value)


def seconds(context: click.Context, option: click.Parameter, value: float) -> float:
    """A duration, as long as our timers can be."""
    try:
        return check_seconds(value, str(option.name))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@program.command("serve")
@click.argument("handler", metavar="MODULE:HANDLER")
@click.option("--host", help=f"Address to listen on.  [default: {DEFAULT_HOST}]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port to listen on; 0: any free one.  [default: {DEFAULT_PORT}]",
)
@click.option("--path", help="Local socket to listen on; @NAME is a Linux abstract one.")
@click.option("--fd", type=click.IntRange(min=0), help="Inherited descriptor to listen on.")
@click.option("--backlog", type=click.IntRange(min=1), help="Connections that may wait.")
@click.option("--max-connections", type=click.IntRange(min=0), help="Drop those beyond.")
@click.option(
    "--no-delay/--delay",
    default=True,
    show_default="--no-delay",
    help="Send small writes at once, or let them wait for more (Nagle's algorithm).",
)
@click.option(
    "--graceful-timeout",
    type=float,
    metavar="SECONDS",
    callback=seconds,
    default=10.0,
    show_default=True,
    help="Seconds that open connections have to end when the server stops.",
)
@click.option(
    "--workers",
    metavar="N|auto",
    callback=worker_count,
    help="Serve with so many processes.  [default: this one]",
)
@click.option(
    "--schedule",
    type=click.Choice(list(SCHEDULES)),
    help="Which worker gets a connection: the next (rr), the one with the fewest (least), whoever "
    "is first (shared), or the kernel says (reuseport).  [default: rr]",
)
def serve_command(
    handler: str,
    max_connections: int | None,
    no_delay: bool,
    graceful_timeout: float,
    workers: int | None,
    schedule: str | None,
    host: str | None,
    port: int | None,
    path: str | None,
    fd: int | None,
    backlog: int | None,
) -> None:
    """Serve every connection with HANDLER, a function or coroutine function of one socket.

    Ctrl-C or SIGTERM stops accepting and waits for the open connections; a second one ends at once,
    even where HANDLER blocks.
    With workers, one that dies is replaced, and SIGHUP replaces all of them, one by one, with the
    program as it is then; the port stays open meanwhile.
    """
    options = _listen_options(host, port, path, fd, backlog)
    if schedule is not None and workers is None:
        raise click.UsageError("--schedule is about workers: give --workers, too")
    if schedule == "reuseport":
        if "host" not in options:
            raise click.UsageError("--schedule reuseport needs a port, not --path or --fd")
        if options["port"] == 0:
            raise click.UsageError("--schedule reuseport needs a --port that all workers can know")
        options["reuse_port"] = True
    is_worker = workers is not None and cluster.is_worker
    if is_worker:
        prepare_signals()
    sys.path.insert(0, os.getcwd())
    try:
        target = load_handler(handler)
        request = Request(target, options, max_connections, no_delay, graceful_timeout)
    except HandlerError as error:
        raise click.UsageError(str(error)) from error
    if workers is None:
        _run(serve(request))
    elif is_worker:
        _run(serve_as_worker(request))
    else:
        _run(serve_with_workers(request, workers, schedule or "rr"))


def _listen_options(
    host: str | None, port: int | None, path: str | None, fd: int | None, backlog: int | None
) -> ListenOptions:
    """The arguments for `Server.listen`; refuses options that contradict each other."""
    asked = {"--host/--port": (host, port), "--path": (path,), "--fd": (fd,)}
    given = [name for name, values in asked.items() if any(value is not None for value in values)]
    if len(given) > 1:
        raise click.UsageError(
            f"{' and '.join(given)} exclude each other: give one place to listen"
        )
    if path == "":
        raise click.UsageError("--path must not be empty")
    options: ListenOptions = {} if backlog is None else {"backlog": backlog}
    if fd is not None:
        options["fd"] = fd
    elif path is not None:
        options["path"] = "\0" + path[1:] if path.startswith("@") else path
    else:
        options["host"] = DEFAULT_HOST if host is None else host
        options["port"] = DEFAULT_PORT if port is None else port
    return options


@program.command("connect")
@click.argument("place", metavar="[HOST] PORT|PATH", nargs=-1, required=True)
def connect_command(place: tuple[str, ...]) -> None:
    """Send standard input to a server, and show what it sends.

    HOST is 127.0.0.1 unless it is given; a PATH that begins with @ is a Linux abstract one. The end
    of the input ends our side, the end of the server's side ends the program.
    """
    _run(connect(_connect_options(*place)))


def _connect_options(first: str, second: str | None = None, *others: str) -> ConnectOptions:
    """The arguments for `open_connection()`."""
    if others:
        raise click.UsageError("give a port, a host and a port, or a path")
    if second is None and not numeric_port(first):
        return {"path": "\0" + first[1:] if first.startswith("@") else first}
    host, port = (DEFAULT_HOST, first) if second is None else (first, second)
    try:
        return {"host": host, "port": check_port(port)}
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _run(work: Work[None]) -> None:
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(work)
    except (ServiceError, ConnectError) as error:
        sys.exit(f"netserve: {error}")
    finally:
        settle()


def main() -> None:
    """Runs the program `netserve` with the arguments of this process."""
    program(prog_name="netserve")
