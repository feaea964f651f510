"""Which comparison is looked at, how far it is, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.widgets.busy_bar import BusyBar

_NAME_WIDTH = 260


class ComparisonHeader(QWidget):
    """Name, state, bar and buttons.

    Args:
        export: what can be written.
        parent: owns it.

    Signals:
        chosen: the name of another comparison.
        go_on_asked, pause_asked, resume_asked, stop_asked, deletion_asked: the buttons.
        again_asked: runs that were deleted are to be made anew.
    """

    chosen = Signal(str)
    go_on_asked = Signal()
    again_asked = Signal()
    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()
    deletion_asked = Signal()

    def __init__(self, export: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = QComboBox()
        self.names.setAccessibleName(self.tr("Comparison"))
        self.names.setMaximumWidth(_NAME_WIDTH)
        self.names.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.names.textActivated.connect(self.chosen)
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.state, "muted")
        self.bar = BusyBar(self.tr("Progress of the comparison"))
        keeping_place = self.bar.sizePolicy()
        keeping_place.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(keeping_place)
        self.go_on = QPushButton(self.tr("Go on"))
        set_role(self.go_on, "primary")
        self.go_on.clicked.connect(self.go_on_asked)
        self.again = QPushButton(self.tr("Train deleted runs again"))
        self.again.clicked.connect(self.again_asked)
        self.pause = QPushButton(self.tr("Pause"))
        self.pause.clicked.connect(self.pause_asked)
        self.resume = QPushButton(self.tr("Resume"))
        set_role(self.resume, "primary")
        self.resume.clicked.connect(self.resume_asked)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Keep what has been learnt; it can go on later"))
        self.stop.clicked.connect(self.stop_asked)
        self.export = QPushButton(self.tr("Export"))
        self.export.setMenu(export)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete this comparison; its runs stay"))
        self.delete.clicked.connect(self.deletion_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Comparison"))
        set_role(title, "page-title")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(title)
        row.addWidget(self.names)
        row.addWidget(self.state, stretch=1)
        for button in (
            self.go_on, self.again, self.pause, self.resume, self.stop, self.export, self.delete,
        ):  # fmt: skip
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(row)
        column.addWidget(self.bar)

    def list_names(self, names: Sequence[str], shown: str) -> None:
        """Offer these; one of them is looked at."""
        if [self.names.itemText(place) for place in range(self.names.count())] != list(names):
            self.names.clear()
            self.names.addItems(list(names))
        self.names.setCurrentText(shown)
        self.names.setToolTip(shown)
