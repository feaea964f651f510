"""Those who would lose something with the window: they are asked before it closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget


class Guard(Protocol):
    """Keeps what is worked on from being lost."""

    def may_close(self, window: QWidget, then: Callable[[], None]) -> bool:
        """Whether nothing is lost with the window; else the person is asked.

        Args:
            window: is about to close.
            then: called when nothing is in the way any more; the person may also decide to stay.
        """

    def leave(self) -> None:
        """The program ends and nobody can be asked: keep what there is, at once."""
