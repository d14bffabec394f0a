"""What a figure was measured on: processor, memory, versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ner.version import __version__

PACKAGES = ("numpy", "torch", "onnxruntime", "jieba")
INFO, MEMORY = Path("/proc/cpuinfo"), Path("/proc/meminfo")


def facts() -> dict[str, Any]:
    """Plain data for JSON; a package that is not installed is left out."""
    return {
        "processor": processor(),
        "cores": cores(),
        "memory_bytes": _memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {"zhuyi-ner": __version__, **versions(PACKAGES)},
    }


def cores() -> int:
    """How many logical processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """Its name, as the system tells it."""
    return _entry(INFO, "model name") or platform.processor() or platform.machine()


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Of those that are installed."""
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _memory() -> int | None:
    total = _entry(MEMORY, "MemTotal")
    return 1024 * int(total.split()[0]) if total else None


def _entry(path: Path, name: str) -> str | None:
    """What stands behind a name in one of the system's lists, if it has such a list."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in pairs if key.strip() == name), None)
