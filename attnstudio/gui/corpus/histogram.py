"""Counts over intervals as upright bars: the first series filled, the second as an outline."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, Colours, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.bar_picture import BarPicture

_PLOT_HEIGHT = 110
_LEAST_HEIGHT = 3.0  # so that a single pair can be seen
_OUTLINE = 2.0
_FILL_ALPHA = 150


class Histogram(BarPicture):
    """One or two series over the same intervals."""

    def bar_rect(self, bar: int) -> QRectF:
        plot = self._plot()
        width = plot.width() / max(1, len(self.data.labels))
        return QRectF(plot.left() + bar * width, plot.top(), width, plot.height())

    def _line_height(self) -> int:
        return self.fontMetrics().height()

    def _plot(self) -> QRectF:
        """Where the bars stand: below the legend, above the labels."""
        line = self._line_height()
        top = line + SMALL_SPACE + SPACE
        return QRectF(
            SMALL_SPACE, top, self.width() - 2 * SMALL_SPACE, self.height() - top - line - SPACE
        )

    def _bar(self, series: int, bar: int) -> QRectF:
        """The drawn part of a bar."""
        place = self.bar_rect(bar)
        share = self.data.series[series].counts[bar] / max(1, self.data.highest)
        height = max(_LEAST_HEIGHT, place.height() * share)
        gap = min(1.0, place.width() / 8)
        return QRectF(place.left() + gap, place.bottom() - height, place.width() - 2 * gap, height)

    def _colour(self, series: int, colours: Colours) -> QColor:
        return QColor(colours.series[series])

    def _draw_series(self, painter: QPainter, series: int, colours: Colours) -> None:
        colour = self._colour(series, colours)
        for bar, number in enumerate(self.data.series[series].counts):
            if number == 0:
                continue
            rect = self._bar(series, bar)
            if bar in self.data.unusual:
                painter.setPen(QPen(QColor(colours.warning), 1))
                painter.setBrush(QBrush(QColor(colours.warning), Qt.BrushStyle.BDiagPattern))
            elif series == 0:
                fill = QColor(colour)
                fill.setAlpha(_FILL_ALPHA if len(self.data.series) > 1 else 255)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
            else:
                painter.setPen(QPen(colour, _OUTLINE))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect)

    def _draw_legend(self, painter: QPainter, colours: Colours) -> None:
        metrics = self.fontMetrics()
        side = metrics.ascent()
        left, top = float(SMALL_SPACE), float(SMALL_SPACE)
        if len(self.data.series) > 1:
            for number, series in enumerate(self.data.series):
                colour = self._colour(number, colours)
                swatch = QRectF(left, top + (metrics.height() - side) / 2, side, side).adjusted(
                    1, 1, -1, -1
                )
                painter.setPen(QPen(colour, _OUTLINE))
                painter.setBrush(colour if number == 0 else Qt.BrushStyle.NoBrush)
                painter.drawRect(swatch)
                painter.setPen(QColor(colours.text))
                place = QPointF(left + side + SMALL_SPACE, top + metrics.ascent())
                painter.drawText(place, series.name)
                left += side + SMALL_SPACE + metrics.horizontalAdvance(series.name) + 2 * SPACE
        painter.setPen(QColor(colours.muted))
        most = self.tr("highest bar: {n}").format(n=count(self.data.highest))
        if left + metrics.horizontalAdvance(most) < self.width():
            right = QRectF(0, top, self.width() - SMALL_SPACE, metrics.height())
            painter.drawText(right, Qt.AlignmentFlag.AlignRight, most)

    def _draw_labels(self, painter: QPainter, colours: Colours) -> None:
        """Every label or every so many that there is room; the last always, as it is open."""
        painter.setPen(QColor(colours.muted))
        baseline = self._plot().bottom() + SMALL_SPACE + self.fontMetrics().ascent()
        labels = self.data.labels
        places = [self._label_place(bar) for bar in range(len(labels))]
        for stride in range(1, len(labels) + 1):
            drawn = [*range(0, len(labels) - 1, stride), len(labels) - 1]
            while len(drawn) > 2 and not _apart(places[drawn[-2]], places[drawn[-1]]):
                drawn.pop(-2)
            if all(_apart(places[one], places[two]) for one, two in pairwise(drawn)):
                break
        for bar in drawn:
            painter.drawText(QPointF(places[bar][0], baseline), labels[bar])

    def _label_place(self, bar: int) -> tuple[float, float]:
        """Left and right end of a label: below the middle of its bar, if the picture has room."""
        width = self.fontMetrics().horizontalAdvance(self.data.labels[bar])
        left = self.bar_rect(bar).center().x() - width / 2
        left = max(0.0, min(left, self.width() - width))
        return left, left + width

    def sizeHint(self) -> QSize:
        return QSize(320, _PLOT_HEIGHT + SMALL_SPACE + 2 * (self._line_height() + SPACE))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self.data.labels:
            return
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.current is not None:
            painter.fillRect(self.bar_rect(self.current), QColor(colours.accent_soft))
        for series in range(len(self.data.series)):
            self._draw_series(painter, series, colours)
        plot = self._plot()
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        self._draw_legend(painter, colours)
        self._draw_labels(painter, colours)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


def _apart(one: tuple[float, float], two: tuple[float, float]) -> bool:
    return one[1] + SPACE <= two[0]
