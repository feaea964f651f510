"""The heat map's twin as a table: for screen readers, for copying, for exact numbers."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import AttentionView

_Index = QModelIndex | QPersistentModelIndex


class WeightTableModel(QAbstractTableModel):
    """A row for each target token, a column for each source token."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: AttentionView | None = None

    def show_view(self, view: AttentionView | None) -> None:
        """Show another matrix, or nothing."""
        self.beginResetModel()
        self._view = view
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if self._view is None or parent.isValid() else len(self._view.target_tokens)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as Qt declares it
        return 0 if self._view is None or parent.isValid() else len(self._view.source_tokens)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self._view is None or not index.isValid():
            return None
        weight = float(self._view.weights[index.row(), index.column()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{weight:.4f}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.tr("{target} looks at {source}: {weight}").format(
                    target=self.headerData(index.row(), Qt.Orientation.Vertical),
                    source=self.headerData(index.column(), Qt.Orientation.Horizontal),
                    weight=f"{weight:.4f}",
                )
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if self._view is None or role != Qt.ItemDataRole.DisplayRole:
            return None
        is_source = orientation is Qt.Orientation.Horizontal
        tokens = self._view.source_tokens if is_source else self._view.target_tokens
        return isolate(tokens[section].text)
