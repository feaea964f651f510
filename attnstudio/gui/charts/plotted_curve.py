"""Lines of a chart: what they show, how charts are drawn, and the points that are drawn of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from attnstudio.gui.look.theme import Series
from attnstudio.training.curves import Curve, Values, decimate, smooth

MOST_DRAWN = 1e30  # what is more, of a run that has gone wrong, is no number for a picture

_MOST_POINTS = 600  # of a line: more look the same


Range = tuple[float | None, float | None]
"""Both ends of an axis; None for an end that is found by itself."""


class ChartScale(NamedTuple):
    """The axes of one chart.

    Attributes:
        log_y: whether the vertical one is logarithmic; None as all charts are.
        log_x: the same of the horizontal one.
        x_range: from where to where; None for all there is.
        y_range: the same of the vertical one.
    """

    log_y: bool | None = None
    log_x: bool = False
    x_range: Range | None = None
    y_range: Range | None = None


@dataclass(frozen=True, slots=True)
class PlottedCurve:
    """One line of a chart.

    Attributes:
        run: whose it is.
        label: what it is called in words and files.
        curve: its points.
        series: colour and dash.
        is_smoothed: whether the moving average is drawn over the points.
        has_markers: whether each point is marked: for the few of validations.
        best_x: the x of a point that gets a star; None for none.
    """

    run: str
    label: str
    curve: Curve
    series: Series
    is_smoothed: bool = False
    has_markers: bool = False
    best_x: float | None = None


@dataclass(frozen=True, slots=True)
class PlotOptions:
    """How a chart is drawn.

    Attributes:
        smoothing: weight of the moving average, 0 to 0.999.
        raw_shown: whether the points stay visible behind their average.
        logarithmic: scale of y.
        all_shown: whether y reaches to the last outlier.
        logarithmic_x: scale of x.
        x_range: from where to where; None for all there is.
        y_range: the same of y.
    """

    smoothing: float = 0.6
    raw_shown: bool = True
    logarithmic: bool = False
    all_shown: bool = False
    logarithmic_x: bool = False
    x_range: Range | None = None
    y_range: Range | None = None

    def for_chart(self, scale: ChartScale) -> PlotOptions:
        """The same with the axes of one chart."""
        return replace(
            self,
            logarithmic=self.logarithmic if scale.log_y is None else scale.log_y,
            logarithmic_x=scale.log_x,
            x_range=scale.x_range,
            y_range=scale.y_range,
        )


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """What is drawn of a line; kept while its points stay the same.

    Attributes:
        line: the line.
        smoothing: weight of the average.
        smoothed: the average at each point; None where none is drawn.
        thin: the points, so few that they can be drawn.
        average: the average, so few points that they can be drawn.
        usual_gap: how far its points usually lie apart; infinite for a single one.
        longest_gap: how far they lie apart at the most; of a single one, its distance from 0.
    """

    line: PlottedCurve
    smoothing: float
    smoothed: Values | None
    thin: Curve
    average: Curve | None
    usual_gap: float
    longest_gap: float

    @property
    def gaps(self) -> list[float]:
        """Where stretches begin of which nothing can be drawn."""
        missing = ~np.isfinite(self.thin.y)
        begins = missing & ~np.concatenate(([False], missing[:-1]))
        return [float(x) for x in self.thin.x[begins]]

    def shown_at(self, place: int) -> float:
        """What the eye follows at a point: the average where one is drawn."""
        values = self.line.curve.y if self.smoothed is None else self.smoothed
        return float(values[place])


def drawn_curve(before: DrawnCurve | None, line: PlottedCurve, smoothing: float) -> DrawnCurve:
    """What is to be drawn of a line.

    Args:
        before: what was drawn of the same points.
        line: the line.
        smoothing: weight of the average, for lines that have one.
    """
    weight = smoothing if line.is_smoothed else 0.0
    if before is not None and before.smoothing == weight:
        return replace(before, line=line)
    curve = _drawable(line.curve)
    thin = decimate(curve, _MOST_POINTS)
    if not weight:
        return DrawnCurve(line, weight, None, thin, None, *_gaps_of(line.curve.x))
    smoothed = smooth(curve.y, weight)
    average = decimate(Curve(line.curve.x, smoothed), _MOST_POINTS)
    return DrawnCurve(line, weight, smoothed, thin, average, *_gaps_of(line.curve.x))


def _gaps_of(x: Values) -> tuple[float, float]:
    """The usual and the longest distance from one point to the next."""
    if len(x) < 2:
        return math.inf, abs(float(x[0])) if len(x) else 0.0
    gaps = np.diff(x)
    return float(np.median(gaps)), float(gaps.max())


def _drawable(curve: Curve) -> Curve:
    """The curve with gaps where nothing can be drawn."""
    is_one = np.abs(curve.y) <= MOST_DRAWN
    return curve if is_one.all() else replace(curve, y=np.where(is_one, curve.y, np.nan))
