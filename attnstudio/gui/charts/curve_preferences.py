"""What a person chose about the charts, to be remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions
from attnstudio.training.curves import Axis
from attnstudio.training.metric import Metric


@dataclass(frozen=True, slots=True)
class CurvePreferences:
    """What the person chose about the charts.

    Attributes:
        axis: what they are drawn against.
        options: how all are drawn.
        scales: axes of charts that have their own, by the first metric of each.
        marks_shown: whether best, resumptions and epochs are marked.
    """

    axis: Axis = Axis.STEPS
    options: PlotOptions = field(default_factory=PlotOptions)
    scales: Mapping[Metric, ChartScale] = field(default_factory=dict)
    marks_shown: bool = True
