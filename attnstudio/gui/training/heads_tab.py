"""What the heads of a run have learnt: over the training, what they leave out, and what for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.beside_choice import BesideChoice
from attnstudio.gui.training.heads_view import HeadsView
from attnstudio.gui.training.zero_words_view import ZeroWordsView
from attnstudio.gui.training.zeros_control_view import ZerosControlView
from attnstudio.gui.widgets.file_dialogs import choose_save_path


class HeadsTab(QWidget):
    """Three views of the same runs.

    Args:
        studio: where work is done and errors are shown.
        choose_path: asks for a file to write.
        parent: owns it.

    Attributes:
        tabs: which view is seen.
        beside: another run, for all views.
        view: numbers over the training.
        words: which words get nothing.
        control: whether it is the zeros.

    Signals:
        uncovered: it is seen again, and may show what is old.
    """

    uncovered = Signal()

    def __init__(
        self,
        studio: Studio,
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.tabs, self.beside = QTabBar(), BesideChoice()
        self.view = HeadsView(studio.notifier.show_error, choose_path)
        self.words, self.control = ZeroWordsView(studio), ZerosControlView(studio)
        self.tabs.setAccessibleName(self.tr("What of the heads"))
        self._views = QStackedWidget()
        for name, view in (
            (self.tr("Over the training"), self.view),
            (self.tr("Words that get nothing"), self.words),
            (self.tr("Is it the zeros?"), self.control),
        ):
            self.tabs.addTab(name)
            self._views.addWidget(view)
        self.tabs.currentChanged.connect(self._views.setCurrentIndex)
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch()
        top.addWidget(self.beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self._views, stretch=1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.uncovered.emit()
