"""What becomes of servers and connections when their event loop ends, however it ends."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

import netserve
from netserve import BoundSocket, Server, Socket
from tests.conftest import open_descriptors
from tests.programs import Client

MAKERS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture(params=MAKERS.values(), ids=list(MAKERS))
def new_loop(request: pytest.FixtureRequest) -> Any:
    """What makes an event loop."""
    return request.param


async def connected() -> tuple[Server, Socket, Socket]:
    """A server, a client of it, and the connection that it has of that."""
    server = await netserve.start_server(port=0, host="127.0.0.1")
    coming = netserve.once(server, "connection")
    address = server.address()
    assert isinstance(address, netserve.AddressInfo)
    client = await netserve.open_connection(address.port, "127.0.0.1")
    (served,) = await coming
    return server, client, served


# The ways in which a loop ends


def by_runner(new_loop: Any, main: Callable[[], Any]) -> Any:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(main())


def by_close(new_loop: Any, main: Callable[[], Any]) -> Any:
    loop = new_loop()
    result = loop.run_until_complete(main())
    with pytest.warns(ResourceWarning, match="were open when their event loop was closed"):
        loop.close()
    return result


def by_garbage(new_loop: Any, main: Callable[[], Any]) -> Any:
    if new_loop is uvloop.new_event_loop:
        pytest.skip("uvloop's loops refer to themselves until they are closed")
    loop = new_loop()
    result = loop.run_until_complete(main())
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del loop
        gc.collect()
    assert [one for one in warned if "when their event loop was closed" in str(one.message)]
    return result


def by_exit(new_loop: Any, main: Callable[[], Any]) -> Any:
    results = []

    async def leave() -> None:
        results.append(await main())
        raise SystemExit

    with contextlib.suppress(SystemExit), asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(leave())
    return results[0]


def by_interrupt(new_loop: Any, main: Callable[[], Any]) -> Any:
    results = []

    async def leave() -> None:
        results.append(await main())
        asyncio.get_running_loop().call_soon(interrupt)
        await asyncio.sleep(60)

    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(leave())
    return results[0]


def interrupt() -> None:
    raise KeyboardInterrupt


def by_run(_new_loop: Any, main: Callable[[], Any]) -> Any:
    async def leave() -> Any:
        server, client, served = result = await main()
        server.unref(), client.unref(), served.unref()
        return result

    return netserve.run(leave())


WAYS = [by_runner, by_close, by_garbage, by_exit, by_interrupt, by_run]


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def end_loop(request: pytest.FixtureRequest) -> Any:
    """Runs a coroutine function in a loop, which then ends."""
    return request.param


def test_servers_and_sockets_end_with_their_loop_and_say_so(new_loop, end_loop):
    server, client, served = end_loop(new_loop, connected)
    assert (server.listening, server.address(), server.fileno()) == (False, None, -1)
    assert server.connections == ()
    for socket in (client, served):
        assert (socket.destroyed, socket.closed) == (True, True)
        assert (socket.readable, socket.writable) == (False, False)
        assert (socket.ready_state, socket.fileno()) == ("closed", -1)


def test_the_socket_file_is_removed_with_the_loop(new_loop, end_loop, short_folder):
    path = str(short_folder / "s")

    async def listening() -> Any:
        server = await netserve.start_server(path=path)
        client = await netserve.open_connection(path=path)
        (served,) = await netserve.once(server, "connection")
        return server, client, served

    end_loop(new_loop, listening)
    assert not os.path.exists(path)


def test_the_file_of_a_client_is_removed_with_the_loop(new_loop, short_folder):
    ours, theirs = str(short_folder / "ours"), str(short_folder / "theirs")

    async def connect() -> None:
        await netserve.start_server(path=theirs)
        socket = Socket(handle=BoundSocket(path=ours)).connect(theirs)
        await netserve.once(socket, "connect")
        assert os.path.exists(ours)

    by_runner(new_loop, connect)
    assert os.listdir(short_folder) == []


def test_a_plain_close_closes_what_clients_have(new_loop):
    loop = new_loop()
    server, _client, _served = loop.run_until_complete(connected())
    address = server.address()
    outside = Client(address.port)
    loop.run_until_complete(until(lambda: netserve.once(server, "connection")))
    with pytest.warns(ResourceWarning, match="4 servers and connections"):
        loop.close()
    assert outside.socket.recv(1) == b""
    outside.close()
    with pytest.raises(ConnectionRefusedError):
        Client(address.port)


def test_what_was_closed_before_warns_of_nothing(new_loop):
    async def main() -> None:
        server, client, served = await connected()
        client.destroy(), served.destroy(), server.close()
        await server.wait_closed()

    loop = new_loop()
    loop.run_until_complete(main())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loop.close()
        del loop
        gc.collect()


def test_connections_that_are_still_to_come_end_with_the_loop(new_loop):
    asked = []

    async def connect() -> tuple[Socket, Server]:
        loop = asyncio.get_running_loop()

        async def lookup(host: str, options: object) -> str:
            asked.append(host)
            await loop.create_future()
            return "127.0.0.1"

        socket = netserve.create_connection(1, "nowhere.test", lookup=lookup)
        server = Server().listen(0, "localhost")
        while not asked:
            await asyncio.sleep(0)
        return socket, server

    socket, server = by_runner(new_loop, connect)
    assert (socket.destroyed, socket.connecting, server.listening) == (True, False, False)


# What is used afterwards

USES: dict[str, Callable[[Server, Socket], Any]] = {
    "listen": lambda server, socket: server.listen(0, "127.0.0.1"),
    "wait_listening": lambda server, socket: server.wait_listening(),
    "server.ref": lambda server, socket: server.ref(),
    "max_connections": lambda server, socket: setattr(server, "max_connections", 1),
    "broadcast": lambda server, socket: server.broadcast(b"x"),
    "drop_max_connection": lambda server, socket: setattr(server, "drop_max_connection", True),
    "get_connections": lambda server, socket: server.get_connections(),
    "get_connections(callback)": lambda server, socket: server.get_connections(print),
    "close(callback)": lambda server, socket: server.close(print),
    "async for server": lambda server, socket: anext(aiter(server)),
    "async with server": lambda server, socket: server.__aenter__(),
    "once": lambda server, socket: waiting_for(server),
    "on": lambda server, socket: anext(netserve.on(server, "connection")),
    "connect": lambda server, socket: socket.connect(1, "127.0.0.1"),
    "write": lambda server, socket: socket.write(b"x"),
    "write(callback)": lambda server, socket: socket.write(b"x", callback=print),
    "write of nothing": lambda server, socket: socket.write(b""),
    "end": lambda server, socket: socket.end(),
    "read": lambda server, socket: socket.read(),
    "readexactly": lambda server, socket: socket.readexactly(1),
    "readline": lambda server, socket: socket.readline(),
    "readuntil": lambda server, socket: socket.readuntil(),
    "async for socket": lambda server, socket: anext(aiter(socket)),
    "async with socket": lambda server, socket: socket.__aenter__(),
    "drain": lambda server, socket: socket.drain(),
    "pause": lambda server, socket: socket.pause(),
    "resume": lambda server, socket: socket.resume(),
    "pipe": lambda server, socket: socket.pipe(Socket()),
    "pipeline": lambda server, socket: netserve.pipeline(socket, socket),
    "unshift": lambda server, socket: socket.unshift(b"x"),
    "cork": lambda server, socket: socket.cork(),
    "uncork": lambda server, socket: socket.uncork(),
    "set_encoding": lambda server, socket: socket.set_encoding(),
    "set_timeout": lambda server, socket: socket.set_timeout(1),
    "timeout": lambda server, socket: setattr(socket, "timeout", 1),
    "set_no_delay": lambda server, socket: socket.set_no_delay(),
    "set_keep_alive": lambda server, socket: socket.set_keep_alive(True),
    "set_type_of_service": lambda server, socket: socket.set_type_of_service(0),
    "get_type_of_service": lambda server, socket: socket.get_type_of_service(),
    "socket.unref": lambda server, socket: socket.unref(),
}


async def waiting_for(emitter: netserve.EventEmitter) -> Any:
    return await netserve.once(emitter, "close")


@pytest.fixture(scope="module", params=["used", "new"])
def left_over(request: pytest.FixtureRequest) -> tuple[Server, Socket]:
    """A server and a socket of a loop that is over: used there, or only made."""

    async def make() -> tuple[Server, Socket]:
        if request.param == "new":
            return Server(), Socket()
        server, client, _ = await connected()
        return server, client

    return asyncio.run(make())


@pytest.mark.parametrize("name", USES)
def test_what_is_used_after_its_loop_raises(left_over, name):
    async def use() -> None:
        result = USES[name](*left_over)
        if hasattr(result, "__await__"):
            async with asyncio.timeout(10):
                await result

    with pytest.raises(RuntimeError, match=r"unix_events\._UnixSelectorEventLoop") as caught:
        asyncio.run(use())
    assert getattr(caught.value, "code", None) == "ERR_LOOP_CLOSED"


def test_clean_up_that_comes_late_finds_nothing_to_do(left_over):
    server, socket = left_over

    async def clean_up() -> None:
        assert server.close() is server
        server.close_all_connections()
        assert socket.destroy() is socket
        socket.destroy_soon()
        socket.reset_and_destroy()
        socket.unpipe()
        await server.wait_closed()
        await socket.wait_closed()
        assert (server.listening, socket.destroyed) == (False, True)

    asyncio.run(clean_up())


def test_what_was_made_in_a_loop_that_is_over_is_no_part_of_the_next(left_over):
    async def use() -> bytes:
        async with await netserve.start_server(lambda s: s.end(b"new"), 0, "127.0.0.1") as server:
            address = server.address()
            async with await netserve.open_connection(address.port, "127.0.0.1") as client:
                return await client.read()

    assert asyncio.run(use()) == b"new"


def test_a_loop_that_goes_on_after_its_generators_were_ended_makes_another_reactor(new_loop):
    loop = new_loop()
    server, _, _ = loop.run_until_complete(connected())
    loop.run_until_complete(loop.shutdown_asyncgens())
    assert not server.listening
    with pytest.warns(ResourceWarning, match="was scheduled after|ended"):
        loop.run_until_complete(connected())
    with pytest.warns(ResourceWarning, match="3 servers"):
        loop.close()


def test_a_loop_leaves_no_descriptor_and_nothing_for_the_garbage_collection(new_loop):
    async def main() -> None:
        await connected()

    by_runner(new_loop, main)
    gc.collect()
    before = len(open_descriptors())
    for _ in range(3):
        by_runner(new_loop, main)
    assert len(open_descriptors()) == before


# Programs


def program(source: str, folder: Path, *options: str) -> tuple[int, str, str]:
    """What a program comes to: exit code, output, errors."""
    command = [sys.executable, *options, "-c", "import asyncio, sys, netserve\n" + source]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stdout, done.stderr


ENDS = {
    "its natural end": "",
    "sys.exit()": "sys.exit(0)",
    "an exception": "raise SystemExit(0)",
    "threads left": "import threading, time; "
    "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=list(ENDS))
def test_socket_files_are_removed_when_the_program_ends(end, short_folder):
    source = f"""
