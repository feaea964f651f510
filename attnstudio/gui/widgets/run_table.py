"""The runs as a table that is sorted and filtered."""

from __future__ import annotations

from collections.abc import Container, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from attnstudio.gui.models.run_table import SORT_ROLE, RunRow, RunTableModel

_WIDEST = 220


class _SortedRuns(QSortFilterProxyModel):
    """All runs but those whose names are left out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._left_out: Container[str] = ()

    def leave_out(self, names: Container[str]) -> None:
        """Show all runs but these."""
        self.beginFilterChange()
        self._left_out = names
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return self.sourceModel().index(row, 0, parent).data() not in self._left_out


class RunTable(QTableView):
    """Runs by settings and measures; a click on a heading sorts.

    Signals:
        chosen: the name of the run that is to be looked at.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Runs by settings and measures"))
        self._model = RunTableModel(self)
        self._sorted = _SortedRuns(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.activated.connect(self._choose)

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs, sorted and filtered as before."""
        self._model.show_rows(rows)
        self.resizeColumnsToContents()
        header = self.horizontalHeader()
        for column in range(header.count()):
            header.resizeSection(column, min(_WIDEST, header.sectionSize(column)))

    def leave_out(self, names: Container[str]) -> None:
        """Show all runs but these."""
        self._sorted.leave_out(names)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self._sorted.index(index.row(), 0).data())
