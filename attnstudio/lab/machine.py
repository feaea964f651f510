"""The processor by its name."""

from __future__ import annotations

import platform
from pathlib import Path


def processor_name() -> str:
    """Its name; Python itself knows none on Linux."""
    lines = Path("/proc/cpuinfo")
    if not lines.exists():
        return platform.processor() or platform.machine()
    names = (line for line in lines.read_text().splitlines() if line.startswith("model name"))
    return next(names, platform.machine()).partition(":")[2].strip() or platform.machine()
