"""Attention weights as a grid of cells: a row for each token that looks, a column for each seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, radians, sin
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from attnstudio.gui.theme import Colours, colours_of
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.interpretation.colours import ColourMap, colour_at, text_colour_on
from attnstudio.interpretation.lettering import elide, is_right_to_left, isolate
from attnstudio.interpretation.view import AttentionView
from attnstudio.tokenizer import END, START, Token

_SMALLEST_CELL, _LARGEST_CELL = 8, 44
_READABLE_CELL, _MOST_READABLE_TOKENS = 20, 40  # rather scrolled than smaller
_CELL_WITH_TEXT = 30
_SMALLEST_LABEL_CELL = 10
_LONGEST_LABEL_EM = 10.0
_GAP = 8
_ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Cell(NamedTuple):
    """A place in the matrix.

    Attributes:
        target: the row.
        source: the column of the matrix, not of the picture, which may be mirrored.
    """

    target: int
    source: int


@dataclass(frozen=True, slots=True)
class _Geometry:
    """Where things are, in pixels; the labels stay where they are while the cells scroll.

    Attributes:
        cell: side of a cell.
        left: width of the labels at the left.
        top: height of the labels above.
        rotation: of the labels above, in degrees.
        mirrored: whether the first column is at the right.
        rows: number of rows.
        columns: number of columns.
    """

    cell: int
    left: int
    top: int
    rotation: float
    mirrored: bool
    rows: int
    columns: int

    @property
    def size(self) -> QSize:
        return QSize(self.columns * self.cell, self.rows * self.cell)

    def column_place(self, source: int) -> int:
        """The column of the picture in which a column of the matrix stands; and back."""
        return self.columns - 1 - source if self.mirrored else source

    def rect(self, cell: Cell) -> QRect:
        """A cell's place, counted from the first cell."""
        x = self.column_place(cell.source) * self.cell
        return QRect(x, cell.target * self.cell, self.cell, self.cell)


