"""Every attention map of a model as a thumbnail: a row a layer, a column a head."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from attnstudio.axes import Measure, Reading, Record
from attnstudio.evaluation.reading import ReadingChoice
from attnstudio.gui.look.theme import Colours, colours_of, draw_veil
from attnstudio.gui.widgets.heat_image import heat_image
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.labels import is_mirrored
from attnstudio.interpretation.view import spread_of, view_of
from attnstudio.training.scores import AER

_THUMB = 60
_GAP = 10
_LABEL = 16
_SIDE = 52
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class _Thumb(NamedTuple):
    reading: Reading
    row: int
    column: int
    image: QImage
    spread: float | None
    error: float | None


class HeadOverview(QWidget):
    """All heads of a record; the averages stand before them, or alone where heads have nothing.

    Below each map stands how spread it is: 0 when every row looks at one token, 1 when at all
    alike (see `spread_of`). In its corner stands the error of its links, where that is known, with
    a star on the best of them; it may be that another measure or step has a better one still.

    Signals:
        chosen: the `Reading` that was clicked or moved to.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Layers and heads"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._thumbs: list[_Thumb] = []
        self._reading = Reading()  # as it was shown last: what is chosen here is shown by others
        self._colour_map = ColourMap.VIRIDIS
        self._record: Record | None = None
        self._choice: ReadingChoice | None = None
        self._best: _Thumb | None = None

    def show_choice(self, choice: ReadingChoice | None) -> None:
        """Show how well each reading links words, or none of it."""
        self._choice = choice
        self.show_record(self._record, self._reading)

    def show_record(self, record: Record | None, reading: Reading) -> None:
        """Show the maps of the site of a reading and frame the one that is read."""
        self._record, self._reading = record, reading
        self._thumbs = self._drawn(record, reading) if record is not None else []
        measured = [thumb for thumb in self._thumbs if thumb.error is not None]
        self._best = min(measured, key=self._rank, default=None)
        self.setFixedSize(self.sizeHint())
        self._describe()
        self.update()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Draw in other colours."""
        self._colour_map = colour_map
        self.show_record(self._record, self._reading)

    def thumb_rect(self, reading: Reading) -> QRect:
        """Where the map of a reading is drawn."""
        return next(_place(thumb) for thumb in self._thumbs if thumb.reading == reading)

    @property
    def best_rect(self) -> QRect:
        """Where the map with the star is drawn, with what stands around it; null without one."""
        if self._best is None:
            return QRect()
        return _place(self._best).adjusted(-_GAP // 2, -_LABEL, _GAP // 2, _LABEL)

    def _drawn(self, record: Record, reading: Reading) -> list[_Thumb]:
        layers, heads = record.shape_of(reading.site)
        are_layers_whole = reading.measure is Measure.ALTI
        places: list[tuple[int, int, int | None, int | None]] = []
        if layers * heads > 1:
            places.append((0, 0, None, None))
        for layer in range(layers):
            row = layer + (layers * heads > 1)
            if heads > 1 or are_layers_whole:
                places.append((row, 0, layer, None))
            if not are_layers_whole:
                places += [(row, head + (heads > 1), layer, head) for head in range(heads)]
        thumbs = []
        for row, column, of_layer, of_head in places:
            shown = replace(reading, layer=of_layer, head=of_head)
            view = view_of(record, shown)
            image = heat_image(view.tints, self._colour_map)
            if is_mirrored(view.columns):
                image = image.flipped(Qt.Orientation.Horizontal)
            error = self._choice.error_of(shown) if self._choice is not None else None
            thumbs.append(_Thumb(shown, row, column, image, spread_of(view), error))
        return thumbs

    def _index(self) -> int:
        """The thumbnail that is read; -1 where there is none."""
        readings = [thumb.reading for thumb in self._thumbs]
        return readings.index(self._reading) if self._reading in readings else -1

    def _describe(self) -> None:
        index = self._index()
        words = self._words(self._thumbs[index]) if index >= 0 else self.tr("Nothing to choose.")
        self.setAccessibleDescription(words)

    def _words(self, thumb: _Thumb) -> str:
        words = self._name(thumb.reading)
        if thumb.spread is not None:
            words = self.tr("{name}: spread {spread}").format(
                name=words, spread=f"{thumb.spread:.2f}"
            )
        if thumb.error is not None:
            template = self.tr("{words}, error of its links {error}")
            if thumb is self._best:
                template = self.tr("{words}, error of its links {error}, the least here")
            words = template.format(words=words, error=f"{thumb.error:.2f}")
        return words

    def _rank(self, thumb: _Thumb) -> tuple[float, bool]:
        """The least error first; of equal ones that which was chosen."""
        chosen = self._choice is not None and thumb.reading == self._choice.reading
        return thumb.error or 0.0, not chosen

    def _name(self, reading: Reading) -> str:
        if reading.layer is None:
            return self.tr("average of all")
        if reading.head is None:
            return self.tr("layer {layer}, average").format(layer=reading.layer)
        return self.tr("layer {layer}, head {head}").format(layer=reading.layer, head=reading.head)

    def _draw(self, painter: QPainter, thumb: _Thumb, colours: Colours) -> None:
        rect = _place(thumb)
        painter.drawImage(rect, thumb.image)
        if thumb.reading == self._reading:
            painter.setPen(QPen(QColor(colours.accent), 3))
            painter.drawRect(rect.adjusted(-3, -3, 2, 2))
        if thumb.error is not None:
            self._draw_error(painter, thumb, thumb.error, colours)
        painter.setPen(QColor(colours.muted))
        reading = thumb.reading
        spread = f"{thumb.spread:.2f}" if thumb.spread is not None else ""
        if (
            spread and reading.layer is not None and reading.head is None
        ):  # no heading above says what it is
            spread = self.tr("mean {spread}").format(spread=spread)
        below = QRect(rect.left() - _GAP // 2, rect.bottom() + 2, rect.width() + _GAP, _LABEL)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, spread)
        if thumb.column == 0:
            words = (
                self.tr("average")
                if reading.layer is None
                else self.tr("layer {n}").format(n=reading.layer)
            )
            beside = QRect(0, rect.top(), _SIDE - 6, rect.height())
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, alignment, words)
        elif thumb.row <= 1:
            above = QRect(rect.left(), rect.top() - _LABEL - 2, rect.width(), _LABEL)
            painter.drawText(
                above, Qt.AlignmentFlag.AlignCenter, self.tr("head {n}").format(n=reading.head)
            )

    def _draw_error(self, painter: QPainter, thumb: _Thumb, error: float, colours: Colours) -> None:
        words = f"{error:.2f}"
        if thumb is self._best:
            words = f"★ {words}"
        width = painter.fontMetrics().horizontalAdvance(words) + 6
        badge = QRect(_place(thumb).topLeft(), QSize(width, _LABEL))
        painter.fillRect(badge, QColor(colours.panel))
        painter.setPen(QColor(_colour_of(error, colours)))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)

    def sizeHint(self) -> QSize:
        if not self._thumbs:
            return QSize(_SIDE + _THUMB + _GAP, _THUMB)
        last = QRect()
        for thumb in self._thumbs:
            last = last.united(_place(thumb))
        return QSize(last.right() + _GAP, last.bottom() + _LABEL + _GAP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = colours_of(self.palette())
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        for thumb in self._thumbs:
            if _place(thumb).adjusted(-_SIDE, -_LABEL, 4, _LABEL).intersects(event.rect()):
                self._draw(painter, thumb, colours)
        if not self.isEnabled():
            draw_veil(painter, self.rect(), self.palette())
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        thumb = self._thumb_at(event.position().toPoint())
        if thumb is not None:
            self.chosen.emit(thumb.reading)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        index = self._index()
        if move is None or index < 0:
            super().keyPressEvent(event)
            return
        here = self._thumbs[index]
        row, column = here.row + move[0], here.column + move[1]
        there = [thumb for thumb in self._thumbs if thumb.row == row and thumb.column <= column]
        if there and column >= 0:
            self.chosen.emit(max(there, key=lambda thumb: thumb.column).reading)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            thumb = self._thumb_at(event.pos())
            QToolTip.showText(event.globalPos(), self._words(thumb) if thumb else "", self)
            return True
        return super().event(event)

    def _thumb_at(self, place: QPoint) -> _Thumb | None:
        return next((thumb for thumb in self._thumbs if _place(thumb).contains(place)), None)


def _colour_of(error: float, colours: Colours) -> str:
    good, middling, *_ = AER.bands
    if error < good.below:
        return colours.success
    return colours.warning if error < middling.below else colours.error


def _place(thumb: _Thumb) -> QRect:
    x = _SIDE + thumb.column * (_THUMB + _GAP)
    y = _LABEL + _GAP + thumb.row * (_THUMB + _LABEL + _GAP)
    return QRect(x, y, _THUMB, _THUMB)
