"""How many of the settings are shown."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from attnstudio.config_knob import Level
from attnstudio.gui.look.theme import SMALL_SPACE


class LevelButtons(QWidget):
    """Simple, advanced or expert.

    Signals:
        chosen: a `Level`, by the person.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL_SPACE)
        group = QButtonGroup(self)
        self._buttons: dict[Level, QPushButton] = {}
        for level, text in (
            (Level.SIMPLE, self.tr("Simple")),
            (Level.ADVANCED, self.tr("Advanced")),
            (Level.EXPERT, self.tr("Expert")),
        ):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setChecked(level is Level.SIMPLE)
            button.clicked.connect(partial(self._tell, level))
            group.addButton(button)
            self._buttons[level] = button
            row.addWidget(button)

    def choose(self, level: Level) -> None:
        """Show which level is chosen."""
        self._buttons[level].setChecked(True)

    def _tell(self, level: Level) -> None:
        self.chosen.emit(level)
