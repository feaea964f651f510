"""Kinds in a table that is sorted by a click on a heading, and lead to their runs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from attnstudio.gui.comparing.comparison_model import SORT_ROLE, ComparisonModel
from attnstudio.gui.comparing.figure_words import state_in_words
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.project.comparison_queue import Entry, EntryState
from attnstudio.project.comparison_table import ComparisonTable, Figure

_WIDEST = 260
_ROOM = 14  # of a row above and below its lines, together
_NOT_THERE = (EntryState.WAITING, EntryState.GONE)


class ComparisonView(QTableView):
    """The table of a comparison.

    Signals:
        opened: the name of a run that is to be looked at.
        figure_chosen: the `Figure` of the column that the person went to.
        copy_asked: the table is wanted as text.
    """

    opened = Signal(str)
    figure_chosen = Signal(object)
    copy_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Kinds and what came of them"))
        self._model = ComparisonModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        show_as_rows(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.horizontalHeader().setStretchLastSection(True)
        # two lines of any script: those of some are higher than the font's own
        self.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().lineSpacing() + _ROOM)
        self.horizontalHeader().setToolTip(self.tr("A click sorts"))
        self.horizontalHeader().setSortIndicatorClearable(True)  # back to the order of training
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.activated.connect(self._open)
        self.selectionModel().currentChanged.connect(self._tell_column)

    def show_table(self, table: ComparisonTable | None) -> None:
        """Show another, or how it stands now, sorted as before."""
        is_another = self._figures(table) != self._figures(self._model.table)
        at = self.currentIndex()
        place = (at.row(), at.column())
        self._model.show_table(table)
        if is_another:  # the columns are others: what was sorted by is elsewhere
            self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.resizeColumnsToContents()
        for column in range(self._model.columnCount()):
            self.setColumnWidth(column, min(_WIDEST, self.columnWidth(column)))
        if place[0] >= 0 and not is_another:
            self.setCurrentIndex(self._sorted.index(*place))

    def menu(self, index: QModelIndex) -> QMenu:
        """The runs of a row, and copying."""
        menu = QMenu(self)
        for entry in self._entries(index):
            words = self.tr("Open {run} ({state})")
            action = menu.addAction(
                words.format(run=entry.run.replace("&", "&&"), state=state_in_words(entry.state)),
                partial(self.opened.emit, entry.run),
            )
            action.setEnabled(entry.state not in _NOT_THERE)
        menu.addSeparator()
        menu.addAction(self.tr("Copy the table as text"), self.copy_asked.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _figures(self, table: ComparisonTable | None) -> tuple[Figure, ...]:
        return table.figures if table is not None else ()

    def _entries(self, index: QModelIndex) -> tuple[Entry, ...]:
        if not index.isValid():
            return ()
        return self._model.row(self._sorted.mapToSource(index).row()).entries

    def _open(self, index: QModelIndex) -> None:
        """The only run of a kind; of several the person says which."""
        there = [e for e in self._entries(index) if e.state not in _NOT_THERE]
        if len(there) == 1:
            self.opened.emit(there[0].run)
        elif there:
            rect = self.visualRect(index)
            self.menu(index).popup(self.viewport().mapToGlobal(rect.bottomLeft()))

    def _tell_column(self, index: QModelIndex) -> None:
        figure = self._model.figure(index.column()) if index.isValid() else None
        if figure is not None:
            self.figure_chosen.emit(figure)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(self.indexAt(event.pos())).popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        else:
            super().keyPressEvent(event)
