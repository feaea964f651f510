"""Proves that the core works where Qt is not installed: imports all of it, runs it end to end.

Run it with the environment's Python, from the root of the checkout.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

HIDING = Path(__file__).resolve().parent / "no_qt"
PROOF = (
    "tests/test_end_to_end.py",
    "tests/test_architecture.py",
    "tests/cli/test_attend.py",  # a PNG is refused with a way out
)
HIDDEN = ("PySide6", "pyqtgraph", "superqt")


def visible() -> list[str]:
    """Which of the hidden modules can be seen nevertheless."""
    return [name for name in HIDDEN if importlib.util.find_spec(name) is not None]


def import_core() -> int:
    """Import every module but the window's and return how many there are."""
    package = importlib.import_module("attnstudio")
    names = [
        module.name
        for module in pkgutil.walk_packages(package.__path__, "attnstudio.")
        if not module.name.startswith("attnstudio.gui")
    ]
    for name in names:
        importlib.import_module(name)
    return len(names)


def prove() -> int:
    """With Qt hidden: import the core, then test it; return pytest's exit code."""
    seen = visible()
    if seen:
        print(f"The block does not work: {', '.join(seen)} can still be imported.")
        return 1
    print(f"{import_core()} modules of the core were imported without Qt.")
    tests = [name for name in PROOF if Path(name).exists()]
    if not tests:
        print(f"None of {', '.join(PROOF)} is here: the imports are the whole proof.")
        return 0
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:pytest-qt", *tests]
    return subprocess.call(command)


def main() -> int:
    """Start over with Qt hidden, unless it is hidden already."""
    if os.environ.get("PYTHONPATH") == str(HIDING):
        return prove()
    hidden = {**os.environ, "PYTHONPATH": str(HIDING)}
    return subprocess.call([sys.executable, str(Path(__file__).resolve())], env=hidden)


if __name__ == "__main__":
    sys.exit(main())