async def main():
    await netserve.start_server(path="s")
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
kept = netserve.BoundSocket(path="bound")
made_before_a_loop = netserve.create_server().listen(path="early")
{end}
"""
    code, _, errors = program(source, short_folder)
    assert (code, errors, os.listdir(short_folder)) == (0, "", [])


def test_a_loop_that_runs_in_a_thread_when_the_program_ends_keeps_no_file(short_folder):
    source = """
import threading
ready = threading.Event()
async def main():
    await netserve.start_server(path="s")
    ready.set()
    await asyncio.sleep(60)
threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
ready.wait()
"""
    assert program(source, short_folder) == (0, "", "")
    assert os.listdir(short_folder) == []


# What was made before there was a loop


@contextlib.contextmanager
def made_early(listener: Callable[..., Any] | None = None) -> Iterator[tuple[Server, int]]:
    bound = BoundSocket("127.0.0.1")
    address = bound.address()
    assert isinstance(address, netserve.AddressInfo)
    yield netserve.create_server(listener).listen(bound), address.port


AWAITS: dict[str, Callable[[Server], Any]] = {
    "wait_closed": lambda server: server.wait_closed(),
    "wait_listening": lambda server: server.wait_listening(),
    "once": lambda server: waiting_for(server),
    "on": lambda server: anext(netserve.on(server, "close")),
    "async for": lambda server: anext(aiter(server)),
    "async with": lambda server: server.__aenter__(),
    "get_connections": lambda server: until(server.get_connections),
    "until_idle": lambda server: netserve.until_idle(),
    "something new": lambda server: until(something_new),
}


async def something_new() -> None:
    Socket()


async def until(awaited: Callable[[], Any]) -> None:
    await awaited()


@pytest.mark.parametrize("name", AWAITS)
def test_a_server_made_before_the_loop_is_served_by_the_one_that_awaits_it(new_loop, name):
    async def main(server: Server, port: int) -> bytes:
        server.on("connection", lambda socket: socket.end(b"hi"))
        waiting = asyncio.ensure_future(AWAITS[name](server))
        outside = await asyncio.to_thread(Client, port)
        answer = await asyncio.to_thread(outside.socket.recv, 9)
        outside.close()
        server.close()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await server.wait_closed()
        return answer

    with made_early() as (server, port):
        assert by_runner(new_loop, lambda: main(server, port)) == b"hi"


def test_a_server_made_before_the_loop_outlives_a_shortage_of_descriptors(short_folder):
    source = """
