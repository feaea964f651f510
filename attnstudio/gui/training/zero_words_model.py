"""Which words of the sources get exactly nothing, as a table for one run or two."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.evaluation.zero_words import ZeroWord
from attnstudio.gui.look.wording import count, percent
from attnstudio.gui.training.plain_tip import plain_tip
from attnstudio.interpretation.lettering import elide

SORT_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_RUN_EM = 5.5  # of a run's name in a heading; its tip has all of it
_FIXED = 2  # columns that there are whatever the runs


@dataclass(frozen=True, slots=True)
class WordsOfRun:
    """The words that were counted for one run.

    Attributes:
        run: its name.
        words: of its sources.
    """

    run: str
    words: Sequence[ZeroWord]


class ZeroWordsModel(QAbstractTableModel):
    """A row a word; a word that a run has not is a dash."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[WordsOfRun] = ()
        self._rows: list[tuple[ZeroWord | None, ...]] = []

    def show_runs(self, runs: Sequence[WordsOfRun], least: int) -> None:
        """Show the words that stand in the sources of a run so many times.

        Args:
            runs: one or two.
            least: how often at least.
        """
        by_word: list[Mapping[str, ZeroWord]] = [
            {word.word.lower(): word for word in run.words} for run in runs
        ]
        keys = dict.fromkeys(key for words in by_word for key in words)
        rows = [tuple(words.get(key) for words in by_word) for key in keys]
        self.beginResetModel()
        self._runs = runs
        self._rows = [row for row in rows if max(w.occurrences for w in row if w) >= least]
        self.endResetModel()

    def word_of(self, row: int) -> ZeroWord:
        """The word of a row, as the first run that has it tells."""
        return next(word for word in self._rows[row] if word is not None)

    def table(self, rows: Sequence[int], delimiter: str = "\t") -> str:
        """These rows as text, with their headings and all digits."""
        columns = range(self.columnCount())
        headings = [", ".join(filter(None, self._heading(column))) for column in columns]
        lines = [
            headings,
            *([_plain(self._value(row, column)) for column in columns] for row in rows),
        ]
        return "".join(f"{delimiter.join(line)}\n" for line in lines)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else _FIXED + 3 * len(self._runs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        value = self._value(index.row(), index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _shown(value)
            case Qt.ItemDataRole.UserRole:
                return value.casefold() if isinstance(value, str) else value
            case Qt.ItemDataRole.ToolTipRole if isinstance(value, str):
                return plain_tip(self.tr("A double click looks at a sentence with it"))
            case Qt.ItemDataRole.TextAlignmentRole if not isinstance(value, str):
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            name, run = self._heading(section)
            return f"{name}\n{elide(run, _RUN_EM)}" if run else name
        if role == Qt.ItemDataRole.ToolTipRole:
            run = self._heading(section)[1]
            return plain_tip("\n".join(filter(None, (run, self._about(section)))))
        return None

    def _value(self, row: int, column: int) -> str | int | float:
        """What a cell says; less than nothing for what is not known."""
        if column == 0:
            return self.word_of(row).word
        if column == 1:
            return self.word_of(row).occurrences
        figure, run = divmod(column - _FIXED, len(self._runs))
        word = self._rows[row][run]
        return -math.inf if word is None else (word.of_heads, word.by_all, word.never)[figure]

    def _heading(self, column: int) -> tuple[str, str]:
        """What a column is called, and of which run it is, where there are several."""
        if column < _FIXED:
            return (self.tr("word"), self.tr("there"))[column], ""
        figure, run = divmod(column - _FIXED, len(self._runs))
        name = (self.tr("left out"), self.tr("by all"), self.tr("never"))[figure]
        return name, "" if len(self._runs) == 1 else self._runs[run].run

    def _about(self, column: int) -> str:
        """What a column says."""
        if column < _FIXED:
            return (
                self.tr("Words of the source, capitals and small letters alike"),
                self.tr("How often it stands in the sentences that were read"),
            )[column]
        about = (
            self.tr(
                "The share of looks that give it exactly nothing. A look is one head at one place "
                "of the translation."
            ),
            self.tr("The share of places of the translation at which no head looks at it"),
            self.tr("The share of times that it stands there and no head ever looks at it"),
        )
        return about[(column - _FIXED) // len(self._runs)]


def _shown(value: str | float) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return count(value)
    return "–" if math.isinf(value) else percent(value)


def _plain(value: str | float) -> str:
    """For a table elsewhere: nothing that ends a cell, and no number of the locale's."""
    if isinstance(value, str):
        return " ".join(value.split())
    return "" if isinstance(value, float) and math.isinf(value) else str(value)
