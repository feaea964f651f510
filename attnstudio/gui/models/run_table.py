"""Runs side by side: the settings in which they differ, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.gui.wording import count, decimals, duration
from attnstudio.training.history import History

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
    """

    name: str
    state: str
    settings: Mapping[str, str]
    history: History


class RunTableModel(QAbstractTableModel):
    """A row a run; numbers sort as numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings: list[str] = []
        self._cells: list[list[_Cell]] = []

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs."""
        settings = list(dict.fromkeys(key for row in rows for key in row.settings))
        measures = (
            self.tr("best loss"), "BLEU", "chrF", "AER", self.tr("best at step"),
            self.tr("steps"), self.tr("time"),
        )  # fmt: skip
        self.beginResetModel()
        self._headings = [self.tr("run"), self.tr("state"), *measures, *settings]
        self._cells = [
            [
                (row.name, row.name.casefold()),
                (row.state, row.state),
                *_figures(row.history),
                *(_setting(row.settings.get(key, "–")) for key in settings),
            ]
            for row in rows
        ]
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._cells)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        text, value = self._cells[index.row()][index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return text
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


def _setting(text: str) -> _Cell:
    try:
        return text, float(text)
    except ValueError:
        return text, text


def _figures(history: History) -> list[_Cell]:
    best = history.best
    last = history.steps[-1] if history.steps else None
    values = [None] * 4 if best is None else [best.loss, best.bleu, best.chrf, best.aer]
    cells = [
        _number(value, decimals(value, places))
        for value, places in zip(values, (3, 1, 1, 3), strict=True)
    ]
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
