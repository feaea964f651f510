"""Training, validation and test pairs as parts of one bar."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of
from attnstudio.gui.look.wording import count, decimals, split_name
from attnstudio.gui.widgets.bar_picture import BarData, BarPicture, BarSeries

_BAR_HEIGHT = 16
_LEAST_WIDTH = 6.0  # so that a small split can be seen and hit


class SplitBar(BarPicture):
    """The splits of a corpus; a part chosen is a split chosen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: dict[Split, int]) -> None:
        """Draw the splits of a corpus."""
        names = tuple(split_name(split) for split in Split)
        pairs = BarSeries(self.tr("pairs"), tuple(counts[split] for split in Split))
        sentences = tuple(self.tr("Pairs for {split}").format(split=name) for name in names)
        self.show_data(BarData(self.tr("split"), names, sentences, (pairs,)))

    def bar_rect(self, bar: int) -> QRectF:
        part = self._part(bar)
        return part if part.width() else QRectF()

    def _widths(self) -> list[float]:
        """Widths of the parts: by their counts, and none too thin to be seen."""
        room = self.width() - 2 * SMALL_SPACE
        numbers = self.data.series[0].counts if self.data.series else ()
        total = max(1, sum(numbers))
        widths = [max(_LEAST_WIDTH, room * n / total) if n else 0.0 for n in numbers]
        excess = sum(widths) - room
        if widths and excess > 0:
            widths[widths.index(max(widths))] -= excess
        return widths

    def _part(self, bar: int) -> QRectF:
        widths = self._widths()
        return QRectF(SMALL_SPACE + sum(widths[:bar]), SMALL_SPACE, widths[bar], _BAR_HEIGHT)

    def _legend(self, bar: int) -> str:
        numbers = self.data.series[0].counts
        share = 100 * numbers[bar] / max(1, sum(numbers))
        words = self.tr("{split} {n} ({share} %)")
        places = 0 if 10 <= share <= 90 or numbers[bar] in (0, sum(numbers)) else 1
        return words.format(
            split=self.data.labels[bar], n=count(numbers[bar]), share=decimals(share, places)
        )

    def _swatches_of_lines(self) -> list[list[int]]:
        """Which legend entries stand together on a line."""
        lines: list[list[int]] = [[]]
        used = 0
        for bar in range(len(self.data.labels)):
            width = self._legend_width(bar)
            if lines[-1] and used + width > self.width() - SMALL_SPACE:
                lines.append([])
                used = 0
            lines[-1].append(bar)
            used += width
        return lines

    def _legend_width(self, bar: int) -> int:
        metrics = self.fontMetrics()
        return metrics.horizontalAdvance(self._legend(bar)) + metrics.ascent() + 3 * SPACE

    def sizeHint(self) -> QSize:
        lines = max(1, len(self._swatches_of_lines())) if self.data.labels else 1
        height = _BAR_HEIGHT + 2 * SPACE + lines * (self.fontMetrics().height() + SMALL_SPACE)
        return QSize(320, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()  # the legend may need another line

    def paintEvent(self, _: QPaintEvent) -> None:
        if not self.data.labels:
            return
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QPainterPath()
        bar = QRectF(SMALL_SPACE, SMALL_SPACE, self.width() - 2 * SMALL_SPACE, _BAR_HEIGHT)
        whole.addRoundedRect(bar, 4, 4)
        painter.save()
        painter.setClipPath(whole)
        painter.fillRect(bar, QColor(colours.raised))
        for part in range(len(self.data.labels)):
            rect = self._part(part)
            painter.fillRect(rect, QColor(colours.series[part]))
            if part and rect.width():
                painter.fillRect(
                    QRectF(rect.left(), rect.top(), 1.5, rect.height()), QColor(colours.panel)
                )
        painter.restore()
        if self.current is not None:
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRect(self._part(self.current))
        self._draw_legend(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _draw_legend(self, painter: QPainter) -> None:
        colours = colours_of(self.palette())
        metrics = self.fontMetrics()
        side = metrics.ascent() - 2
        top = float(SMALL_SPACE + _BAR_HEIGHT + SPACE)
        for line in self._swatches_of_lines():
            left = float(SMALL_SPACE)
            for bar in line:
                swatch = QRectF(left, top + (metrics.height() - side) / 2, side, side)
                painter.fillRect(swatch, QColor(colours.series[bar]))
                painter.setPen(QColor(colours.text))
                place = QRectF(left + side + 6, top, self.width(), metrics.height())
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute
                painter.drawText(place, flags, self._legend(bar))
                left += self._legend_width(bar)
            top += metrics.height() + SMALL_SPACE
