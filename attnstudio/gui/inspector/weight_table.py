"""The heat map's twin as a table: for screen readers, for copying, for exact numbers."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.gui.widgets.site_words import cell_words
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import View
from attnstudio.interpretation.zeros import weight_text

_Index = QModelIndex | QPersistentModelIndex


class WeightTableModel(QAbstractTableModel):
    """A row for each unit that looks, a column for each that is looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: View | None = None

    def show_view(self, view: View | None) -> None:
        """Show another matrix, or nothing."""
        self.beginResetModel()
        self._view = view
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if self._view is None or parent.isValid() else len(self._view.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if self._view is None or parent.isValid() else len(self._view.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._view is None or not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                outside = self._view.outside
                if outside is not None and outside[index.row(), index.column()]:
                    return "–"
                return weight_text(self._view, index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.AccessibleTextRole:
                return cell_words(self._view, index.row(), index.column())
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if self._view is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        is_column = orientation is Qt.Orientation.Horizontal
        units = self._view.columns if is_column else self._view.rows
        return isolate(units.label(section))
