"""The table of a comparison: a row a kind, a column a figure; numbers sort as numbers."""

from __future__ import annotations

import html

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from attnstudio.gui.comparing.figure_words import (
    average_words,
    figure_heading,
    short_difference,
    state_in_words,
)
from attnstudio.project.comparison_queue import EntryState
from attnstudio.project.comparison_table import ComparisonTable, Figure, KindRow, Rule
from attnstudio.project.comparison_words import difference_words

SORT_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_NONE = float("-inf")


class ComparisonModel(QAbstractTableModel):
    """What the core's table says; nothing is computed here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: ComparisonTable | None = None

    def show_table(self, table: ComparisonTable | None) -> None:
        """Show another, or how it stands now."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def row(self, number: int) -> KindRow:
        """A kind, in the order of the comparison."""
        assert self.table is not None
        return self.table.rows[number]

    def figure(self, column: int) -> Figure | None:
        """What a column shows; None for the kinds and what became of them."""
        figures = self.table.figures if self.table is not None else ()
        return figures[column - 1] if 1 <= column <= len(figures) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() or self.table is None else len(self.table.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if parent.isValid() or self.table is None else len(self.table.figures) + 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.table is None:
            return None
        row, figure = self.row(index.row()), self.figure(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._words(index.row(), figure, is_kind=index.column() == 0)
            case Qt.ItemDataRole.UserRole:
                if figure is not None:
                    return row.averages[figure].mean if figure in row.averages else _NONE
                return row.kind.label.casefold() if index.column() == 0 else _states(row)
            case Qt.ItemDataRole.ToolTipRole:
                words = self._tip(index.row(), figure, is_kind=index.column() == 0)
                return f"<span>{html.escape(words)}</span>" if words else ""  # never marked up
            case Qt.ItemDataRole.TextAlignmentRole if figure is not None:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.FontRole if figure is not None:
                return _font(row, figure)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        figure = self.figure(section)
        if figure is not None:
            return figure_heading(figure)
        return self.tr("kind") if section == 0 else self.tr("runs")

    def _words(self, number: int, figure: Figure | None, *, is_kind: bool) -> str:
        row = self.row(number)
        if is_kind:
            reference = self.tr("the others are held against it")
            return f"{row.kind.label}\n{reference}" if number == 0 else row.kind.label
        if figure is None:
            return _states(row)
        if figure not in row.averages:
            return "–"
        lines = [average_words(figure, row.averages[figure])]
        if figure in row.differences:
            lines.append(short_difference(figure, row.differences[figure]))
        return "\n".join(lines)

    def _tip(self, number: int, figure: Figure | None, *, is_kind: bool) -> str:
        """A long name, the whole sentence of a difference, and why runs failed."""
        row = self.row(number)
        if is_kind:
            return row.kind.label
        if figure is None:
            return "\n".join(entry.problem for entry in row.entries if entry.problem)
        found = row.differences.get(figure)
        return (difference_words(figure, found) if found is not None else None) or ""


def _font(row: KindRow, figure: Figure) -> QFont | None:
    """What is beyond the spread of seeds is bold; one seed shows nothing of the kinds."""
    found = row.differences.get(figure)
    if found is None or not found.is_beyond or found.rule is not Rule.SEEDS:
        return None
    font = QFont()
    font.setBold(True)
    return font


def _states(row: KindRow) -> str:
    """``finished``, or ``2 finished, 1 failed``."""
    states = [entry.state for entry in row.entries]
    there = [state for state in EntryState if state in states]
    if len(states) == 1:
        return state_in_words(there[0])
    return ", ".join(f"{states.count(state)} {state_in_words(state)}" for state in there)
