"""Runs side by side: the settings in which they differ, and what came of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.gui.look.wording import count, decimals, duration
from attnstudio.gui.training.plain_tip import plain_tip
from attnstudio.gui.training.setting_words import as_number, setting_label, setting_value
from attnstudio.training.history import History
from attnstudio.training.scores import COMPARED, LOSS, Score, with_unknown

NAME, TAGS = "run", "tags"  # keys of columns
SORT_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_Cell = tuple[str, float | str]
"""What is read, and what is sorted by."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the table.

    Attributes:
        name: the run's.
        state: in words.
        settings: those that differ from other runs', by their names.
        history: what came of it.
        tags: what the person calls it.
        note: what the person wrote about it.
    """

    name: str
    state: str
    settings: Mapping[str, str]
    history: History
    tags: tuple[str, ...] = ()
    note: str = ""


class RunTableModel(QAbstractTableModel):
    """A row a run; numbers sort as numbers.

    Attributes:
        keys: what the columns are, whatever they are called: those of settings as ``--set`` has
            them.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keys: list[str] = []
        self._headings: list[str] = []
        self._cells: list[list[_Cell]] = []
        self._notes: list[str] = []

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs."""
        settings = list(dict.fromkeys(key for row in rows for key in row.settings))
        bests = [best.scores for row in rows if (best := row.history.best) is not None]
        scores = with_unknown(COMPARED, (name for best in bests for name in best))
        columns = {
            NAME: self.tr("run"),
            "state": self.tr("state"),
            TAGS: self.tr("tags"),
            **{score.name: self._heading(score) for score in scores},
            "best_step": self.tr("best at step"),
            "steps": self.tr("steps"),
            "time": self.tr("time"),
        } | {key: setting_label(key) for key in settings}
        self.beginResetModel()
        self.keys, self._headings = list(columns), list(columns.values())
        self._notes = [row.note for row in rows]
        texts = [[row.settings.get(key, "–") for row in rows] for key in settings]
        columns_of_settings = [
            _settings(key, column) for key, column in zip(settings, texts, strict=True)
        ]
        self._cells = [
            [
                (row.name, row.name.casefold()),
                (row.state, row.state),
                _tags(row),
                *_figures(row.history, scores),
                *(column[place] for column in columns_of_settings),
            ]
            for place, row in enumerate(rows)
        ]
        self.endResetModel()

    def _heading(self, score: Score) -> str:
        return self.tr("best loss") if score is LOSS else score.label

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        text, value = self._cells[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.ToolTipRole:
                words = [text] if text else []
                if self.keys[index.column()] in (NAME, TAGS) and self._notes[index.row()]:
                    words.append(self._notes[index.row()])
                return plain_tip("\n".join(words))
            case Qt.ItemDataRole.UserRole:
                return value
            case Qt.ItemDataRole.TextAlignmentRole if isinstance(value, float):
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        is_heading = orientation is Qt.Orientation.Horizontal
        if is_heading and role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        return None


def _tags(row: RunRow) -> _Cell:
    words = ", ".join(row.tags)
    return f"{words} ✎".lstrip() if row.note else words, words.casefold()


def _settings(key: str, values: Sequence[str]) -> list[_Cell]:
    """Cells of a column; beside numbers, what is none stands where it means something."""
    numbers = [as_number(value) for value in values]
    if any(number is not None for number in numbers):
        numbers = [
            (math.inf if value == "None" else -math.inf) if number is None else number
            for number, value in zip(numbers, values, strict=True)
        ]
    return [
        (setting_value(key, value), value if number is None else number)
        for number, value in zip(numbers, values, strict=True)
    ]


def _figures(history: History, scores: Sequence[Score]) -> list[_Cell]:
    best = history.best
    last = history.steps[-1] if history.steps else None
    measured = best.scores if best is not None else {}
    values = [(measured.get(score.name), score.decimals) for score in scores]
    cells = [_number(value, decimals(value, places)) for value, places in values]
    step = best.step if best is not None else None
    elapsed_s = last.elapsed_s if last is not None else None
    return [
        *cells,
        _number(step, count(step) if step is not None else "–"),
        _number(history.step, count(history.step)),
        _number(elapsed_s, duration(elapsed_s) if elapsed_s is not None else "–"),
    ]


def _number(value: float | None, text: str) -> _Cell:
    return text, float("-inf") if value is None else float(value)
