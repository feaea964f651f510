"""The pairs whose links are to be corrected, as rows in the wanted order."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, IntEnum, auto

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.corpus.pair_table import is_right_to_left_language
from attnstudio.gui.look.wording import count, decimals
from attnstudio.interpretation.lettering import isolate

_SHOWN_CHARACTERS = 200
_Index = QModelIndex | QPersistentModelIndex


class QueueOrder(Enum):
    """Which pairs are shown, and which comes first."""

    LEAST_CERTAIN = auto()
    CORPUS = auto()
    CORRECTED = auto()


class PairState(Enum):
    """What a person did with the links of a pair."""

    OPEN = auto()
    CHANGED = auto()
    CHECKED = auto()  # finished without a change
    KEPT = auto()  # the corpus has them


class QueueColumn(IntEnum):
    """What stands in which column."""

    NUMBER = 0
    SENTENCE = 1
    STATE = 2
    DOUBT = 3


class SentenceQueue(QAbstractTableModel):
    """A row a pair; only what is looked at is read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._pairs: NDArray[np.int64] = np.array([], np.int64)
        self._doubts: NDArray[np.float64] = np.array([])
        self._is_right_to_left = False
        self._state_of: Callable[[int], PairState] = lambda _: PairState.OPEN

    def show_pairs(
        self,
        corpus: ParallelCorpus,
        pairs: NDArray[np.int64],
        state_of: Callable[[int], PairState],
        doubts: NDArray[np.float64],
    ) -> None:
        """Show some pairs of a corpus in their order.

        Args:
            corpus: read from the first language to the second.
            pairs: which.
            state_of: asked of a pair when its row is drawn.
            doubts: how doubtful the found links of each pair of the corpus are.
        """
        self.beginResetModel()
        self._corpus, self._pairs, self._state_of = corpus, pairs, state_of
        self._doubts = doubts
        self._is_right_to_left = is_right_to_left_language(corpus.source_language)
        self.endResetModel()

    def pair(self, row: int) -> int:
        """The pair in a row."""
        return int(self._pairs[row])

    def row_of(self, pair: int) -> int | None:
        """The row of a pair; None where it is not shown."""
        rows = np.flatnonzero(self._pairs == pair)
        return int(rows[0]) if len(rows) else None

    def next_open(self, row: int) -> int | None:
        """The next row behind one, or else the first, whose pair is not corrected yet, if any."""
        after = [*range(row + 1, len(self._pairs)), *range(row)]
        open_rows = (row for row in after if self._state_of(self.pair(row)) is PairState.OPEN)
        return next(open_rows, None)

    def tell_changed(self) -> None:
        """The corrections are others."""
        if self.rowCount():
            last = self.index(self.rowCount() - 1, QueueColumn.DOUBT)
            self.dataChanged.emit(self.index(0, QueueColumn.STATE), last)

    def state_texts(self) -> dict[PairState, str]:
        """What can stand in the last column."""
        return {
            PairState.OPEN: "",
            PairState.CHANGED: self.tr("changed"),
            PairState.CHECKED: self.tr("checked"),
            PairState.KEPT: self.tr("kept"),
        }

    def heading(self, column: QueueColumn) -> str:
        """What a column is called."""
        return {
            QueueColumn.NUMBER: self.tr("Pair"),
            QueueColumn.SENTENCE: self.tr("Sentence"),
            QueueColumn.STATE: self.tr("State"),
            QueueColumn.DOUBT: self.tr("Doubt"),
        }[column]

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        is_right = column in (QueueColumn.NUMBER, QueueColumn.DOUBT) or (
            column == QueueColumn.SENTENCE and self._is_right_to_left
        )
        across = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        return across | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(QueueColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._corpus is None or not index.isValid():
            return None
        pair = self.pair(index.row())
        column = QueueColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            match column:
                case QueueColumn.NUMBER:
                    return count(pair + 1)
                case QueueColumn.SENTENCE:
                    return isolate(self._corpus.source(pair)[:_SHOWN_CHARACTERS])
                case QueueColumn.STATE:
                    return self.state_texts()[self._state_of(pair)]
            is_open = self._state_of(pair) is PairState.OPEN  # else a person has looked
            return decimals(float(self._doubts[pair]), 2) if is_open else ""
        if role == Qt.ItemDataRole.ToolTipRole and column is QueueColumn.SENTENCE:
            return f"{self._corpus.source(pair)}\n{self._corpus.target(pair)}"
        return self._alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.heading(QueueColumn(section))
            case Qt.ItemDataRole.ToolTipRole if section == QueueColumn.DOUBT:
                return self.tr(
                    "By this the least certain sentences come first: how many links are expected "
                    "to be wrong or missing, divided by the root of the number of words"
                )
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
        return None
