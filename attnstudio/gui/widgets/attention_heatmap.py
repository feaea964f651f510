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
)
from PySide6.QtWidgets import QToolTip, QWidget

from attnstudio.gui.look.theme import colours_of, draw_veil
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.gui.widgets.heatmap_area import HeatmapArea, names_of
from attnstudio.gui.widgets.heatmap_geometry import GAP, CellPlace
from attnstudio.gui.widgets.heatmap_picture import HeatmapPicture, Marks
from attnstudio.gui.widgets.site_words import cell_words, site_name
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.ordering import Choice, Order, OrderKind, order_of, ordered
from attnstudio.interpretation.view import View

_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class AttentionHeatmap(HeatmapArea):
    """One attention matrix.

    It fills its room as long as every label can be read, and scrolls where not. Arrow keys move a
    cell cursor, Escape takes it away; Ctrl or Alt with the wheel, ``+`` and ``-`` zoom, ``0`` and
    a double click show all of it.

    Signals:
        hovered: the `CellPlace` under the pointer, or None.
        chosen: the `CellPlace` that was clicked or moved to, or None.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Heat map of attention weights"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._given: View | None = None  # as it is written; all places that are told count in it
        self._kind, self._choice = OrderKind.TEXT, Choice()
        self._order = Order((), ())
        self._colour_map = ColourMap.VIRIDIS
        self._image = QImage()
        self._cursor: CellPlace | None = None
        self._pointed: CellPlace | None = None
        self._marked: tuple[int | None, int | None] = (None, None)

    def show_view(self, view: View | None) -> None:
        """Show another matrix, or nothing; a choice stays where the tokens are the same."""
        same = view is not None and view.has_units_of(self._given)
        self._given = view
        self._pointed = None
        if not same:
            self._cursor = None
            self._marked = (None, None)
            self._choice = Choice()
        self._put_in_order()
        self._settle()
        self._describe()

    @property
    def order(self) -> Order:
        """Which row and which column stands where."""
        return self._order

    @property
    def order_kind(self) -> OrderKind:
        """By what rows and columns are ordered."""
        return self._kind

    def order_by(self, kind: OrderKind) -> None:
        """Put rows and columns in another order, which stays for what is shown later."""
        self._kind = kind
        self._put_in_order()
        self._follow()

    def order_for(self, row: int | None, column: int | None) -> None:
        """Say what is chosen, by which the map may be ordered."""
        self._choice = Choice(row, column)
        if self._kind is OrderKind.CHOICE:
            self._put_in_order()
            self._follow()

    def cell_rect(self, cell: CellPlace) -> QRect:
        """Where a cell is seen in the viewport."""
        return super().cell_rect(self._seen_at(cell))

    def _put_in_order(self) -> None:
        self._view = None
        if self._given is not None:
            self._order = order_of(self._given, self._kind, self._choice)
            self._view = ordered(self._given, self._order)
        self._paint_cells()

    def _follow(self) -> None:
        """Cells are elsewhere: keep the chosen one in sight."""
        self._pointed = None
        if self._cursor is not None:
            self._scroll_to(self._cursor)
        self.viewport().update()

    def _seen_at(self, cell: CellPlace) -> CellPlace:
        """Where a cell of what was given stands."""
        rows, columns = self._order.rows, self._order.columns
        return CellPlace(rows.index(cell.row), columns.index(cell.column))

    def _given_at(self, seen: CellPlace) -> CellPlace:
        """Which cell of what was given stands at a place."""
        return CellPlace(self._order.rows[seen.row], self._order.columns[seen.column])

    def _cell_at(self, place: QPoint) -> CellPlace | None:
        seen = super()._cell_at(place)
        return None if seen is None else self._given_at(seen)

    def _scroll_to(self, cell: CellPlace) -> None:
        super()._scroll_to(self._seen_at(cell))

    @property
    def chosen_cell(self) -> CellPlace | None:
        """The cell that was chosen."""
        return self._cursor

    @property
    def pointed_cell(self) -> CellPlace | None:
        """The cell under the pointer."""
        return self._pointed

    @property
    def marked(self) -> tuple[int | None, int | None]:
        """The row and the column that are framed."""
        return self._marked

    def highlight(self, row: int | None, column: int | None) -> None:
        """Frame a row, a column or a cell."""
        self._marked = (row, column)
        self.viewport().update()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self._paint_cells()
        self.viewport().update()

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
        self._image = heat_image(self._view.tints, self._colour_map, self._view.zeros)

    def _draw(self, painter: QPainter, origin: QPoint, area: QRect) -> None:
        if self._view is None:
            return
        places = (self._pointed, self._cursor)
        cells = tuple(self._seen_at(cell) for cell in places if cell is not None)
        row, column = self._marked
        marked = (
            None if row is None else self._order.rows.index(row),
            None if column is None else self._order.columns.index(column),
        )
        HeatmapPicture(
            view=self._view,
            geometry=self._geometry,
            image=self._image,
            colour_map=self._colour_map,
            names=names_of(self._view),
            font=self.font(),
            colours=colours_of(self.palette()),
            marks=Marks(*marked, cells),
        ).draw(painter, origin, area)

    def _point_at(self, cell: CellPlace | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.viewport().update()
            self.hovered.emit(cell)

    def choose(self, cell: CellPlace | None) -> None:
        """Move the cursor to a cell, or take it away, and tell everybody."""
        self._cursor = cell
        if cell is not None:
            self._scroll_to(cell)
        self._describe()
        self.viewport().update()
        self.chosen.emit(cell)

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
        view = self._given
        if view is None:
            return ""
        return cell_words(view, cell.row, cell.column)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours_of(self.palette()).panel))
        self._draw(painter, self._origin(), self.viewport().rect())
        if not self.isEnabled():
            draw_veil(painter, self.viewport().rect(), self.palette())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours_of(self.palette()).accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.choose(self._cell_at(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        zooms = {"+": self.zoom_in, "=": self.zoom_in, "-": self.zoom_out, "0": self.show_whole}
        if (zoom := zooms.get(event.text())) is not None:
            zoom()
            return
        move = _ARROWS.get(Qt.Key(event.key()))
        shown = self._geometry
        if event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self.choose(None)
        elif move is None or not shown.rows:
            super().keyPressEvent(event)
        elif self._cursor is None:
            self.choose(self._given_at(CellPlace(0, 0)))
        else:
            down, right = move
            right = -right if shown.mirrored else right
            seen = self._seen_at(self._cursor)
            row = min(max(seen.row + down, 0), shown.rows - 1)
            column = min(max(seen.column + right, 0), shown.columns - 1)
            self.choose(self._given_at(CellPlace(row, column)))

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