import resource
server = netserve.create_server(lambda socket: socket.end(b"hi")).listen(path="s")

async def main():
    some, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))
    try:
        await server.wait_listening()
    except OSError as error:
        print(error.errno == errno.EMFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (some, most))
    async with server, await netserve.open_connection(path="s") as client:
        print(await client.read())

asyncio.run(main())
"""
    code, output, errors = program(f"import errno{source}", short_folder)
    assert (code, output, errors) == (0, "True\nb'hi'\n", "")


@pytest.mark.parametrize("read", [Socket.read, Socket.readline, lambda one: anext(aiter(one))])
def test_a_socket_made_before_the_loop_is_driven_by_the_one_that_awaits_it(new_loop, read):
    with made_early(lambda socket: socket.end(b"hi\n")) as (server, port):
        client = netserve.create_connection(port, "127.0.0.1")

        async def main() -> bytes:
            answer: bytes = await read(client)
            server.close()
            return answer

        assert by_runner(new_loop, main) == b"hi\n"


def test_sockets_made_before_the_loop_are_driven_by_the_one_that_awaits_their_pipeline(new_loop):
    with made_early(lambda socket: socket.end(b"round").resume()) as (server, port):
        ends = [netserve.create_connection(port, "127.0.0.1") for _ in range(2)]

        async def main() -> None:
            await netserve.pipeline(*ends)
            server.close()
            await server.wait_closed()

        by_runner(new_loop, main)
        assert [end.bytes_read for end in ends] == [5, 5]


def test_what_was_made_while_a_loop_rested_is_driven_when_it_runs_again(new_loop):
    loop = new_loop()
    first, client, _ = loop.run_until_complete(connected())
    with made_early(lambda socket: socket.end(b"second")) as (second, port):

        async def ask() -> bytes:
            socket = netserve.create_connection(port, "127.0.0.1")
            answer = await socket.read()
            client.destroy(), first.close(), second.close()
            await netserve.until_idle()
            return answer

        assert loop.run_until_complete(ask()) == b"second"
    assert not first.listening
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def test_what_was_made_in_another_thread_is_refused_and_says_where(new_loop):
    with made_early() as (server, _):
        errors: list[Any] = []

        def elsewhere() -> None:
            try:
                by_runner(new_loop, server.wait_closed)
            except RuntimeError as error:
                errors.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        server.close()
    assert errors[0].code == "ERR_INVALID_STATE"
    assert "was made in thread 'MainThread'" in str(errors[0])


def test_what_another_loop_drives_is_refused_and_says_which(new_loop):
    loop = new_loop()
    server, client, served = loop.run_until_complete(connected())
    with pytest.raises(RuntimeError, match="belongs to another event loop") as caught:
        asyncio.run(client.read())
    assert getattr(caught.value, "code", None) == "ERR_INVALID_STATE"
    client.destroy(), served.destroy(), server.close()
    loop.run_until_complete(server.wait_closed())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.mark.parametrize(
    "run", ["", "asyncio.run(asyncio.sleep(0))", "del server; import gc; gc.collect()"]
)
def test_what_no_loop_ever_drove_warns(run, short_folder):
    source = f"server = netserve.create_server().listen(0, '127.0.0.1')\n{run}"
    code, _, errors = program(source, short_folder, "-W", "default")
    assert code == 0
    assert "ResourceWarning: netserve: no event loop drove what thread 'MainThread'" in errors


def test_what_a_thread_made_that_is_over_warns(short_folder):
    source = """
import threading
def work():
    netserve.create_server().listen(0, "127.0.0.1")
thread = threading.Thread(target=work, name="worker")
thread.start()
thread.join()
"""
    _, _, errors = program(source, short_folder, "-W", "default")
    assert "ResourceWarning: netserve: no event loop drove what thread 'worker'" in errors


def test_loops_of_many_threads_have_nothing_to_do_with_each_other():
    failures: list[BaseException] = []

    async def serve_one() -> None:
        server = await netserve.start_server(lambda s: s.end(b"hi"), 0, "127.0.0.1")
        address = server.address()
        async with await netserve.open_connection(address.port, "127.0.0.1") as client:
            assert await client.read() == b"hi"

    def run_loops() -> None:
        try:
            for _ in range(20):
                asyncio.run(serve_one())
        except BaseException as error:
            failures.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=run_loops) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert failures == []
