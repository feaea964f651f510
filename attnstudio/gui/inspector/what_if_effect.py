"""What a change of the attention did: how much was moved, each word before and after, the text."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.what_if_bars import BAR, BarDelegate
from attnstudio.gui.inspector.what_if_texts import TwoTexts
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, colours_of, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.labels import label_of

_LONGEST_EM = 9.0
_ROUNDING = 1e-6  # what is beyond the reach of a change may differ by so much


class WhatIfEffect(QWidget):
    """The comparison of a translation before and after a change.

    Args:
        parent: where it stands.

    Attributes:
        beam: why words changed that the change does not reach; hidden where none did.
        sum: how much was changed, in how many places.
        words: a row for each piece of the translation.
        texts: the free translation before and after.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sum = QLabel()
        self.sum.setTextFormat(Qt.TextFormat.PlainText)
        self.sum.setWordWrap(True)
        self._lost = QLabel()
        self._lost.setWordWrap(True)
        self._lost.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._lost, "error")
        self._stays = QLabel(self.tr("The model still translates as it did."))
        self._stays.setWordWrap(True)
        set_role(self._stays, "muted")
        self.beam = QLabel(
            self.tr(
                "Words before those that the change reaches are others too: the search keeps "
                "several translations and chooses by their ends. With a beam of 1 they stay."
            )
        )
        self.beam.setWordWrap(True)
        set_role(self.beam, "muted")
        self.words = self._make_table()
        self.texts = TwoTexts(
            self.tr("The model's own translation"), self.tr("Its translation with the change")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        above = QHBoxLayout()
        above.addWidget(self.sum, stretch=1)
        above.addWidget(self._explanation(), alignment=Qt.AlignmentFlag.AlignTop)
        column.addLayout(above)
        column.addWidget(self._lost)
        column.addWidget(self._stays)
        column.addWidget(self.texts)
        column.addWidget(self.beam)
        column.addWidget(self.words, stretch=1)
        self.show_comparison(None)

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Show what a change did, or nothing."""
        self.setVisible(comparison is not None)
        if comparison is None:
            self.words.setRowCount(0)
            return
        self._say_sum(comparison)
        is_same = comparison.text_before == comparison.text_after
        self._stays.setVisible(is_same)
        self.texts.setVisible(not is_same)
        self.beam.setVisible(comparison.turns_earlier_words)
        self.texts.show_texts(comparison.text_before, comparison.text_after)
        self._fill(comparison)

    def _explanation(self) -> WhatIs:
        return WhatIs(
            self.tr("Effect of a change"),
            self.tr(
                "Σ|Δα| is how much attention was moved: the differences of all weights that the "
                "change itself acts on, added up. A place is the look of one head for one piece. "
                "Below, each piece of the translation is weighed before and after. Change is that "
                "of the natural logarithm of its probability: −0.69 halves it. Hatched pieces "
                "cannot change, by how the model is built: if one did, the program would be wrong."
            ),
        )

    def _say_sum(self, comparison: Comparison) -> None:
        applied = comparison.applied
        if applied.is_nothing:
            words = self.tr("This changed nothing: every weight is what it was.")
        else:
            words = (
                self.tr("Σ|Δα| = {sum}, applied to one place")
                if applied.places == 1
                else self.tr("Σ|Δα| = {sum}, applied to {n} places")
            ).format(sum=decimals(applied.total, 2), n=count(applied.places))
        self.sum.setText(words)
        set_role(self.sum, "warning" if applied.is_nothing else "heading")
        is_lost = comparison.unexpected > _ROUNDING
        self._lost.setVisible(is_lost)
        if is_lost:
            self._lost.setText(
                self.tr(
                    "Something changed by {n} where the change cannot reach: this is a fault of "
                    "the program."
                ).format(n=f"{comparison.unexpected:.1e}")
            )

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setHorizontalHeaderLabels([self.tr("Piece"), self.tr("Before"), self.tr("After")])
        change = QTableWidgetItem(self.tr("Change"))
        change.setToolTip(
            self.tr("Of the natural logarithm of the probability. −0.69 is half as probable.")
        )
        table.setHorizontalHeaderItem(3, change)
        table.setAccessibleName(self.tr("How probable each piece is before and after"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        show_as_rows(table)
        table.setItemDelegate(self._keep(BarDelegate(signed=True)))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(170)
        return table

    def _keep(self, delegate: BarDelegate) -> BarDelegate:
        """A table does not own its delegates."""
        delegate.setParent(self)
        return delegate

    def _fill(self, comparison: Comparison) -> None:
        before, after = comparison.before, comparison.after
        differences = comparison.differences
        strongest = max(1.0, float(np.abs(differences[np.isfinite(differences)]).max(initial=0.0)))
        self.words.setRowCount(len(differences))
        for place, difference in enumerate(differences.tolist()):
            is_reached = bool(comparison.reach.targets[place])
            row = [
                label_of(before.target, place, _LONGEST_EM),
                _percent(before.token_log_probs[place]),
                _percent(after.token_log_probs[place]),
                _signed(difference) if is_reached else self.tr("cannot change"),
            ]
            for column, words in enumerate(row):
                cell = self._cell(words, column, is_reached=is_reached)
                if column == 3 and is_reached and math.isfinite(difference):
                    cell.setData(BAR, difference / strongest)
                self.words.setItem(place, column, cell)

    def _cell(self, words: str, column: int, *, is_reached: bool) -> QTableWidgetItem:
        cell = QTableWidgetItem(words)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
        cell.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        if not is_reached:
            colours = colours_of(self.palette())
            cell.setForeground(QBrush(QColor(colours.muted)))
            cell.setBackground(QBrush(QColor(colours.border), Qt.BrushStyle.BDiagPattern))
            cell.setToolTip(
                self.tr(
                    "Nothing leads from the change to this word: it stays the same to the last "
                    "digit."
                )
            )
        return cell


def _percent(log_prob: float) -> str:
    return f"{decimals(100 * math.exp(log_prob), 1)} %"


def _signed(value: float) -> str:
    if abs(value) < 0.0005:
        return decimals(0.0, 3)
    sign = "+" if value > 0 else "−"
    return f"{sign}{decimals(abs(value), 3)}"
