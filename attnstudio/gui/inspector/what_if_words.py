"""Other words that the model thought of: choose one, and it goes on from there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QTreeWidgetItemIterator,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.what_if_bars import BAR, BarDelegate
from attnstudio.gui.inspector.what_if_why import WhyThis
from attnstudio.gui.look.theme import SMALL_SPACE, colours_of, set_role
from attnstudio.gui.look.wording import percent
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.lettering import isolate

if TYPE_CHECKING:
    from attnstudio.gui.inspector.what_if_work import Reasons
    from attnstudio.inference.alternatives import Alternative

_CANDIDATE = Qt.ItemDataRole.UserRole
_WHY = 2  # the column that asks why another piece does not stand there


class OtherWords(QWidget):
    """The alternatives of one piece of the translation, and a tree of what was tried.

    Args:
        parent: where it stands.

    Attributes:
        likeliest: the alternatives of the chosen piece.
        reasons: why the piece that stands there, and not another.
        tried: every translation that was begun in another way; the root is the first.

    Signals:
        beginning_chosen: ids that the model is to go on from.
        reasons_asked: the place of a piece, and the id of another that does not stand there.
        candidate_chosen: a `Candidate` of the tree, to be looked at.
    """

    beginning_chosen = Signal(tuple)
    reasons_asked = Signal(int, int)
    candidate_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._candidate: Candidate | None = None
        self._place: int | None = None
        self._shown: tuple[Alternative, ...] = ()
        self._is_filling = False
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        set_role(self.hint, "muted")
        self.likeliest = self._make_table()
        self.reasons = WhyThis()
        self.tried = QTreeWidget()
        self.tried.setHeaderHidden(True)
        self.tried.setAccessibleName(self.tr("What was tried"))
        self.tried.setUniformRowHeights(True)
        self.tried.setMinimumHeight(90)
        below = QLabel(
            self.tr(
                "What was tried. Choose a line to go back to it; changes of its attention are "
                "still there."
            )
        )
        below.setWordWrap(True)
        set_role(below, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.hint)
        column.addWidget(self.likeliest)
        column.addWidget(self.reasons)
        column.addWidget(below)
        column.addWidget(self.tried, stretch=1)
        self.likeliest.cellClicked.connect(self._choose)
        self.likeliest.cellActivated.connect(self._choose)
        self.tried.currentItemChanged.connect(self._go_to)

    def begin(self, candidate: Candidate | None) -> None:
        """Begin a new tree with a translation of the model's own, or show nothing."""
        self._is_filling = True
        self.tried.clear()
        self._candidate = candidate
        if candidate is not None:
            root = self._item(self.tr("As it was: {text}"), candidate)
            self.tried.addTopLevelItem(root)
            self.tried.setCurrentItem(root)
        self._is_filling = False

    def add(self, candidate: Candidate) -> None:
        """Add what came of a choice under the translation that it was made in, and go there."""
        parent = self.tried.currentItem()
        if parent is None:
            return
        if self.likeliest.hasFocus():  # which goes away until it is known what else could follow
            self.tried.setFocus()
        if known := self._item_of(candidate):
            self.tried.setCurrentItem(known)
            return
        piece = candidate.record.target.label(candidate.begun - 1).replace("▁", " ").strip()
        item = self._item(self.tr("“{piece}”: {text}").replace("{piece}", piece), candidate)
        self._is_filling = True
        parent.addChild(item)
        parent.setExpanded(True)
        self.tried.setCurrentItem(item)
        self._is_filling = False
        self._candidate = candidate
        self.candidate_chosen.emit(candidate)

    @property
    def can_go_back(self) -> bool:
        """Whether the translation that is looked at was made of another one."""
        return self._origin is not None

    def go_back(self) -> None:
        """Look at the translation again that this one was made of."""
        origin = self._origin
        if origin is not None:
            self.tried.setCurrentItem(origin)

    @property
    def _origin(self) -> QTreeWidgetItem | None:
        item = self.tried.currentItem()
        return item.parent() if item is not None else None

    def _item_of(self, candidate: Candidate) -> QTreeWidgetItem | None:
        """The line of the same beginning, if there is one already."""
        lines = QTreeWidgetItemIterator(self.tried)
        while item := lines.value():
            there = item.data(0, _CANDIDATE)
            if (there.pair.target_ids, there.begun) == (candidate.pair.target_ids, candidate.begun):
                return item
            lines += 1
        return None

    def show_alternatives(
        self, place: int | None, found: list[tuple[Alternative, ...]] | None
    ) -> None:
        """Show what else could have stood at a place.

        Args:
            place: of a piece of the translation; None where none is chosen.
            found: for all of them; None while it is not known.
        """
        if place != self._place or found is None:
            self.reasons.show_reasons("", "", ())
        self._place = place
        known = found is not None and place is not None and place < len(found)
        self._shown = (
            self._with_chosen(place, found[place]) if found and known and place is not None else ()
        )
        self.hint.setText(self._hint(is_known=known))
        self.likeliest.setVisible(bool(self._shown))
        self.likeliest.setRowCount(len(self._shown))
        for row, alternative in enumerate(self._shown):
            self._fill(row, alternative)
        height = self.likeliest.horizontalHeader().height() + 4
        self.likeliest.setFixedHeight(
            height + sum(map(self.likeliest.rowHeight, range(len(self._shown))))
        )

    def _with_chosen(
        self, place: int, alternatives: tuple[Alternative, ...]
    ) -> tuple[Alternative, ...]:
        """The likeliest, and the piece that stands there where it is none of them."""
        candidate = self._candidate
        if candidate is None or any(
            each.id == candidate.pair.target_ids[place] for each in alternatives
        ):
            return alternatives
        own = type(alternatives[0])(
            candidate.pair.target_ids[place],
            candidate.record.target.label(place),
            candidate.record.token_log_probs[place],
        )
        return (*alternatives, own)

    def _hint(self, *, is_known: bool) -> str:
        if self._place is None:
            return self.tr(
                "Click a piece of the translation to see what else the model thought of."
            )
        if not is_known:
            return self.tr("Asking the model…")
        return self.tr("Choose another piece, and the model goes on from there.")

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 3)
        table.setHorizontalHeaderLabels([self.tr("Piece"), self.tr("How probable"), ""])
        table.setAccessibleName(self.tr("The likeliest pieces at this place"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        show_as_rows(table)
        delegate = BarDelegate(signed=False)
        delegate.setParent(self)
        table.setItemDelegate(delegate)
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_WHY, QHeaderView.ResizeMode.ResizeToContents)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return table

    def _fill(self, row: int, alternative: Alternative) -> None:
        is_own = self._candidate is not None and (
            self._place is not None
            and self._candidate.pair.target_ids[self._place] == alternative.id
        )
        piece = QTableWidgetItem(isolate(alternative.piece))
        share = math.exp(alternative.log_prob)
        words = percent(share)
        if is_own:
            words = self.tr("{share}, stands there now").format(share=words)
            font = piece.font()
            font.setBold(True)
            piece.setFont(font)
        probable = QTableWidgetItem(words)
        probable.setData(BAR, share)
        self.likeliest.setItem(row, 0, piece)
        self.likeliest.setItem(row, 1, probable)
        why = QTableWidgetItem("" if is_own else self.tr("Why not?"))
        why.setForeground(QColor(colours_of(self.palette()).accent))
        self.likeliest.setItem(row, _WHY, why)

    def show_reasons(self, reasons: Reasons) -> None:
        """Show why the piece stands there and not another one."""
        other = next((each.piece for each in self._shown if each.id == reasons.that), "")
        if self._candidate is None or reasons.place != self._place or not other:
            return
        own = self._candidate.record.target.label(reasons.place)
        self.reasons.show_reasons(own, other, reasons.words)

    def _choose(self, row: int, column: int = 0) -> None:
        candidate, place = self._candidate, self._place
        if candidate is None or place is None or row >= len(self._shown):
            return
        chosen = self._shown[row].id
        if chosen == candidate.pair.target_ids[place]:
            return
        if column == _WHY:
            self.reasons_asked.emit(place, chosen)
        else:
            self.beginning_chosen.emit((*candidate.pair.target_ids[:place], chosen))

    def _go_to(self, item: QTreeWidgetItem | None) -> None:
        if item is None or self._is_filling:
            return
        self._candidate = item.data(0, _CANDIDATE)
        self.candidate_chosen.emit(self._candidate)

    def _item(self, words: str, candidate: Candidate) -> QTreeWidgetItem:
        text = isolate(candidate.text) or self.tr("(empty)")
        item = QTreeWidgetItem([words.replace("{text}", text)])
        item.setToolTip(0, text)
        item.setData(0, _CANDIDATE, candidate)
        return item
