"""The pairs of a corpus: a filter, a table and the chosen pair in full."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QVBoxLayout, QWidget

from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus
from attnstudio.corpus.searching import Order, PairQuery
from attnstudio.gui.corpus.pair_filter import PairFilter
from attnstudio.gui.corpus.pair_table import PairColumn, PairTableModel
from attnstudio.gui.corpus.pair_view import PairView
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.look.wording import count, language_name, split_name
from attnstudio.gui.widgets.row_table import show_as_rows

_ROW_PADDING = 10
_COLUMN_PADDING = 24
_WIDEST_LENGTHS = "888 : 888 = 88.88"
_SPLIT_OF = {code: split for split, code in SPLIT_CODES.items()}


class PairBrowser(QWidget):
    """Shows a corpus and asks for the pairs that its filter describes.

    Signals:
        query_changed: the `PairQuery` whose pairs are to be shown with `show_found`.
        search_cancelled: the person does not want to wait for them.
        inspected: a `SentencePair` is to be seen in the inspector.
    """

    query_changed = Signal(object)
    search_cancelled = Signal()
    inspected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: int | None = None
        self._order: Order | None = None
        self.model = PairTableModel(self)
        self.filter = PairFilter(self)
        self.table = QTableView(self)
        self.view = PairView(self)
        self._set_up_table()
        splitter = QSplitter(Qt.Orientation.Vertical, self)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(self.view)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 2 * SPACE, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.filter)
        column.addWidget(splitter, stretch=1)
        self.filter.query_changed.connect(self.query_changed)
        self.filter.search_cancelled.connect(self.search_cancelled)
        self.filter.faulted.connect(self._show_unanswered)
        self.view.inspected.connect(self.inspected)
        QShortcut(
            QKeySequence(Qt.Key.Key_Escape),
            self,
            self.filter.clear,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._fit_rows()

    @property
    def pair_number(self) -> int | None:
        """The index of the chosen pair in the corpus."""
        return self._chosen

    def show_corpus(self, corpus: ParallelCorpus | None) -> None:
        """Show another corpus, unfiltered until `show_found`."""
        self.model.show_corpus(corpus)
        self._chosen = None
        if corpus is None:
            self.view.show_pair(None)
            return
        self.filter.set_languages(corpus.source_language, corpus.target_language)
        self.filter.show_hits(len(corpus), len(corpus))
        self.table.setAccessibleName(
            self.tr("Sentence pairs, {source} and {target}").format(
                source=language_name(corpus.source_language),
                target=language_name(corpus.target_language),
            )
        )
        self._fit_columns(corpus)
        self._choose_row(0)

    def show_found(self, pairs: NDArray[np.int64] | None) -> None:
        """Show the pairs that were asked for, None for all; the chosen one stays if it can.

        In another order the first is chosen: it is what was asked for.
        """
        asked = self.filter.asked
        chosen = self._chosen if asked.order == self._order else None
        self._order = asked.order
        self.table.setColumnHidden(PairColumn.LENGTHS, not asked.needs_lengths)
        self.model.show_pairs(pairs)
        self._mark_hits()
        if self.model.corpus is not None:
            self.filter.show_hits(self.model.rowCount(), len(self.model.corpus))
        row = self.model.row_of(chosen) if chosen is not None else None
        self._choose_row(row or 0)

    def show_pair(self, number: int) -> None:
        """Choose a pair of the corpus; where the filter hides it, the filter is cleared."""
        row = self.model.row_of(number)
        if row is None:
            self.model.show_pairs(None)
            self._chosen = number
            self.filter.clear()
            row = number
        self._choose_row(row)

    def _mark_hits(self) -> None:
        self.table.setEnabled(True)
        self.model.mark(self.filter.finder, self.filter.searched_side)

    def _show_unanswered(self) -> None:
        """The pairs stay, but do not look like an answer."""
        self.model.mark(None)
        self.table.setEnabled(False)
        self._show_current(self.table.currentIndex())

    def copy_pair(self) -> None:
        """Put the chosen pair on the clipboard."""
        self.view.copy()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setItemDelegate(SentenceDelegate(table))
        table.setAccessibleName(self.tr("Sentence pairs"))
        show_as_rows(table)
        table.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        table.horizontalHeader().setSectionsClickable(False)
        table.setColumnHidden(PairColumn.LENGTHS, True)
        table.selectionModel().currentRowChanged.connect(self._show_current)
        table.activated.connect(self._inspect_row)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            table,
            self.copy_pair,
            context=Qt.ShortcutContext.WidgetShortcut,
        )

    def _fit_rows(self) -> None:
        height = self.table.fontMetrics().height() + _ROW_PADDING
        self.table.verticalHeader().setDefaultSectionSize(height)

    def _fit_columns(self, corpus: ParallelCorpus) -> None:
        """Number and split as wide as their longest text, the sentences share the rest."""
        metrics = self.table.fontMetrics()
        header = self.table.horizontalHeader()
        splits = [split_name(split) for split in SPLIT_CODES]
        for column, texts in (
            (PairColumn.NUMBER, [count(len(corpus)), self.tr("Pair")]),
            (PairColumn.SPLIT, [*splits, self.tr("Split")]),
            (PairColumn.LENGTHS, [_WIDEST_LENGTHS, self.tr("Lengths = ratio")]),
        ):
            width = max(metrics.horizontalAdvance(text) for text in texts) + _COLUMN_PADDING
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        for column in (PairColumn.SOURCE, PairColumn.TARGET):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _choose_row(self, row: int) -> None:
        if row >= self.model.rowCount():
            self._chosen = None
            self.view.show_pair(None)
            return
        index = self.model.index(row, PairColumn.SOURCE)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _show_current(self, current: QModelIndex) -> None:
        corpus = self.model.corpus
        if corpus is None or not current.isValid():
            return
        number = self.model.pair_number(current.row())
        self._chosen = number
        split = split_name(_SPLIT_OF[int(corpus.split_codes()[number])])
        title = self.tr("Pair {n} · {split}").format(n=count(number + 1), split=split)
        languages = (corpus.source_language, corpus.target_language)
        hits = tuple(
            self.model.hits_in(current.row(), column)
            for column in (PairColumn.SOURCE, PairColumn.TARGET)
        )
        self.view.show_pair(corpus[number], title, languages, hits)

    def _inspect_row(self, index: QModelIndex) -> None:
        if self.model.corpus is not None:
            self.inspected.emit(self.model.corpus[self.model.pair_number(index.row())])

    def set_query(self, query: PairQuery, chip_words: str = "") -> None:
        """Ask for other pairs; see `PairFilter.set_query`."""
        self.filter.set_query(query, chip_words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_rows()
