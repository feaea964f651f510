"""A chart as it leaves the program: with its title, its unit and the names of its lines."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.plotted_curve import PlottedCurve
from attnstudio.gui.charts.swatch import SWATCH, swatch
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of

_HEADING_PIXELS = 14
_ELIDE = Qt.TextElideMode.ElideMiddle


class ChartPicture:
    """A heading, the chart as it is seen, and a legend below, in pixels of the screen.

    Args:
        plot: the chart.
    """

    def __init__(self, plot: CurvePlot) -> None:
        self._plot = plot
        self._font = QFont(plot.font())
        self._bold = QFont(plot.font())
        self._bold.setPixelSize(_HEADING_PIXELS)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        drawn = plot.canvas.drawing_size
        heading = QFontMetrics(self._bold).height()
        self._chart = QRect(QPoint(SPACE, heading + 2 * SPACE), drawn)
        self._names = list(self._placed_names())
        bottom = self._names[-1][0].bottom() if self._names else self._chart.bottom()
        self.size = QSize(drawn.width() + 2 * SPACE, bottom + 1 + SPACE)

    def paint(self, painter: QPainter) -> None:
        """Draw it from (0, 0) on."""
        colours = colours_of(self._plot.palette())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(QPointF(), QSizeF(self.size)), QColor(colours.panel))
        self._paint_heading(painter, QColor(colours.text), QColor(colours.muted))
        painter.save()
        self._plot.paint_on(painter, QRectF(self._chart))
        painter.restore()
        painter.setFont(self._font)
        for place, line in self._names:
            swatch(line.series, has_markers=line.has_markers).paint(painter, _swatch_of(place))
            painter.setPen(QColor(colours.text))
            words = place.adjusted(SWATCH.width() + SMALL_SPACE, 0, 0, 0)
            name = self._metrics.elidedText(line.label, _ELIDE, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_heading(self, painter: QPainter, text: QColor, muted: QColor) -> None:
        base = SPACE + QFontMetrics(self._bold).ascent()
        painter.setFont(self._bold)
        painter.setPen(text)
        painter.drawText(QPointF(SPACE, base), self._plot.title)
        painter.setFont(self._font)
        painter.setPen(muted)
        left = 2 * SPACE + QFontMetrics(self._bold).horizontalAdvance(self._plot.title)
        painter.drawText(QPointF(left, base), self._plot.unit)

    def _placed_names(self) -> Iterator[tuple[QRect, PlottedCurve]]:
        """The lines' names, side by side as far as there is room."""
        height = max(SWATCH.height(), self._metrics.height())
        left, top = SPACE, self._chart.bottom() + 1 + SPACE
        for line in self._plot.lines.curves:
            width = SWATCH.width() + SMALL_SPACE + self._metrics.horizontalAdvance(line.label) + 1
            width = min(width, self._chart.width())
            if left > SPACE and left + width > SPACE + self._chart.width():
                left, top = SPACE, top + height + SMALL_SPACE
            yield QRect(left, top, width, height), line
            left += width + 2 * SPACE


def _swatch_of(place: QRect) -> QRect:
    return QRect(QPoint(place.left(), place.center().y() - SWATCH.height() // 2), SWATCH)
