"""What `fork()`, `setup_primary()` and `send()` take, for type checkers."""

from __future__ import annotations

import socket as _socket
from collections.abc import Iterable
from typing import Literal, TypeAlias

from .._descriptors.bound_socket import BoundSocket
from .._server.server import Server
from .._socket.socket import AnySocket
from .._types import HasDescriptor

Serialization = Literal["json", "advanced"]

# What a descriptor of the program is; `None`: what it is if nothing is said of it.
Word = Literal["inherit", "pipe", "ignore"]
Descriptor = Word | Literal["ipc"] | int | HasDescriptor | None
Stdio = Word | Iterable[Descriptor]

# What a message may have along with it.
Sendable: TypeAlias = "Server | AnySocket | BoundSocket | _socket.socket"
