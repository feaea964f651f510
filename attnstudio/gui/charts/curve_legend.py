"""What the kinds of lines mean, drawn beside the words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from attnstudio.gui.charts.swatch import draw_symbol
from attnstudio.gui.look.theme import SPACE, colours_of

_LINE = 26
_PALE = 110  # a little more than in the charts: there are fewer lines here


class CurveLegend(QWidget):
    """One row: pale for what was measured, thick for its average, dashed for validations."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._repeats, self._has_gaps = 0, False
        self._known = (
            ("pale", self.tr("measured")),
            ("thick", self.tr("smoothed")),
            ("dashed", self.tr("on sentences not trained on")),
            ("star", self.tr("best")),
            ("dotted", self.tr("resumed")),
            ("faint", self.tr("an epoch ends")),
        )
        self._again = (
            self.tr("second run of a colour"), self.tr("third"), self.tr("fourth")
        )  # fmt: skip
        self.setAccessibleName(self.tr("Kinds of lines"))
        words = self.tr(
            "Pale and thin: the values as they were measured. Thick: their moving average. "
            "Dashed with points: measured at validations, on sentences not trained on. A star: the "
            "best validation. Upright lines: dotted where the run was resumed, faint where its "
            "epochs end, dashed in a run's colour where it has no number that can be drawn. Where "
            "there are more runs than colours, a second run of a colour is drawn dash-dotted with "
            "squares, a third dotted with triangles, a fourth with two dots and diamonds."
        )
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """What is explained: a kind of line, and its words."""
        again = [(f"again {n}", words) for n, words in enumerate(self._again[: self._repeats], 1)]
        gap = [("gap", self.tr("no number"))] if self._has_gaps else []
        return (*self._known[:4], *again, *gap, *self._known[4:])

    def show_repeats(self, repeats: int) -> None:
        """Explain the patterns of so many runs that have the colour of another one."""
        if repeats != self._repeats:
            self._repeats = repeats
            self.updateGeometry()
            self.update()

    def show_gaps(self, *, shown: bool) -> None:
        """Explain how gaps are marked, where there are some."""
        if shown != self._has_gaps:
            self._has_gaps = shown
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        texts = sum(metrics.horizontalAdvance(words) for _, words in self.kinds)
        return QSize(
            round(texts) + len(self.kinds) * (_LINE + 3 * SPACE), round(metrics.height()) + 4
        )

    def paintEvent(self, _: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        middle, left = self.height() / 2, 0.0
        for kind, words in self.kinds:
            right = left + _LINE + SPACE + metrics.horizontalAdvance(words)
            if right > self.width():  # half of a sentence says less than none
                break
            self._draw_kind(painter, kind, QPointF(left, middle))
            painter.setPen(QColor(colours.muted))
            baseline = middle + (metrics.ascent() - metrics.descent()) / 2
            painter.drawText(QPointF(left + _LINE + SPACE, baseline), words)
            left = right + 2 * SPACE
        painter.end()

    def _draw_kind(self, painter: QPainter, kind: str, start: QPointF) -> None:
        colours = colours_of(self.palette())
        colour, upright = QColor(colours.series[0]), QColor(colours.muted)
        dots, dashes, solid = Qt.PenStyle.DotLine, Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine
        middle = start + QPointF(_LINE / 2, 0)
        half = QPointF(0, self.height() / 2)
        if kind == "star":
            painter.setPen(colour)
            painter.drawText(middle + QPointF(-6, 5), "★")
            return
        if kind in ("dotted", "faint", "gap"):
            upright.setAlpha(_PALE if kind == "faint" else 255)
            style = {"dotted": dots, "faint": solid, "gap": dashes}[kind]
            painter.setPen(QPen(colour if kind == "gap" else upright, 1, style))
            painter.drawLine(middle - half, middle + half)
            return
        if kind.startswith("again"):
            series = colours.series_of(int(kind.split()[1]) * len(colours.series))
            painter.setPen(QPen(colour, 2, series.dash))
            painter.drawLine(start, start + QPointF(_LINE, 0))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            draw_symbol(painter, series.symbol, start + QPointF(4, 0), 4)  # the pattern beside it
            return
        if kind == "pale":
            colour.setAlpha(_PALE)
        pen = QPen(colour, 1 if kind == "pale" else 2, dashes if kind == "dashed" else solid)
        painter.setPen(pen)
        painter.drawLine(start, start + QPointF(_LINE, 0))
        if kind == "dashed":
            painter.setBrush(colour)
            painter.drawEllipse(middle, 3, 3)
