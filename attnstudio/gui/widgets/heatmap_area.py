"""The room of a heat map: how large its cells are, which are seen, and which is where."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from attnstudio.gui.widgets.heatmap_geometry import GAP, NOTHING, CellPlace, Zoom, fit_heatmap
from attnstudio.gui.widgets.heatmap_picture import scale_rect
from attnstudio.gui.widgets.site_words import side_names
from attnstudio.interpretation.view import View

_ZOOM_STEP = 1.25
_LEAST_ZOOM, _MOST_ZOOM = 0.2, 10.0
_NOTCH = 120  # of a mouse wheel


class HeatmapArea(QAbstractScrollArea):
    """Cells that fill the room as long as every label can be read, and are scrolled where not.

    Ctrl or Alt with the wheel zooms, a double click shows all of it.

    Signals:
        settled: the cells have another size.
    """

    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._view: View | None = None
        self._geometry = NOTHING
        self._zoom = Zoom()

    @property
    def label_stride(self) -> int:
        """1 where every token has room for its label; 3 where only every third has."""
        return max(self._geometry.row_stride, self._geometry.column_stride)

    @property
    def scale_rect(self) -> QRect:
        """Where the bar of colours is seen in the viewport."""
        return scale_rect(self._geometry, self._origin(), self._grid())

    def zoom_in(self) -> None:
        """Draw the cells larger."""
        self._zoom_by(_ZOOM_STEP, self._grid().center())

    def zoom_out(self) -> None:
        """Draw the cells smaller."""
        self._zoom_by(1 / _ZOOM_STEP, self._grid().center())

    def show_whole(self) -> None:
        """Draw the cells as large as all of them can be seen at once."""
        self._zoom = Zoom(whole=True)
        self._settle()

    def cell_rect(self, cell: CellPlace) -> QRect:
        """Where a cell is seen in the viewport."""
        return self._geometry.rect(cell).translated(self._origin())

    def _settle(self) -> None:
        """Choose the size of the cells for the room there is."""
        before = self._geometry
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        room = self.maximumViewportSize()
        self._fit(room)
        # what does not fit brings a bar, which takes room from the other direction
        if self._taken().height() > room.height():
            room.setWidth(room.width() - down.sizeHint().width())
            self._fit(room)
        if self._taken().width() > room.width():
            room.setHeight(room.height() - across.sizeHint().height())
            self._fit(room)
        shown = self._geometry
        grid = room - QSize(shown.left + shown.right, shown.top + GAP)
        for bar, have, want, step in (
            (across, grid.width(), shown.size.width(), shown.cell.width()),
            (down, grid.height(), shown.size.height(), shown.cell.height()),
        ):
            bar.setPageStep(max(1, have))
            bar.setSingleStep(max(step, 11))
            bar.setRange(0, max(0, want - have))
        self.viewport().update()
        if shown != before:
            self.settled.emit()

    def _fit(self, room: QSize) -> None:
        if self._view is None:
            self._geometry = NOTHING
            return
        columns, rows = names_of(self._view)
        names = (f"{columns} →", f"{rows} ↓")
        self._geometry = fit_heatmap(self._view, room, self.font(), names, self._zoom)

    def _taken(self) -> QSize:
        shown = self._geometry
        return shown.size + QSize(shown.left + shown.right, shown.top + GAP)

    def _grid(self) -> QRect:
        """Where cells are seen in the viewport."""
        shown = self._geometry
        return self.viewport().rect().adjusted(shown.left, shown.top, -shown.right, 0)

    def _zoom_by(self, factor: float, fixed: QPoint) -> None:
        """Draw the cells larger or smaller; the one at a place of the viewport stays there."""
        before = self._geometry
        if self._view is None:
            return
        place = fixed - self._origin()
        if self._zoom.whole:
            self._zoom = Zoom()
            self._fit(self.maximumViewportSize())
            readable = self._geometry.cell.height()
            self._zoom = Zoom(factor=before.cell.height() / readable)
        wanted = min(max(self._zoom.factor * factor, _LEAST_ZOOM), _MOST_ZOOM)
        self._zoom = Zoom(factor=wanted)
        self._settle()
        for bar, old, size, new in (
            (
                self.horizontalScrollBar(),
                place.x(),
                before.cell.width(),
                self._geometry.cell.width(),
            ),
            (
                self.verticalScrollBar(),
                place.y(),
                before.cell.height(),
                self._geometry.cell.height(),
            ),
        ):
            bar.setValue(bar.value() + round(old * new / size) - old)

    def _origin(self) -> QPoint:
        """Where the first cell is in the viewport."""
        return QPoint(
            self._geometry.left - self.horizontalScrollBar().value(),
            self._geometry.top - self.verticalScrollBar().value(),
        )

    def _cell_at(self, place: QPoint) -> CellPlace | None:
        shown = self._geometry
        if self._view is None or place.x() < shown.left or place.y() < shown.top:
            return None
        offset = place - self._origin()
        column, row = offset.x() // shown.cell.width(), offset.y() // shown.cell.height()
        if place.x() > self._grid().right():
            return None
        if not (0 <= column < shown.columns and 0 <= row < shown.rows):
            return None
        return CellPlace(row, shown.column_place(column))

    def _scroll_to(self, cell: CellPlace) -> None:
        rect, room = self._geometry.rect(cell), self._grid()
        for bar, first, last, have in (
            (self.horizontalScrollBar(), rect.left(), rect.right() + 1, room.width()),
            (self.verticalScrollBar(), rect.top(), rect.bottom() + 1, room.height()),
        ):
            bar.setValue(max(min(bar.value(), first), last - have))

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.show_whole()

    def wheelEvent(self, event: QWheelEvent) -> None:
        wanted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if not event.modifiers() & wanted:
            super().wheelEvent(event)
            return
        turned = event.angleDelta()
        notches = (turned.y() or turned.x()) / _NOTCH  # Alt makes a wheel turn sideways
        self._zoom_by(_ZOOM_STEP**notches, event.position().toPoint())
        event.accept()


def names_of(view: View) -> tuple[str, str]:
    """What the columns and the rows are, each in one line."""
    columns, rows = side_names(view.site)
    return ", ".join(columns), ", ".join(rows)
