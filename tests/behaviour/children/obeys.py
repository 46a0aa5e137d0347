"""Does what it is told: a message is `[what, about]`, and so is the answer."""

import os

# What was inherited, before anything else is opened.
fds = {}
for number in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd") else ():
    try:
        fds[number] = os.readlink(f"/proc/self/fd/{number}")
    except OSError:  # the one that listed the folder
        continue

import socket as _socket  # noqa: E402
import sys  # noqa: E402

import netserve  # noqa: E402
from netserve import process  # noqa: E402

kept = []


def about(_, handle):
    return {
        "argv": sys.argv,
        "orig_argv": sys.orig_argv,
        "cwd": os.getcwd(),
        "env": dict(os.environ),
        "fds": fds,
        "pid": os.getpid(),
        "session": os.getsid(0),
        "channel": process.channel.fileno(),
    }


def echo(value, handle):
    return value


def kind(_, handle):
    """What the handle is, in words."""
    if isinstance(handle, _socket.socket):
        name = f"{handle.family.name} {handle.type.name}"
        handle.close()
        return name
    if handle is not None:
        kept.append(handle)
    return type(handle).__name__


def read_fd(fd, handle):
    return os.read(fd, 100).decode()


def write_fd(about, handle):
    fd, text = about
    return os.write(fd, text.encode())


def leave(code, handle):
    os._exit(code)


def serve(name, server):
    """Answers each connection with a name and what it said first."""
    server.on("connection", lambda socket: shout(name, socket))
    kept.append(server)


def shout(name, socket):
    """Sends back what comes, with the name in front, and ends when the other side does."""
    socket.on("data", lambda chunk: socket.write(f"{name}:".encode() + chunk))
    kept.append(socket)


def shout_all(name, handle):
    for socket in list(kept):
        shout(name, socket)


def drop(_, handle):
    """Destroys everything."""
    for each in kept:
        if isinstance(each, netserve.Server):
            each.close()
            each.close_all_connections()
        elif isinstance(each, netserve.Socket):
            each.destroy()
        else:
            each.close()
    kept.clear()


def state(_, socket):
    """The state of a socket that came."""
    kept.append(socket)
    return [socket.ready_state, socket.readable_length, socket.remote_port, socket.server is None]


def back(about, handle):
    """Sends the handle back."""
    process.send(["back", about], handle)
    return ...


def bring_server(where, handle):
    """Listens, and gives the server away, too."""

    def ready():
        process.send(["bring_server", server.address()], server)

    server = netserve.create_server(lambda socket: shout("child", socket))
    server.listen(where, callback=ready)
    kept.append(server)
    return ...


def bring_connections(where, handle):
    """Listens, and gives each connection away, with what it said first."""

    def on_connection(socket):
        process.send(["connection", None], socket)

    server = netserve.create_server(on_connection, pause_on_connect=True)
    server.listen(where, callback=lambda: process.send(["bring_connections", server.address()]))
    kept.append(server)
    return ...


def count(_, handle):
    """How many connections the servers here have, here and with the parent."""

    def told(error, number):
        process.send(["count", number if error is None else error.code])

    next(each for each in kept if isinstance(each, netserve.Server)).get_connections(told)
    return ...


def unheard(_, handle):
    """Answers nothing."""
    return ...


def refused(length, handle):
    """Tries to send a message of twice that length; the code of the error."""
    try:
        process.send("x" * 2 * length)
    except ValueError as error:
        return error.code
    return None


def unref(_, handle):
    process.channel.unref()


def disconnect(why, handle):
    process.send(["disconnecting", why])
    process.disconnect()
    return ...


def on_message(message, handle):
    what, about = message
    result = globals()[what](about, handle)
    if result is not ...:
        process.send([what, result])


if __name__ == "__main__":
    process.on("message", on_message)
    netserve.run()
