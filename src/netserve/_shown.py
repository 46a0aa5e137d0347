"""How objects, addresses and texts of others are shown: in `repr()`, in reports and in logs."""

from __future__ import annotations

# An IP address with its port and family, a path, or nothing: as the core says it.
Name = tuple[str, int, int] | str | None

# How much of a text that a peer may have had a hand in goes into one line.
LONGEST = 300


def place(name: Name) -> str:
    """`127.0.0.1:80`, `[::1]:80`, or a path in quotes; `""` for nothing."""
    if isinstance(name, tuple):
        address, port, version = name
        return f"[{address}]:{port}" if version == 6 else f"{address}:{port}"
    return "" if name is None else repr(name)


def as_shown(of: object, *words: str) -> str:
    """What `repr()` of an object of ours says: its public name, and the words that there are."""
    return f"<{' '.join([_public_name(type(of)), *filter(None, words)])}>"


def _public_name(kind: type) -> str:
    """`netserve.Socket` for `netserve._socket.socket.Socket`; a user's own class as it is."""
    parts = kind.__module__.split(".")
    if parts[0] == "netserve":
        private = next((at for at, part in enumerate(parts) if part[0] == "_"), len(parts))
        parts = parts[:private]
    return ".".join([*parts, kind.__qualname__])


def is_plain(text: str) -> bool:
    """Whether a text is one line of moderate length, without control characters."""
    return len(text) <= LONGEST and text.isprintable()


def one_line(text: str) -> str:
    """A text that anybody may have written, as one line: escaped, and not longer than is useful."""
    if is_plain(text):
        return text
    shown = text[:LONGEST]
    escaped = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in shown
    )
    return escaped if len(text) <= LONGEST else f"{escaped}... ({len(text)} characters)"


def described(error: BaseException) -> str:
    """An exception as one line: its class, and what it says, whatever its `__str__` may do."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        return kind
    return f"{kind}: {one_line(text)}" if text else kind
