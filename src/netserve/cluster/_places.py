"""What a worker's server is to listen on: from its request to the words of a message, and back."""

from __future__ import annotations

import os

from .._address.info import is_ip
from .._arguments import PATH_SPACE, check_host, check_path
from .._descriptors.kinds import check_fd
from .._server.binder import Addresses
from .._server.listen_request import DEFAULT_BACKLOG, ListenRequest
from ._messages import Where


def where(request: ListenRequest, addresses: Addresses) -> Where:
    """What a worker asks its primary to listen on; the first of the host's addresses counts."""
    if request.fd is not None:
        return Where(None, None, None, request.fd, backlog=request.backlog)
    if request.path is not None:
        return Where(
            request.path if request.path.startswith("\0") else os.path.abspath(request.path),
            -1,
            -1,
            readable_all=request.readable_all,
            writable_all=request.writable_all,
            backlog=request.backlog,
        )
    address, version = addresses[0] if addresses else (None, 4)
    return Where(
        address, request.port, version, ipv6_only=request.ipv6_only, backlog=request.backlog
    )


def request(place: Where) -> tuple[ListenRequest, Addresses]:
    """What the primary binds for a worker. Raises `ValueError` or `TypeError` if it can't be."""
    backlog = place.backlog or DEFAULT_BACKLOG
    if place.fd is not None:
        return ListenRequest(fd=check_fd(place.fd), borrowed=True, backlog=backlog), []
    if place.address_type == -1:
        path = check_path(_that_fits(place.address or ""))
        wanted = ListenRequest(
            path=path,
            readable_all=place.readable_all,
            writable_all=place.writable_all,
            backlog=backlog,
        )
        return wanted, []
    version, port = place.address_type, place.port
    if version is None or port is None or not 0 <= port <= 65535:
        raise ValueError(f"a worker asks to listen on the port {port!r}")
    wanted = ListenRequest(port=port, ipv6_only=place.ipv6_only, backlog=backlog)
    if place.address is None:
        return wanted, []
    if is_ip(place.address) not in (0, version):
        raise ValueError(f"a worker asks for {place.address!r}, which is no IPv{version} address")
    return wanted, [(check_host(place.address), version)]


def _that_fits(path: str) -> str:
    """A worker's absolute path; where the system has no room for it, the way there from here.

    A worker in a deep folder that asked for a short relative path is right to expect that it can
    be listened on. The absolute one is better where it fits: it stays right if we go elsewhere.
    """
    if path.startswith("\0") or len(os.fsencode(path)) < PATH_SPACE:
        return path
    return os.path.relpath(path)
