"""What it ran on: the numbers mean nothing without it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

PACKAGES = ("netserve", "uvloop", "aiofastnet")


def describe() -> dict[str, str | int]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": processor(),
        "cores": os.cpu_count() or 1,
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def versions() -> dict[str, str]:
    found = {"CPython": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = says(
                sys.executable, "-c", f"print(__import__({package!r}).__version__)"
            )
    found["Node"] = says("node", "--version").removeprefix("v")
    found["libuv"] = says("pkg-config", "--modversion", "libuv")
    found["C compiler"] = says("cc", "--version")
    return {name: version for name, version in found.items() if version}


def says(*command: str) -> str:
    """The first line that a program prints; nothing when it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=15)
    except OSError:
        return ""
    return done.stdout.partition("\n")[0].strip() if done.returncode == 0 else ""
