"""The processor by its name, and whether a measurement is of what is installed now."""

from __future__ import annotations

import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from attnstudio import __version__
from attnstudio.lab.report import LabMachine


def processor_name() -> str:
    """Its name; Python itself knows none on Linux."""
    lines = Path("/proc/cpuinfo")
    if not lines.exists():
        return platform.processor() or platform.machine()
    names = (line for line in lines.read_text().splitlines() if line.startswith("model name"))
    return next(names, platform.machine()).partition(":")[2].strip() or platform.machine()


def is_outdated(machine: LabMachine) -> bool:
    """Whether it was measured on another processor, or with another torch or program, than now.

    torch is not loaded for it.
    """
    installed = machine.torch
    with suppress(PackageNotFoundError):  # in a bundle, whose torch comes with the program
        installed = version("torch")
    measured = (machine.processor, machine.torch, machine.program)
    return measured != (processor_name(), installed, __version__)
