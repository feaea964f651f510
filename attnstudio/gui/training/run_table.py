"""The runs as a table that is sorted and filtered, with the columns that the person wants."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView, QWidget

from attnstudio.gui.training.run_table_model import NAME, SORT_ROLE, RunRow, RunTableModel

_WIDEST = 220


@dataclass(frozen=True, slots=True)
class RunTablePreferences:
    """What the person chose about the table.

    Attributes:
        sorted_by: the key of a column; one that is not there now sorts again when it comes.
        descending: from the largest to the smallest.
        hidden: the keys of columns that are not shown.
    """

    sorted_by: str = NAME
    descending: bool = False
    hidden: frozenset[str] = frozenset()


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
    """Runs by settings and measures; a click on a heading sorts, its menu chooses columns.

    Signals:
        chosen: the name of the run that is to be looked at.
        preferences_changed: the person sorts by another column, or wants others.
    """

    chosen = Signal(str)
    preferences_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Runs by settings and measures"))
        self._model = RunTableModel(self)
        self._sorted = _SortedRuns(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self._preferences = RunTablePreferences()
        self._is_arranging = False  # else it is the person who sorts
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.activated.connect(self._choose)
        header = self.horizontalHeader()
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)
        header.setToolTip(self.tr("A click sorts; the right button chooses columns"))
        self.show_rows([])
        self.setSortingEnabled(True)
        self._arrange()
        header.sortIndicatorChanged.connect(self._take_sorting)

    @property
    def preferences(self) -> RunTablePreferences:
        """What the person chose."""
        return self._preferences

    def apply_preferences(self, preferences: RunTablePreferences) -> None:
        """Choose for the person, as they chose before."""
        self._preferences = preferences
        self._arrange()

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs, sorted and filtered as before, also by a column that moves."""
        self._is_arranging = True
        self._model.show_rows(rows)
        self._is_arranging = False
        self.resizeColumnsToContents()
        header = self.horizontalHeader()
        for column in range(header.count()):
            header.resizeSection(column, min(_WIDEST, header.sectionSize(column)))
        self._arrange()

    def leave_out(self, names: Container[str]) -> None:
        """Show all runs but these."""
        self._sorted.leave_out(names)

    def menu(self) -> QMenu:
        """Which columns are shown; that of the names always is."""
        menu = QMenu(self)
        for column, key in enumerate(self._model.keys):
            if key == NAME:
                continue
            heading = self._model.headerData(column, Qt.Orientation.Horizontal)
            entry = menu.addAction(str(heading), partial(self._show_or_hide, key))
            entry.setCheckable(True)
            entry.setChecked(key not in self._preferences.hidden)
        return menu

    def _arrange(self) -> None:
        """Sort and hide by the keys of columns: their places change with the settings."""
        keys, wanted = self._model.keys, self._preferences
        for column, key in enumerate(keys):
            self.setColumnHidden(column, key in wanted.hidden)
        order = Qt.SortOrder.DescendingOrder if wanted.descending else Qt.SortOrder.AscendingOrder
        self._is_arranging = True
        self.sortByColumn(keys.index(wanted.sorted_by) if wanted.sorted_by in keys else 0, order)
        self._is_arranging = False

    def _take_sorting(self, column: int, order: Qt.SortOrder) -> None:
        if self._is_arranging or not 0 <= column < len(self._model.keys):
            return
        self._preferences = RunTablePreferences(
            self._model.keys[column],
            order is Qt.SortOrder.DescendingOrder,
            self._preferences.hidden,
        )
        self.preferences_changed.emit()

    def _show_or_hide(self, key: str) -> None:
        self._preferences = RunTablePreferences(
            self._preferences.sorted_by,
            self._preferences.descending,
            self._preferences.hidden ^ {key},
        )
        self._arrange()
        self.preferences_changed.emit()

    def _open_menu(self, place: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(self._sorted.index(index.row(), 0).data())
