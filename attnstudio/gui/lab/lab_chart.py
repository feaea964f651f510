"""The picture of the Lab: cost against length on two logarithmic axes, laws and a band."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from attnstudio.gui.charts.curve_plot import CurvePlot
from attnstudio.gui.charts.plotted_curve import PlotOptions, PlottedCurve
from attnstudio.gui.look.theme import Colours, Series, colours_of
from attnstudio.lab.crossings import fitted_law
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.report import LabCurve, LabReport, Measure, Work
from attnstudio.training.curves import Curve

_BAND_ALPHA = 60
_SYMBOLS = ("o", "s", "t1", "d")
_LEAST = 1e-3
_ROOM = 1.25


def series_of(colours: Colours, number: int) -> Series:
    """How a line is drawn: eight colours, and beside each other other marks, for every eye."""
    repeat = number // len(colours.series)
    colour = colours.series[number % len(colours.series)]
    return Series(colour, Qt.PenStyle.SolidLine, _SYMBOLS[(number + repeat) % len(_SYMBOLS)])


class LabChart(QWidget):
    """Lines of one work and measure; its cursor stands at measured lengths only.

    Attributes:
        plot: axes, lines and cursor.

    Signals:
        pointed: the length that is pointed at; None where none is.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = CurvePlot(self.tr("Cost"), "")
        self.plot.heading.hide()
        self.plot.set_axis(self.tr("pieces of each sentence"))
        self.plot.pointed.connect(lambda cursor: self.pointed.emit(cursor.x))
        self._band = pg.LinearRegionItem(movable=False)
        self._longest = pg.InfiniteLine(angle=90, movable=False)
        for item in (self._band, self._longest):
            item.setZValue(-20)
            item.hide()
            self.plot.canvas.addItem(item, ignoreBounds=True)
        self._shown: tuple[LabReport, Work, Measure] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plot)
        self._recolour()

    def show_report(self, report: LabReport, work: Work, measure: Measure) -> None:
        """Draw the lines of a work and their laws."""
        self._shown = report, work, measure
        colours = colours_of(self.palette())
        unit = self.tr("milliseconds") if measure is Measure.SECONDS else self.tr("MB")
        self.plot.title = self._title(work, measure)
        self.plot.unit = unit
        self.plot.setAccessibleName(f"{self.plot.title}, {unit}")
        lines: list[PlottedCurve] = []
        for number, curve in enumerate(report.of(work)):
            series = series_of(colours, number)
            lines.append(_line(curve, measure, series))
            lines += self._law(curve, measure, series, report.lengths)
        axis = self.plot.canvas.getAxis("bottom")
        axis.setTicks([[(math.log10(n), f"{n:,}") for n in report.lengths]])
        self.plot.canvas.getAxis("left").setLabel(unit)
        self.plot.show_curves(lines, _options(report.lengths))

    def show_band(self, lengths: PieceLengths | None) -> None:
        """Show where the sentences of a corpus lie."""
        self._band.setVisible(lengths is not None)
        self._longest.setVisible(lengths is not None)
        if lengths is not None:
            self._band.setRegion((math.log10(lengths.low), math.log10(lengths.high)))
            self._longest.setPos(math.log10(lengths.longest))

    @property
    def band(self) -> tuple[float, float] | None:
        """From which to which length it is shaded; None where it is not."""
        if not self._band.isVisible():
            return None
        low, high = (10**end for end in self._band.getRegion())
        return low, high

    def _title(self, work: Work, measure: Measure) -> str:
        match work, measure:
            case Work.TRAINING, Measure.SECONDS:
                return self.tr("Time of a training step")
            case Work.TRAINING, Measure.MEMORY:
                return self.tr("Memory of a training step")
            case Work.DECODING, Measure.SECONDS:
                return self.tr("Time to write a translation")
        return self.tr("Memory to write a translation")

    def _law(
        self, curve: LabCurve, measure: Measure, series: Series, lengths: Sequence[int]
    ) -> list[PlottedCurve]:
        """Its known law, at the lengths that can be read, from where it was fitted on."""
        law = fitted_law(curve, measure)
        if law is None:
            return []
        at = [length for length in lengths if length >= law.first]
        y = np.array([max(law.cost(length), _LEAST) for length in at])
        name = self.tr("{kind}, by its law {growth}").format(kind=curve.label, growth=curve.growth)
        dashed = series._replace(dash=Qt.PenStyle.DashLine)
        return [PlottedCurve("", name, Curve(np.array(at, dtype=np.float64), y), dashed)]

    def _recolour(self) -> None:
        colours = colours_of(self.palette())
        fill = QColor(colours.mark)
        fill.setAlpha(_BAND_ALPHA)
        self._band.setBrush(fill)
        for line in self._band.lines:
            line.setPen(pg.mkPen(None))
        self._longest.setPen(pg.mkPen(colours.muted, width=2, style=Qt.PenStyle.DotLine))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self._recolour()
            if self._shown is not None:
                self.show_report(*self._shown)


def _options(lengths: Sequence[int]) -> PlotOptions:
    """Both axes logarithmic, with room beside the lengths for their numbers."""
    ends = (lengths[0] / _ROOM, lengths[-1] * _ROOM)
    return PlotOptions(
        smoothing=0.0, logarithmic=True, logarithmic_x=True, all_shown=True, x_range=ends
    )


def _line(curve: LabCurve, measure: Measure, series: Series) -> PlottedCurve:
    x = np.array(curve.lengths, dtype=np.float64)
    y = np.maximum(np.array(curve.costs(measure)), _LEAST)
    return PlottedCurve(curve.kind, curve.label, Curve(x, y), series, has_markers=True)
