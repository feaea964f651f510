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
from attnstudio.gui.inspector.what_if_outcome import outcome_words
from attnstudio.gui.inspector.what_if_texts import TwoTexts
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, colours_of, set_role
from attnstudio.gui.look.wording import count, decimals, percent
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.labels import label_of

_LONGEST_EM = 9.0
_POINTS, _LOG = 3, 4  # columns
_LEAST_SCALE = 10.0  # percentage points of the longest bar, so that small ones look small
_ROUNDING = 1e-6  # what is beyond the reach of a change may differ by so much


class WhatIfEffect(QWidget):
    """The comparison of a translation before and after a change.

    Args:
        parent: where it stands.

    Attributes:
        outcome: what became of the translation, in a sentence.
        sum: how much was changed, in how many places.
        beam: why words changed that the change does not reach; hidden where none did.
        basis: whose pieces are weighed.
        words: a row for each piece of the translation.
        texts: the free translation before and after.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outcome, self.sum = _label("heading"), _label("muted")
        self._lost = _label("error")
        self._unseen = _label("muted")
        self._is_seen, self._is_nothing = False, True
        self._unseen.setText(
            self.tr(
                "The map and the lines still show the attention without the change: “Show with the "
                "change” over the map turns them."
            )
        )
        self.beam = _label("muted")
        self.beam.setText(
            self.tr(
                "Words before those that the change reaches are others too: the search keeps "
                "several translations and chooses by their ends. With a beam of 1 they stay."
            )
        )
        self.basis = _label("muted")
        self.words = self._make_table()
        self.texts = TwoTexts("", "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        figures = QHBoxLayout()
        figures.addWidget(self.sum, stretch=1)
        figures.addWidget(self._explanation(), alignment=Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.outcome)
        column.addLayout(figures)
        for widget in (self._lost, self.texts, self.beam, self._unseen, self.basis):
            column.addWidget(widget)
        column.addWidget(self.words, stretch=1)
        self.show_comparison(None)

    def show_comparison(self, comparison: Comparison | None, begun: int = 0) -> None:
        """Show what a change did, or nothing.

        Args:
            comparison: what it did.
            begun: how many pieces of the translation the person gave as its beginning.
        """
        self.setVisible(comparison is not None)
        if comparison is None:
            self.words.setRowCount(0)
            return
        self._say_sum(comparison)
        self._say_basis(comparison, is_begun=begun > 0)
        self.texts.setVisible(comparison.text_before != comparison.text_after)
        self.beam.setVisible(comparison.turns_earlier_words)
        self.texts.show_texts(comparison.text_before, comparison.text_after)
        self._fill(comparison)

    def say_seen(self, *, is_changed: bool) -> None:
        """Say whether the map shows the attention with the change."""
        self._is_seen = is_changed
        self._unseen.setVisible(not is_changed and not self._is_nothing)

    def _explanation(self) -> WhatIs:
        return WhatIs(
            self.tr("Effect of a change"),
            self.tr(
                "Σ|Δα| is how much attention was moved: the differences of all weights that the "
                "change itself acts on, added up. A place is the look of one head for one piece. "
                "Below, each piece of the translation is weighed before and after. Points are the "
                "percentage points that its probability gains or loses, drawn as a bar. Δ log p is "
                "the change of the natural logarithm of its probability: −0.69 halves it, however "
                "small it was. Hatched pieces cannot change, by how the model is built: if one "
                "did, the program would be wrong."
            ),
        )

    def _say_sum(self, comparison: Comparison) -> None:
        applied = comparison.applied
        words = (
            self.tr("Σ|Δα| = {sum}, applied to one place")
            if applied.places == 1
            else self.tr("Σ|Δα| = {sum}, applied to {n} places")
        )
        self.sum.setText(words.format(sum=decimals(applied.total, 2), n=count(applied.places)))
        self.outcome.setText(outcome_words(comparison))
        set_role(self.outcome, "warning" if applied.is_nothing else "heading")
        self._is_nothing = applied.is_nothing
        self.say_seen(is_changed=self._is_seen)
        is_lost = comparison.unexpected > _ROUNDING
        self._lost.setVisible(is_lost)
        if is_lost:
            self._lost.setText(
                self.tr(
                    "Something changed by {n} where the change cannot reach: this is a fault of "
                    "the program."
                ).format(n=f"{comparison.unexpected:.1e}")
            )

    def _say_basis(self, comparison: Comparison, *, is_begun: bool) -> None:
        """Name the translation that is compared, and the one whose pieces are weighed."""
        if is_begun:
            self.texts.name(
                self.tr("The translation that you began"),
                self.tr("How it goes on with the change"),
            )
            words = self.tr("The translation that you began, piece by piece")
        else:
            self.texts.name(
                self.tr("The model's own translation"), self.tr("Its translation with the change")
            )
            words = self.tr("The model's own translation, piece by piece")
        if comparison.text_before != comparison.before.target.text:
            words = self.tr(
                "The translation that is shown, which is not the model's own, piece by piece"
            )
        self.basis.setText(words)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 5)
        table.setHorizontalHeaderLabels([self.tr("Piece"), self.tr("Before"), self.tr("After")])
        points = QTableWidgetItem(self.tr("Points"))
        points.setToolTip(self.tr("Percentage points: how probable it is after, less before."))
        table.setHorizontalHeaderItem(_POINTS, points)
        change = QTableWidgetItem(self.tr("Δ log p"))
        change.setToolTip(
            self.tr(
                "Change of the natural logarithm of the probability. −0.69 is half as probable."
            )
        )
        table.setHorizontalHeaderItem(_LOG, change)
        table.setAccessibleName(self.tr("How probable each piece is before and after"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        show_as_rows(table)
        table.setItemDelegate(self._keep(BarDelegate(signed=True)))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_POINTS, QHeaderView.ResizeMode.Stretch)
        table.setMinimumHeight(170)
        return table

    def _keep(self, delegate: BarDelegate) -> BarDelegate:
        """A table does not own its delegates."""
        delegate.setParent(self)
        return delegate

    def _fill(self, comparison: Comparison) -> None:
        before, after = comparison.before, comparison.after
        differences, points = comparison.differences, comparison.points
        strongest = max(_LEAST_SCALE, float(np.abs(points).max(initial=0.0)))
        self.words.clearSpans()
        self.words.setRowCount(len(differences))
        for place, difference in enumerate(differences.tolist()):
            is_reached = bool(comparison.reach.targets[place])
            row = [
                label_of(before.target, place, _LONGEST_EM),
                percent(math.exp(before.token_log_probs[place])),
                percent(math.exp(after.token_log_probs[place])),
                _signed(points[place], 1) if is_reached else self.tr("cannot change"),
                _signed(difference, 3) if is_reached else "",
            ]
            for column, words in enumerate(row):
                cell = self._cell(words, column, is_reached=is_reached)
                if column == _POINTS and is_reached:
                    cell.setData(BAR, float(points[place] / strongest))
                self.words.setItem(place, column, cell)
            if not is_reached:
                self.words.setSpan(place, _POINTS, 1, 2)  # beside a long piece it is cut in one

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


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_role(label, role)
    return label


def _signed(value: float, places: int) -> str:
    if abs(value) < 0.5 * 10**-places:
        return decimals(0.0, places)
    sign = "+" if value > 0 else "−"
    return f"{sign}{decimals(abs(value), places)}"