class AttentionHeatmap(QAbstractScrollArea):
    """One attention matrix.

    Arrow keys move a cell cursor, Escape takes it away.

    Signals:
        hovered: the `Cell` under the pointer, or None.
        chosen: the `Cell` that was clicked or moved to, or None.
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Heat map of attention weights"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self._view: AttentionView | None = None
        self._colour_map = ColourMap.VIRIDIS
        self._image = QImage()
        self._geometry = _Geometry(_LARGEST_CELL, 0, 0, 0.0, False, 0, 0)
        self._cursor: Cell | None = None
        self._pointed: Cell | None = None
        self._marked: tuple[int | None, int | None] = (None, None)

    def show_view(self, view: AttentionView | None) -> None:
        """Show another matrix, or nothing; a choice stays where the tokens are the same."""
        before = self._view
        same = (
            view is not None
            and before is not None
            and (view.source_tokens, view.target_tokens)
            == (before.source_tokens, before.target_tokens)
        )
        self._view = view
        self._pointed = None
        if not same:
            self._cursor = None
            self._marked = (None, None)
        self._paint_cells()
        self._settle()
        self._describe()

    def highlight(self, target: int | None, source: int | None) -> None:
        """Frame a row, a column or a cell."""
        self._marked = (target, source)
        self.viewport().update()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self._paint_cells()
        self.viewport().update()

    def cell_rect(self, cell: Cell) -> QRect:
        """Where a cell is seen in the viewport."""
        return self._geometry.rect(cell).translated(self._origin())

    def picture(self, scale: float = 2.0) -> QImage:
        """All of it as an image, whatever is scrolled out of sight."""
        shown = self._geometry
        size = QSize(shown.left, shown.top) + shown.size + QSize(_GAP, _GAP)
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
        view = self._view
        if view is None:
            self._geometry = _Geometry(_LARGEST_CELL, 0, 0, 0.0, False, 0, 0)
        else:
            self._geometry = self._fitting_geometry(view)
        room, needed = self._room(), self._geometry.size
        for bar, have, want in (
            (self.horizontalScrollBar(), room.width(), needed.width()),
            (self.verticalScrollBar(), room.height(), needed.height()),
        ):
            bar.setPageStep(have)
            bar.setSingleStep(self._geometry.cell)
            bar.setRange(0, max(0, want - have))
        self.viewport().update()

    def _fitting_geometry(self, view: AttentionView) -> _Geometry:
        metrics = QFontMetricsF(self.font())
        left = ceil(_widest(view.target_tokens, metrics)) + 2 * _GAP
        widest_source = _widest(view.source_tokens, metrics)
        columns, rows = len(view.source_tokens), len(view.target_tokens)
        room = self.viewport().size()
        top = ceil(widest_source * sin(radians(45)) + metrics.height()) + _GAP
        cell = min((room.width() - left - _GAP) // columns, (room.height() - top - _GAP) // rows)
        few = max(columns, rows) <= _MOST_READABLE_TOKENS
        cell = max(_READABLE_CELL if few else _SMALLEST_CELL, min(_LARGEST_CELL, cell))
        rotation = -45.0 if cell >= metrics.height() else -90.0
        if widest_source <= cell - 4:
            rotation, top = 0.0, ceil(metrics.height()) + _GAP
        elif rotation == -90.0:
            top = ceil(widest_source) + 2 * _GAP
        texts = (token.text for token in view.source_tokens if not token.text.startswith("<"))
        return _Geometry(cell, left, top, rotation, is_right_to_left(texts), rows, columns)

    def _room(self) -> QSize:
        """What is left for cells beside the labels."""
        taken = QSize(self._geometry.left + _GAP, self._geometry.top + _GAP)
        return (self.viewport().size() - taken).expandedTo(QSize(1, 1))

    def _origin(self) -> QPoint:
        """Where the first cell is in the viewport."""
        return QPoint(
            self._geometry.left - self.horizontalScrollBar().value(),
            self._geometry.top - self.verticalScrollBar().value(),
        )

    def _cell_at(self, place: QPoint) -> Cell | None:
        shown = self._geometry
        if self._view is None or place.x() < shown.left or place.y() < shown.top:
            return None
        offset = place - self._origin()
        column, row = offset.x() // shown.cell, offset.y() // shown.cell
        if not (0 <= column < shown.columns and 0 <= row < shown.rows):
            return None
        return Cell(row, shown.column_place(column))

    def _draw(self, painter: QPainter, origin: QPoint, area: QRect) -> None:
        view, shown = self._view, self._geometry
        if view is None:
            return
        colours = colours_of(self.palette())
        grid = area.adjusted(shown.left, shown.top, 0, 0)
        painter.save()
        painter.setClipRect(grid)
        image = self._image.flipped(Qt.Orientation.Horizontal) if shown.mirrored else self._image
        painter.drawImage(QRect(origin, shown.size), image)
        if shown.cell >= 2 * _SMALLEST_CELL:
            self._draw_gaps(painter, origin, colours)
        if shown.cell >= _CELL_WITH_TEXT:
            self._draw_numbers(painter, origin, grid, view)
        self._draw_marks(painter, origin, colours)
        painter.restore()
        self._draw_source_labels(painter, origin, grid, view, colours)
        self._draw_target_labels(painter, origin, grid, view, colours)

    def _draw_gaps(self, painter: QPainter, origin: QPoint, colours: Colours) -> None:
        shown = self._geometry
        painter.setPen(QPen(QColor(colours.panel), 1))
        for column in range(1, shown.columns):
            x = origin.x() + column * shown.cell
            painter.drawLine(x, origin.y(), x, origin.y() + shown.size.height() - 1)
        for row in range(1, shown.rows):
            y = origin.y() + row * shown.cell
            painter.drawLine(origin.x(), y, origin.x() + shown.size.width() - 1, y)

    def _draw_numbers(
        self, painter: QPainter, origin: QPoint, grid: QRect, view: AttentionView
    ) -> None:
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        for target, row in enumerate(view.weights.tolist()):
            for source, weight in enumerate(row):
                rect = self._geometry.rect(Cell(target, source)).translated(origin)
                if rect.intersects(grid):
                    colour = text_colour_on(colour_at(self._colour_map, weight))
                    painter.setPen(QColor(str(colour)))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{weight:.2f}")

    def _draw_marks(self, painter: QPainter, origin: QPoint, colours: Colours) -> None:
        shown = self._geometry
        target, source = self._marked
        frames = []
        if target is not None and target < shown.rows:
            frames.append(QRect(0, target * shown.cell, shown.size.width(), shown.cell))
        if source is not None and source < shown.columns:
            x = shown.column_place(source) * shown.cell
            frames.append(QRect(x, 0, shown.cell, shown.size.height()))
        for cell in (self._pointed, self._cursor):
            if cell is not None:
                frames.append(shown.rect(cell))
        for frame in frames:  # two lines, so that one is seen on any colour
            box = frame.translated(origin).adjusted(0, 0, -1, -1)
            painter.setPen(QPen(QColor(colours.panel), 3))
            painter.drawRect(box)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(box)

    def _draw_source_labels(
        self, painter: QPainter, origin: QPoint, grid: QRect, view: AttentionView, colours: Colours
    ) -> None:
        shown = self._geometry
        metrics = QFontMetricsF(self.font())
        painter.setFont(self.font())
        chosen = {self._marked[1], self._pointed.source if self._pointed else None}
        for source, token in self._labelled(view.source_tokens):
            x = origin.x() + shown.column_place(source) * shown.cell + shown.cell / 2
            if not grid.left() <= x <= grid.right():
                continue
            painter.save()
            painter.setPen(_label_colour(token, colours, marked=source in chosen))
            painter.translate(QPointF(x, shown.top - _GAP / 2))
            text = _label(token)
            if shown.rotation:
                painter.rotate(shown.rotation)
                lift = metrics.ascent() / 2 - metrics.descent() / 2
                painter.drawText(
                    QPointF(
                        lift * sin(radians(-shown.rotation)) / 2,
                        lift * cos(radians(shown.rotation)) if shown.rotation == -90.0 else 0,
                    ),
                    text,
                )
            else:
                painter.drawText(QPointF(-metrics.horizontalAdvance(text) / 2, 0), text)
            painter.restore()

    def _draw_target_labels(
        self, painter: QPainter, origin: QPoint, grid: QRect, view: AttentionView, colours: Colours
    ) -> None:
        shown = self._geometry
        chosen = {self._marked[0], self._pointed.target if self._pointed else None}
        for target, token in self._labelled(view.target_tokens):
            y = origin.y() + target * shown.cell
            if not grid.top() <= y + shown.cell / 2 <= grid.bottom():
                continue
            painter.setPen(_label_colour(token, colours, marked=target in chosen))
            height = max(shown.cell, ceil(QFontMetricsF(self.font()).height()))
            place = QRectF(0, y + (shown.cell - height) / 2, shown.left - _GAP, height)
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, alignment | Qt.TextFlag.TextSingleLine, _label(token))

    def _labelled(self, tokens: tuple[Token, ...]) -> list[tuple[int, Token]]:
        """The tokens that have room for a label: every one, or every second, third …"""
        stride = ceil(_SMALLEST_LABEL_CELL * 1.4 / self._geometry.cell)
        return list(enumerate(tokens))[::stride]

    def _point_at(self, cell: Cell | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.viewport().update()
            self.hovered.emit(cell)

    def _choose(self, cell: Cell | None) -> None:
        self._cursor = cell
        if cell is not None:
            self._scroll_to(cell)
        self._describe()
        self.viewport().update()
        self.chosen.emit(cell)

    def _scroll_to(self, cell: Cell) -> None:
        rect, room = self._geometry.rect(cell), self._room()
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
                self.tr("{rows} target tokens, {columns} source tokens. Arrow keys move.").format(
                    rows=self._geometry.rows, columns=self._geometry.columns
                )
            )
        else:
            self.setAccessibleDescription(self._words(self._cursor))

    def _words(self, cell: Cell) -> str:
        view = self._view
        if view is None:
            return ""
        return self.tr("{target} looks at {source}: {weight}").format(
            target=isolate(view.target_tokens[cell.target].text),
            source=isolate(view.source_tokens[cell.source].text),
            weight=f"{view.weights[cell.target, cell.source]:.4f}",
        )

    def sizeHint(self) -> QSize:
        return QSize(480, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours_of(self.palette()).panel))
        self._draw(painter, self._origin(), self.viewport().rect())
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _ARROWS.get(Qt.Key(event.key()))
        shown = self._geometry
        if event.key() == Qt.Key.Key_Escape and self._cursor is not None:
            self._choose(None)
        elif move is None or not shown.rows:
            super().keyPressEvent(event)
        elif self._cursor is None:
            self._choose(Cell(0, 0))
        else:
            down, right = move
            right = -right if shown.mirrored else right
            target = min(max(self._cursor.target + down, 0), shown.rows - 1)
            source = min(max(self._cursor.source + right, 0), shown.columns - 1)
            self._choose(Cell(target, source))

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


def _label(token: Token) -> str:
    return isolate(elide(token.text, _LONGEST_LABEL_EM))


def _widest(tokens: tuple[Token, ...], metrics: QFontMetricsF) -> float:
    return max(metrics.horizontalAdvance(_label(token)) for token in tokens)


def _label_colour(token: Token, colours: Colours, *, marked: bool) -> QColor:
    if marked:
        return QColor(colours.accent)
    return QColor(colours.muted if token.text in (START, END) else colours.text)
