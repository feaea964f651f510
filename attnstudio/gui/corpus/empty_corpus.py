"""What the corpus page shows while there are no pairs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE, set_role

_WORDS_WIDTH = 460


class EmptyCorpus(QWidget):
    """A sentence, the button that opens files, and two samples.

    Signals:
        opened: files are to be chosen.
        sample_wanted: a sample is to be opened: ``en_de`` or ``en_zh``.
    """

    opened = Signal()
    sample_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(self.tr("No sentence pairs yet"), self)
        set_role(heading, "page-title")
        self._sentence = QLabel(self)
        self._sentence.setWordWrap(True)
        self._sentence.setFixedWidth(_WORDS_WIDTH)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(self._sentence, "muted")
        choose = QPushButton(self.tr("Open files…"), self)
        set_role(choose, "primary")
        choose.clicked.connect(self.opened)
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACE)
        column.addStretch(2)
        for widget in (heading, self._sentence, choose):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(self._samples())
        column.addStretch(3)

    def show_project(self, is_open: bool) -> None:
        """Say what to do, with a project open or without one."""
        words = self.tr(
            "Drop two text files with one sentence a line, or a table with two columns, anywhere "
            "on this window."
        )
        if is_open:
            words = self.tr(
                "This project is empty. Drop two text files with one sentence a line, or a table "
                "with two columns, anywhere on this window."
            )
        self._sentence.setText(words)
        self._sentence.setMinimumHeight(self._sentence.heightForWidth(_WORDS_WIDTH))

    def _samples(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        label = QLabel(self.tr("or try a sample:"), self)
        set_role(label, "muted")
        row.addStretch()
        row.addWidget(label)
        for text, name in (
            (self.tr("English – German"), "en_de"),
            (self.tr("English – Chinese"), "en_zh"),
        ):
            button = QPushButton(text, self)
            button.setAccessibleName(self.tr("Open the sample {name}").format(name=text))
            button.clicked.connect(partial(self.sample_wanted.emit, name))
            row.addWidget(button)
        row.addStretch()
        return row
