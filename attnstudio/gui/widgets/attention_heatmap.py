"""Attention weights as a grid of cells: a row for each token that looks, a column for each seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from attnstudio.gui.look.theme import colours_of, draw_veil
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.gui.widgets.heatmap_geometry import (
    GAP,
    NOTHING,
    CellPlace,
    Zoom,
    fit_heatmap,
)
from attnstudio.gui.widgets.heatmap_picture import HeatmapPicture, Marks, scale_rect
from attnstudio.gui.widgets.site_words import side_names, site_name
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.view import View

_ZOOM_STEP = 1.25
_LEAST_ZOOM, _MOST_ZOOM = 0.2, 10.0
_NOTCH = 120  # of a mouse wheel
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class AttentionHeatmap(QAbstractScrollArea):
    """One attention matrix.

    It fills its room as long as every label can be read, and scrolls where not. Arrow keys move a
    cell cursor, Escape takes it away; Ctrl or Alt with the wheel, ``+`` and ``-`` zoom, ``0`` and
    a double click show all of it.

    Signals:
        hovered: the `CellPlace` under the pointer, or None.
        chosen: the `CellPlace` that was clicked or moved to, or None.
        settled: the cells have another size.
    """

    hovered = Signal(object)
    chosen = Signal(object)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Heat map of attention weights"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self._view: View | None = None
        self._colour_map = ColourMap.VIRIDIS
        self._image = QImage()
        self._geometry = NOTHING
        self._zoom = Zoom()
        self._cursor: CellPlace | None = None
        self._pointed: CellPlace | None = None
        self._marked: tuple[int | None, int | None] = (None, None)

    def show_view(self, view: View | None) -> None:
        """Show another matrix, or nothing; a choice stays where the tokens are the same."""
        same = view is not None and view.has_units_of(self._view)
        self._view = view
        self._pointed = None
        if not same:
            self._cursor = None
            self._marked = (None, None)
        self._paint_cells()
        self._settle()
        self._describe()

    def highlight(self, row: int | None, column: int | None) -> None:
        """Frame a row, a column or a cell."""
        self._marked = (row, column)
        self.viewport().update()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self._paint_cells()
        self.viewport().update()

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

    def picture(self, scale: float = 2.0) -> QImage:
        """All of it as an image, whatever is scrolled out of sight."""
        shown = self._geometry
        size = QSize(shown.left + shown.right, shown.top) + shown.size + QSize(GAP, GAP)
        image = QImage(size * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        image.fill(QColor(colours_of(self.palette()).panel))
        painter = QPainter(image)
        self._draw(painter, QPoint(shown.left, shown.top), QRect(QPoint(), size))
        painter.end()
        return image

    def _paint_cells(self) -> None:
        """One pixel a cell; drawing it larger costs nothing."""
        if self._view is None:
            self._image = QImage()
            return
        self._image = heat_image(self._view.weights, self._colour_map)

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
        columns, rows = _names_of(self._view)
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

    def _draw(self, painter: QPainter, origin: QPoint, area: QRect) -> None:
        if self._view is None:
            return
        cells = tuple(cell for cell in (self._pointed, self._cursor) if cell is not None)
        HeatmapPicture(
            view=self._view,
            geometry=self._geometry,
            image=self._image,
            colour_map=self._colour_map,
            names=_names_of(self._view),
            font=self.font(),
            colours=colours_of(self.palette()),
            marks=Marks(*self._marked, cells),
        ).draw(painter, origin, area)

    def _point_at(self, cell: CellPlace | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.viewport().update()
            self.hovered.emit(cell)

    def _choose(self, cell: CellPlace | None) -> None:
        self._cursor = cell
        if cell is not None:
            self._scroll_to(cell)
        self._describe()
        self.viewport().update()
        self.chosen.emit(cell)

    def _scroll_to(self, cell: CellPlace) -> None:
        rect, room = self._geometry.rect(cell), self._grid()
        for bar, first, last, have in (
            (self.horizontalScrollBar(), rect.left(), rect.right() + 1, room.width()),
            (self.verticalScrollBar(), rect.top(), rect.bottom() + 1, room.height()),
        ):
            bar.setValue(max(min(bar.value(), first), last - have))

    def _describe(self) -> None:
        """Say in words what the cursor is on, for those who cannot see it."""
        if self._view is None:
            self.setAccessibleDescription(self.tr("Nothing is shown yet."))
        elif self._cursor is None:
            self.setAccessibleDescription(
                self.tr("{site}: {rows} rows, {columns} columns. Arrow keys move.").format(
                    site=site_name(self._view.site),
                    rows=self._geometry.rows,
                    columns=self._geometry.columns,
                )
            )
        else:
            self.setAccessibleDescription(self._words(self._cursor))

    def _words(self, cell: CellPlace) -> str:
        view = self._view
        if view is None:
            return ""
        return self.tr("{row} looks at {column}: {weight}").format(
            row=isolate(view.rows.label(cell.row)),
            column=isolate(view.columns.label(cell.column)),
            weight=f"{view.weights[cell]:.4f}",
        )

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours_of(self.palette()).panel))
        self._draw(painter, self._origin(), self.viewport().rect())
        if not self.isEnabled():
            draw_veil(painter, self.viewport().rect(), self.palette())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours_of(self.palette()).accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._choose(self._cell_at(event.position().toPoint()))

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        zooms = {"+": self.zoom_in, "=": self.zoom_in, "-": self.zoom_out, "0": self.show_whole}
        if (zoom := zooms.get(event.text())) is not None:
            zoom()
            return
        move = _ARROWS.get(Qt.Key(event.key()))
        shown = self._geometry
        if event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._choose(None)
        elif move is None or not shown.rows:
            super().keyPressEvent(event)
        elif self._cursor is None:
            self._choose(CellPlace(0, 0))
        else:
            down, right = move
            right = -right if shown.mirrored else right
            row = min(max(self._cursor.row + down, 0), shown.rows - 1)
            column = min(max(self._cursor.column + right, 0), shown.columns - 1)
            self._choose(CellPlace(row, column))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(event.pos())
            QToolTip.showText(event.globalPos(), self._words(cell) if cell else "", self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._settle()
        super().changeEvent(event)


def _names_of(view: View) -> tuple[str, str]:
    columns, rows = side_names(view.site)
    return ", ".join(columns), ", ".join(rows)
