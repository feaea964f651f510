"""Where a document can be dropped or chosen, while there is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE, colours_of, set_role

_WORDS_WIDTH = 520
_ROUND = 12


class DropPlace(QWidget):
    """A framed place with a sentence and a button; what is dropped goes to the page around it.

    Signals:
        choosing_asked: a document is to be chosen in a dialog.
        pasting_asked: what is on the clipboard is to be taken.
    """

    choosing_asked = Signal()
    pasting_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(self.tr("Drop a document here"))
        set_role(heading, "page-title")
        words = QLabel(
            self.tr(
                "Text, table, TMX, XLIFF, SDLXLIFF or Word. What is translated already stays as it "
                "is, tags stay in their places, and the result is a new file beside the document, "
                "which is not changed."
            )
        )
        words.setWordWrap(True)
        words.setFixedWidth(_WORDS_WIDTH)
        words.setMinimumHeight(words.heightForWidth(_WORDS_WIDTH))  # else the layout takes a line
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(words, "muted")
        self.choose = QPushButton(self.tr("Choose a &document…"))
        set_role(self.choose, "primary")
        self.choose.clicked.connect(self.choosing_asked)
        paste = QPushButton(self.tr("&Paste text"))
        paste.setToolTip(self.tr("Take the text on the clipboard, to be translated line by line"))
        paste.clicked.connect(self.pasting_asked)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch()
        buttons.addWidget(self.choose)
        buttons.addWidget(paste)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACE)
        column.addStretch(2)
        for widget in (heading, words):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(buttons)
        column.addStretch(3)

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(colours.panel))
        painter.setPen(QPen(QColor(colours.border), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _ROUND, _ROUND)
