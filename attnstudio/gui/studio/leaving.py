"""What is asked before the window closes, by those who would lose something."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

Guard = Callable[[QWidget, Callable[[], None]], bool]
"""Gets the window and what is to be called when nothing of its own is in the way any more; says
whether nothing is now. Else it has asked the person, who may also decide to stay."""
