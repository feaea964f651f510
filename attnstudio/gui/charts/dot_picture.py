"""Values of a few kinds as dots: a row a kind, a dot a seed, and what the others are held against.

The mean of a row is a bar across it; from the least to the greatest value of the first row the
ground is shaded through all rows, so that what lies outside of it is seen at once.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, Colours

_LABEL_SHARE = 0.34  # of the width, at most
_RADIUS = 5.0
_NEAR = 9.0  # pixels at which a dot is pointed at
_SEED_STEP = 5.0  # pixels between the dots of two seeds: alike values do not cover each other
_PAD = 0.08  # of the range, beside the outermost dots
_TICKS = 5
_HIGHEST_ROW = 44.0
ROW_HEIGHT = 30
_ELIDE = Qt.TextElideMode.ElideRight


@dataclass(frozen=True, slots=True)
class Dot:
    """One value.

    Attributes:
        value: in whatever the picture shows.
        name: of the run that it is of.
        words: which of its row it is, such as ``seed 3``.
    """

    value: float
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class DotRow:
    """One kind.

    Attributes:
        label: what it is called.
        dots: its values; none where there are none yet.
        missing: what is said in their place.
    """

    label: str
    dots: tuple[Dot, ...]
    missing: str = ""

    @property
    def mean(self) -> float:
        """Of its dots, where there are any."""
        return statistics.fmean(dot.value for dot in self.dots)


class DotPlace(NamedTuple):
    """One dot: the row, and which of its dots, both counted from 0."""

    row: int
    dot: int


@dataclass(frozen=True, slots=True)
class DotPicture:
    """Rows of dots over one axis.

    Attributes:
        rows: what is drawn; the first is what the others are held against.
        area: where.
        font: of all words.
        write: a value in words.
        title: what is shown, below the axis.
        step: the least difference of two values that is read in words.
    """

    rows: Sequence[DotRow]
    area: QRectF
    font: QFont
    write: Callable[[float], str]
    title: str
    step: float = 0.0

    @property
    def band(self) -> tuple[float, float] | None:
        """The least and the greatest value of the first row; None where it has none."""
        values = [dot.value for dot in self.rows[0].dots] if self.rows else []
        return (min(values), max(values)) if values else None

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis; what is never negative needs no place below 0."""
        values = [dot.value for row in self.rows for dot in row.dots]
        if not values:
            return 0.0, 1.0
        low, high = min(values), max(values)
        room = max(_PAD * (high - low), 2.5 * self.step) or max(0.05 * abs(high), 1e-3)
        return (0.0 if 0.0 <= low < room else low - room), high + room

    @property
    def plot(self) -> QRectF:
        """Where dots are, beside the labels and above the axis."""
        metrics = QFontMetricsF(self.font)
        left = self.area.left() + self._label_width + 2 * SPACE
        right = self.area.right() - self._mean_width - 2 * SPACE
        bottom = self.area.bottom() - 2 * metrics.height() - SPACE
        height = min(bottom - self.area.top(), _HIGHEST_ROW * max(1, len(self.rows)))
        return QRectF(left, self.area.top(), max(1.0, right - left), max(1.0, height))

    def x_of(self, value: float) -> float:
        """Where a value lies."""
        low, high = self.span
        plot = self.plot
        return plot.left() + (value - low) / (high - low) * plot.width()

    def place_of(self, place: DotPlace) -> QPointF:
        """The middle of a dot."""
        row = self.rows[place.row]
        shift = (place.dot - (len(row.dots) - 1) / 2) * _SEED_STEP
        rect = self._row_rect(place.row)
        most = max(0.0, rect.height() / 2 - _RADIUS)
        y = rect.center().y() + min(max(shift, -most), most)
        return QPointF(self.x_of(row.dots[place.dot].value), y)

    def dot_at(self, point: QPointF) -> DotPlace | None:
        """The dot nearest to a point; None where none is near."""
        places = [
            (math.dist(self.place_of(place).toTuple(), point.toTuple()), place)
            for place in self.places()
        ]
        nearest = min(places, default=None)
        return nearest[1] if nearest is not None and nearest[0] <= _NEAR else None

    def places(self) -> Iterator[DotPlace]:
        """All dots."""
        for number, row in enumerate(self.rows):
            for dot in range(len(row.dots)):
                yield DotPlace(number, dot)

    def words_of(self, place: DotPlace) -> str:
        """What a dot says."""
        row = self.rows[place.row]
        dot = row.dots[place.dot]
        words = f"{row.label}, {dot.words}: {self.title} {self.write(dot.value)}"
        return f"{words} ({dot.name})"

    def paint(self, painter: QPainter, colours: Colours) -> None:
        """Draw all of it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font)
        self._paint_band(painter, colours)
        self._paint_axis(painter, colours)
        for number in range(len(self.rows)):
            self._paint_row(painter, number, colours)

    def paint_frame(self, painter: QPainter, place: DotPlace, colours: Colours) -> None:
        """Mark the dot that is read."""
        painter.setPen(QPen(QColor(colours.text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.place_of(place), _RADIUS + 2, _RADIUS + 2)

    def _row_rect(self, row: int) -> QRectF:
        plot = self.plot
        height = plot.height() / len(self.rows)
        return QRectF(plot.left(), plot.top() + row * height, plot.width(), height)

    @property
    def _label_width(self) -> float:
        metrics = QFontMetricsF(self.font)
        widest = max((metrics.horizontalAdvance(row.label) for row in self.rows), default=0.0)
        return min(widest, self.area.width() * _LABEL_SHARE)

    @property
    def _mean_width(self) -> float:
        metrics = QFontMetricsF(self.font)
        words = [self.write(row.mean) for row in self.rows if row.dots]
        return max(map(metrics.horizontalAdvance, words), default=0.0)

    def _paint_band(self, painter: QPainter, colours: Colours) -> None:
        if self.band is None:
            return
        plot = self.plot
        low, high = map(self.x_of, self.band)
        if high > low:
            painter.fillRect(
                QRectF(low, plot.top(), high - low, plot.height()), QColor(colours.accent_soft)
            )
        painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
        x = self.x_of(self.rows[0].mean)
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_axis(self, painter: QPainter, colours: Colours) -> None:
        plot, metrics = self.plot, QFontMetricsF(self.font)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        below = QRectF(plot.left(), plot.bottom() + SMALL_SPACE, plot.width(), metrics.height())
        end = -math.inf
        for value in ticks(*self.span, self.step) if any(row.dots for row in self.rows) else ():
            x, words = self.x_of(value), self.write(value)
            width = metrics.horizontalAdvance(words)
            painter.setPen(QPen(QColor(colours.border), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() + SMALL_SPACE))
            if x - width / 2 > end:  # no two numbers touch
                painter.setPen(QColor(colours.muted))
                painter.drawText(QPointF(x - width / 2, below.top() + metrics.ascent()), words)
                end = x + width / 2 + SPACE
        painter.setPen(QColor(colours.muted))
        below.translate(0, metrics.height())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self.title)

    def _paint_row(self, painter: QPainter, number: int, colours: Colours) -> None:
        row, rect = self.rows[number], self._row_rect(number)
        middle = Qt.AlignmentFlag.AlignVCenter
        label = QFontMetricsF(self.font).elidedText(row.label, _ELIDE, self._label_width + 1)
        painter.setPen(QColor(colours.text))
        painter.drawText(
            QRectF(self.area.left(), rect.top(), self._label_width + 1, rect.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | middle,
            label,
        )
        if not row.dots:
            painter.setPen(QColor(colours.muted))
            painter.drawText(rect.adjusted(SPACE, 0, 0, 0), middle, row.missing)
            return
        painter.drawText(
            QRectF(rect.right() + 2 * SPACE, rect.top(), self._mean_width + 1, rect.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | middle,
            self.write(row.mean),
        )
        painter.setPen(QPen(QColor(colours.text), 3))
        x, reach = self.x_of(row.mean), 0.36 * rect.height()
        middle_y = rect.center().y()
        painter.drawLine(QPointF(x, middle_y - reach), QPointF(x, middle_y + reach))
        painter.setPen(QPen(QColor(colours.panel), 1))
        painter.setBrush(QColor(colours.series[0]))
        for dot in range(len(row.dots)):
            painter.drawEllipse(self.place_of(DotPlace(number, dot)), _RADIUS, _RADIUS)


def ticks(low: float, high: float, least: float = 0.0) -> list[float]:
    """Round numbers between two ends, about five of them, and no nearer than the least step."""
    raw = max((high - low) / _TICKS, least)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= raw)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]
