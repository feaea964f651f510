"""A bar of progress that knows a calm way to say that nobody knows how far it is."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from attnstudio.gui.look.motion import is_still
from attnstudio.gui.look.theme import colours_of

_STEPS = 1_000
_STRIPES = 12


class BusyBar(QProgressBar):
    """Progress, as a share where it is known.

    Where it is not, a bar runs to and fro; where nothing is to move, it has stripes that stand.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setAccessibleName(name)
        self.setFixedHeight(8)
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether it says that nobody knows how far it is."""
        return self._is_busy

    def show_busy(self) -> None:
        """It is under way, and nobody knows how far."""
        self._is_busy = True
        if is_still():
            self.setRange(0, _STEPS)
            self.setValue(0)
        else:
            self.setRange(0, 0)
        self.update()

    def show_share(self, share: float) -> None:
        """So much is done, from 0 to 1."""
        self._is_busy = False
        self.setRange(0, _STEPS)
        self.setValue(round(_STEPS * min(1.0, max(0.0, share))))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_busy or not self.maximum():
            return
        painter = QPainter(self)
        accent = QColor(colours_of(self.palette()).accent)
        width = self.width() / (2 * _STRIPES - 1)
        for stripe in range(_STRIPES):
            painter.fillRect(round(2 * stripe * width), 2, round(width), self.height() - 4, accent)
