"""The pairs of a corpus as rows: only what is looked at is read."""

from __future__ import annotations

import html
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.hits import Finder
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus
from attnstudio.corpus.searching import SearchedSide
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.statistics import has_spaces, length_ratios, token_counts
from attnstudio.gui.look.wording import count, decimals, language_name, split_name

_REMEMBERED_PAIRS = 512
_SHOWN_CHARACTERS = 400  # more does not fit into a row, and laying it out takes its time
_TIP_CHARACTERS = 2_000
HITS_ROLE = Qt.ItemDataRole.UserRole + 1  # a `MarkedText`, None where nothing is marked

_SPLIT_OF = {code: split for split, code in SPLIT_CODES.items()}
_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class PairColumn(IntEnum):
    """What stands in which column."""

    NUMBER = 0
    SPLIT = 1
    SOURCE = 2
    TARGET = 3
    LENGTHS = 4


class MarkedText(NamedTuple):
    """A text with the places in it that are marked."""

    text: str
    hits: Sequence[Span]


class PairTableModel(QAbstractTableModel):
    """All pairs of a corpus, or the chosen ones, over its mapped files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._pairs: NDArray[np.int64] | None = None
        self._remembered: dict[int, SentencePair] = {}
        self._finder: Finder | None = None
        self._searched = SearchedSide.EITHER
        self._right_to_left = {PairColumn.SOURCE: False, PairColumn.TARGET: False}

    @property
    def corpus(self) -> ParallelCorpus | None:
        """What is shown."""
        return self._corpus

    def show_corpus(self, corpus: ParallelCorpus | None) -> None:
        """Show all pairs of a corpus."""
        self.beginResetModel()
        self._corpus, self._pairs, self._finder = corpus, None, None
        self._remembered.clear()
        if corpus is not None:
            self._right_to_left = {
                PairColumn.SOURCE: is_right_to_left_language(corpus.source_language),
                PairColumn.TARGET: is_right_to_left_language(corpus.target_language),
            }
        self.endResetModel()

    def show_pairs(self, pairs: NDArray[np.int64] | None) -> None:
        """Show only these pairs, in this order; None shows all in that of the corpus."""
        self.beginResetModel()
        self._pairs = pairs
        self.endResetModel()

    def mark(self, finder: Finder | None, side: SearchedSide = SearchedSide.EITHER) -> None:
        """Mark what a finder finds in the sentences of a side; None marks nothing."""
        self._finder, self._searched = finder, side
        if self.rowCount():
            corners = (
                self.index(0, PairColumn.SOURCE),
                self.index(self.rowCount() - 1, PairColumn.TARGET),
            )
            self.dataChanged.emit(*corners, [HITS_ROLE])

    def hits_in(self, row: int, column: int) -> Sequence[Span]:
        """The places of what was searched for in a sentence; none where it was not."""
        sides = {PairColumn.SOURCE: SearchedSide.SOURCE, PairColumn.TARGET: SearchedSide.TARGET}
        side = sides.get(PairColumn(column))
        if (
            self._finder is None
            or side is None
            or self._searched not in (side, SearchedSide.EITHER)
        ):
            return ()
        return self._finder(self._text(row, column))

    def pair_number(self, row: int) -> int:
        """The index in the corpus of the pair in a row."""
        return row if self._pairs is None else int(self._pairs[row])

    def row_of(self, pair: int) -> int | None:
        """The row of a pair of the corpus, None where it is not shown."""
        if self._pairs is None:
            return pair if pair < self.rowCount() else None
        rows = np.flatnonzero(self._pairs == pair)  # a millisecond for a million
        return int(rows[0]) if len(rows) else None

    def is_right_to_left(self, column: int) -> bool:
        """Whether the language of a column runs from right to left."""
        return self._right_to_left.get(PairColumn(column), False)

    def _pair(self, number: int) -> SentencePair | None:
        """A pair without its links; Qt asks for each cell several times."""
        if self._corpus is None:
            return None
        pair = self._remembered.get(number)
        if pair is None:
            if len(self._remembered) >= _REMEMBERED_PAIRS:
                self._remembered.clear()
            pair = SentencePair(self._corpus.source(number), self._corpus.target(number))
            self._remembered[number] = pair
        return pair

    def _text(self, row: int, column: int) -> str:
        """What a cell says, in full."""
        number = self.pair_number(row)
        match column:
            case PairColumn.NUMBER:
                return count(number + 1)
            case PairColumn.SPLIT:
                return self._split_words(number)
        pair = self._pair(number)
        if pair is None:
            return ""
        if column == PairColumn.LENGTHS:
            return self._lengths_of(pair)
        return pair.source if column == PairColumn.SOURCE else pair.target

    def _lengths_of(self, pair: SentencePair) -> str:
        """Both lengths and their ratio: ``4 : 6 = 1.50``."""
        if self._corpus is None:
            return ""
        languages = (self._corpus.source_language, self._corpus.target_language)
        source, target = (
            token_counts([sentence], has_spaces=has_spaces(language))
            for sentence, language in zip((pair.source, pair.target), languages, strict=True)
        )
        return self.tr("{source} : {target} = {ratio}").format(
            source=count(int(source[0])),
            target=count(int(target[0])),
            ratio=decimals(float(length_ratios(source, target)[0]), 2),
        )

    def _split_words(self, number: int) -> str:
        if self._corpus is None:
            return ""
        return split_name(_SPLIT_OF[int(self._corpus.split_codes()[number])])

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        across = Qt.AlignmentFlag.AlignLeft
        if column in (PairColumn.NUMBER, PairColumn.LENGTHS) or self.is_right_to_left(column):
            across = Qt.AlignmentFlag.AlignRight
        return across | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute

    def _tip(self, text: str, column: int) -> str:
        direction = "rtl" if self.is_right_to_left(column) else "ltr"
        return f"<p dir='{direction}'>{html.escape(_beginning(text, _TIP_CHARACTERS))}</p>"

    def rowCount(self, parent: _Index = _ROOT) -> int:
        if parent.isValid() or self._corpus is None:
            return 0
        return len(self._corpus if self._pairs is None else self._pairs)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(PairColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _beginning(self._text(index.row(), column), _SHOWN_CHARACTERS)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(column)
            case Qt.ItemDataRole.ToolTipRole if column in (PairColumn.SOURCE, PairColumn.TARGET):
                return self._tip(self._text(index.row(), column), column)
            case _ if role == HITS_ROLE:
                hits = self.hits_in(index.row(), column)
                return MarkedText(self._text(index.row(), column), hits) if hits else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole and section == PairColumn.LENGTHS:
            return self.tr("Length of source and target, and the target's by the source's")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        match section:
            case PairColumn.NUMBER:
                return self.tr("Pair")
            case PairColumn.SPLIT:
                return self.tr("Split")
            case PairColumn.LENGTHS:
                return self.tr("Lengths = ratio")
            case PairColumn.SOURCE if self._corpus is not None:
                return language_name(self._corpus.source_language)
            case PairColumn.TARGET if self._corpus is not None:
                return language_name(self._corpus.target_language)
        return ""


def is_right_to_left_language(code: str) -> bool:
    """Whether a language is written from right to left."""
    return QLocale(code.replace("-", "_")).textDirection() is Qt.LayoutDirection.RightToLeft


def _beginning(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
