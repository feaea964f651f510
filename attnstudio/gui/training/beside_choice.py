"""Which other run stands beside the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from attnstudio.gui.look.theme import SPACE, set_role

_WIDTH = 180


class BesideChoice(QWidget):
    """A box of runs, whose first entry is none.

    Attributes:
        box: the runs.

    Signals:
        chosen: the name of the run that is to stand beside; empty for none.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Another run beside it"))
        self.box.setMaximumWidth(_WIDTH)
        words = QLabel(self.tr("beside"))
        set_role(words, "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(words)
        row.addWidget(self.box)
        self.box.activated.connect(lambda: self.chosen.emit(str(self.box.currentData())))
        self.offer((), "")

    def offer(self, names: Sequence[str], chosen: str) -> None:
        """Let these stand beside."""
        before = [self.box.itemData(place) for place in range(self.box.count())]
        if before != ["", *names]:  # or a list that is open would close
            self.box.clear()
            self.box.addItem(self.tr("no other run"), "")
            for name in names:
                self.box.addItem(name, name)
        self.box.setCurrentIndex(max(0, self.box.findData(chosen)))
        self.setVisible(bool(names))
