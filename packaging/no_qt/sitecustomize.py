"""Hides Qt and what is built on it from every Python that has this folder in PYTHONPATH.

The modules are simply not found, as where they were never installed; a child process inherits
the variable, and so the blindness.
"""

from __future__ import annotations

from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

HIDDEN = ("PySide6", "shiboken6", "PyQt6", "qtpy", "pyqtgraph", "superqt", "pytestqt")

_find_any = PathFinder.find_spec


def _find(
    _: type[PathFinder],
    fullname: str,
    path: Sequence[str] | None = None,
    target: ModuleType | None = None,
) -> ModuleSpec | None:
    return None if fullname.split(".")[0] in HIDDEN else _find_any(fullname, path, target)


# Not a finder of our own: what it does not find, this one would.
# A class method as the original is: pytest keeps it as an attribute of a class of its own.
PathFinder.find_spec = classmethod(_find)  # type: ignore[assignment,method-assign]  # the point
