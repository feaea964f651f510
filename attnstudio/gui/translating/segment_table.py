"""The segments of a document in rows: source beside translation, and what became of each."""

from __future__ import annotations

import html
from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from attnstudio.gui.look.wording import count, language_name
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import state_tip, state_words, widest_states
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.lettering import is_right_to_left

_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_ROW_PADDING, _COLUMN_PADDING, _CELL_PADDING = 10, 28, 5
_SHOWN_CHARACTERS = 400  # more does not fit into a row, and laying it out takes its time
_TIP_CHARACTERS = 2_000
_At = Qt.AlignmentFlag


class SegmentColumn(IntEnum):
    """What stands in which column."""

    NUMBER = 0
    SOURCE = 1
    TRANSLATION = 2
    STATE = 3


_TEXTS = (SegmentColumn.SOURCE, SegmentColumn.TRANSLATION)


class SegmentTableModel(QAbstractTableModel):
    """All segments of a document; only what is looked at is asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: DocumentState | None = None

    @property
    def state(self) -> DocumentState | None:
        """What is shown."""
        return self._state

    def show_state(self, state: DocumentState) -> None:
        """Show another document."""
        self.beginResetModel()
        self._state = state
        self.endResetModel()

    def refresh(self) -> None:
        """Some segments are translated that were not."""
        if rows := self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, len(SegmentColumn) - 1))

    def text(self, row: int, column: int) -> str:
        """What a cell says, in full."""
        state = self._state
        if state is None:
            return ""
        match column:
            case SegmentColumn.SOURCE:
                return state.segments[row].source
            case SegmentColumn.TRANSLATION:
                return state.translation(row)
            case SegmentColumn.STATE:
                return state_words(state.state(row))
        return count(row + 1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self._state is None else len(self._state.segments)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(SegmentColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _beginning(self.text(row, column), _SHOWN_CHARACTERS)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column, self.text(row, column))
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(row, column)
        return None

    def _tip(self, row: int, column: int) -> str | None:
        state = self._state
        if state is None:
            return None
        if column in _TEXTS:
            text = self.text(row, column)
            direction = "rtl" if is_right_to_left([text]) else "ltr"
            return f"<p dir='{direction}'>{html.escape(_beginning(text, _TIP_CHARACTERS))}</p>"
        return (
            state.segments[row].place
            if column == SegmentColumn.NUMBER
            else (state_tip(state.state(row)) or None)
        )

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section, "")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        source, target = self._state.languages if self._state is not None else ("", "")
        return {
            SegmentColumn.NUMBER: self.tr("No."),
            SegmentColumn.SOURCE: language_name(source),
            SegmentColumn.TRANSLATION: language_name(target),
            SegmentColumn.STATE: self.tr("State"),
        }[SegmentColumn(section)]


class SegmentDelegate(QStyledItemDelegate):
    """Lays out each cell in the direction of its text, so that full stops end up right."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        if index.column() in _TEXTS and is_right_to_left([option.text]):
            option.direction = Qt.LayoutDirection.RightToLeft
        option.rect = option.rect.adjusted(_CELL_PADDING, 0, -_CELL_PADDING, 0)


class SegmentTable(QTableView):
    """Shows a document and which of its segments is looked at.

    Signals:
        segment_chosen: the place of the segment that is looked at; -1 for none.
        inspected: the place of a segment that was double-clicked, or at which Enter was pressed.
    """

    segment_chosen = Signal(int)
    inspected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments = SegmentTableModel(self)
        self.setModel(self.segments)
        self.setItemDelegate(SegmentDelegate(self))
        self.setAccessibleName(self.tr("Segments of the document"))
        show_as_rows(self)
        self.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setSectionsClickable(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + _ROW_PADDING)
        self.selectionModel().currentRowChanged.connect(
            lambda current, _: self.segment_chosen.emit(current.row())
        )
        self.activated.connect(lambda index: self.inspected.emit(index.row()))
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Copy),
            self,
            self.copy_rows,
            context=Qt.ShortcutContext.WidgetShortcut,
        )

    def show_state(self, state: DocumentState) -> None:
        """Show another document, from its first segment on."""
        self.segments.show_state(state)
        self._fit_columns()
        self.segment_chosen.emit(-1)
        if self.segments.rowCount():
            self.setCurrentIndex(self.segments.index(0, SegmentColumn.SOURCE))

    @property
    def chosen_rows(self) -> Sequence[int]:
        """Those that are selected, from above."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard: source and translation, a line each."""
        lines = [
            "\t".join(self.segments.text(row, column) for column in _TEXTS)
            for row in self.chosen_rows
        ]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _fit_columns(self) -> None:
        """Number and state as wide as their longest text, the sentences share the rest."""
        metrics, header = self.fontMetrics(), self.horizontalHeader()
        for column, texts in (
            (SegmentColumn.NUMBER, [count(self.segments.rowCount()), self.tr("No.")]),
            (SegmentColumn.STATE, [*widest_states(), self.tr("State")]),
        ):
            width = max(metrics.horizontalAdvance(text) for text in texts) + _COLUMN_PADDING
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)
        for column in _TEXTS:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)


def _alignment(column: int, text: str) -> Qt.AlignmentFlag:
    is_right = column == SegmentColumn.NUMBER or (column in _TEXTS and is_right_to_left([text]))
    return (_At.AlignRight if is_right else _At.AlignLeft) | _At.AlignVCenter | _At.AlignAbsolute


def _beginning(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
