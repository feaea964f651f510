"""Why one piece stands there and not another: what each word of the source does for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.what_if_bars import BAR, BarDelegate
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.lettering import isolate

if TYPE_CHECKING:
    from attnstudio.project.what_if import Reason


class WhyThis(QWidget):
    """The words of the source that speak for one piece, and those that speak for the other.

    Args:
        parent: where it stands.

    Attributes:
        words: a row for each word of the source.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.question.setTextFormat(Qt.TextFormat.PlainText)
        self.words = QTableWidget(0, 2)
        self.words.setHorizontalHeaderLabels([self.tr("Source word"), self.tr("Speaks for it")])
        self.words.setAccessibleName(self.tr("What each word of the source does"))
        self.words.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        show_as_rows(self.words)
        delegate = BarDelegate(signed=True)
        delegate.setParent(self)
        self.words.setItemDelegate(delegate)
        header = self.words.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        set_role(self.question, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, SMALL_SPACE)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.question)
        column.addWidget(self.words)
        self.hide()

    def show_reasons(self, this: str, that: str, reasons: Sequence[Reason]) -> None:
        """Show what speaks for a piece and not for another, or nothing.

        Args:
            this: the piece that stands there.
            that: the other.
            reasons: one for each word of the source.
        """
        self.setVisible(bool(reasons))
        self.question.setText(
            self.tr(
                "Why “{this}” and not “{that}”? Each source word is made unknown in turn. To the "
                "right it speaks for “{this}”, to the left for “{that}”: by how much the ratio of "
                "their probabilities falls without it (a logarithm: 0.69 halves it)."
            ).format(this=_plain(this), that=_plain(that))
        )
        strongest = max((abs(reason.worth) for reason in reasons), default=1.0) or 1.0
        self.words.setRowCount(len(reasons))
        for row, reason in enumerate(reasons):
            self.words.setItem(row, 0, QTableWidgetItem(isolate(reason.word)))
            sign = "+" if reason.worth > 0 else "−" if reason.worth < 0 else ""
            cell = QTableWidgetItem(f"{sign}{decimals(abs(reason.worth), 2)}")
            cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            cell.setData(BAR, reason.worth / strongest)
            self.words.setItem(row, 1, cell)
        height = self.words.horizontalHeader().sizeHint().height() + 4
        self.words.setFixedHeight(height + sum(map(self.words.rowHeight, range(len(reasons)))))


def _plain(piece: str) -> str:
    return isolate(piece.replace("▁", " ").strip() or piece)
