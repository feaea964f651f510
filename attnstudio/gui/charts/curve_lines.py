"""What is drawn of the runs: lines of each chart, and marks that concern every chart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt

from attnstudio.gui.charts.mark_lines import Mark, MarkKind
from attnstudio.gui.charts.plotted_curve import PlottedCurve
from attnstudio.gui.look.theme import Colours
from attnstudio.training.curves import Axis, Curves
from attnstudio.training.metric import (
    GRADIENT_NORM,
    LEARNING_RATE,
    SPEED,
    TRAINING_LOSS,
    VALIDATION_LOSS,
    Metric,
    validated,
)
from attnstudio.training.scores import (
    AER,
    ATTENTION_ENTROPY,
    BLEU,
    CHRF,
    PERPLEXITY,
    SOURCE_SHARE,
    TEXT_AGREEMENT,
    with_unknown,
)

_LATELY = 100  # validations: what is measured now and then is among them
_MOST_EPOCHS = 20  # lines: more would be a hatching
_NOISY = {TRAINING_LOSS, GRADIENT_NORM, SPEED}


class Chart(NamedTuple):
    """What one chart is about."""

    title: str
    unit: str
    metrics: tuple[Metric, ...]


def all_charts() -> list[Chart]:
    """The charts in their order."""
    both = (TRAINING_LOSS, VALIDATION_LOSS)
    return [
        Chart(_tr("Loss"), _tr("nats per token"), both),
        Chart("BLEU", "", (validated(BLEU),)),
        Chart(_tr("Perplexity"), "", (validated(PERPLEXITY),)),
        Chart(_tr("Alignment error"), "", (validated(AER),)),
        Chart(_tr("Text agreement"), "", (validated(TEXT_AGREEMENT),)),
        Chart("chrF", "", (validated(CHRF),)),
        Chart(_tr("Spread of attention"), "", (validated(ATTENTION_ENTROPY),)),
        Chart(_tr("Share of the source"), "", (validated(SOURCE_SHARE),)),
        Chart(_tr("Speed"), _tr("tokens/s"), (SPEED,)),
        Chart(_tr("Learning rate"), "", (LEARNING_RATE,)),
        Chart(_tr("Gradient norm"), "", (GRADIENT_NORM,)),
    ]


@dataclass(slots=True)
class BoardRun:
    """A run on the board.

    Attributes:
        curves: of its history.
        series: which of the colours is its own.
        visible: whether its lines are drawn.
    """

    curves: Curves
    series: int
    visible: bool = True


def charts_of_unknown(runs: Iterable[BoardRun]) -> list[Chart]:
    """Charts of scores that were reported lately and of which nothing is declared."""
    lately = (made for run in runs for made in run.curves.history.validations[-_LATELY:])
    scores = with_unknown((), (name for made in lately for name in made.scores))
    return [Chart(score.label.capitalize(), "", (validated(score),)) for score in scores]


def lines_of(
    runs: Mapping[str, BoardRun], chart: Chart, axis: Axis, colours: Colours, *, marks_shown: bool
) -> list[PlottedCurve]:
    """The lines of a chart, in the order of their colours whatever came first."""
    lines = []
    for name, run in sorted(runs.items(), key=lambda item: item[1].series):
        if not run.visible:
            continue
        for number, metric in enumerate(chart.metrics):
            series = colours.series_of(run.series)
            if number:  # the second quantity of a chart: the same colour, dashed
                series = series._replace(dash=Qt.PenStyle.DashLine)
            label = name if len(chart.metrics) == 1 else f"{name}, {metric.label}"
            lines.append(
                PlottedCurve(
                    name,
                    label,
                    run.curves.of(metric, axis),
                    series,
                    is_smoothed=metric in _NOISY,
                    has_markers=metric.is_validated,
                    best_x=_best_x(run, metric, axis) if marks_shown else None,
                )
            )
    return lines


def marks_of(run: BoardRun, axis: Axis) -> list[Mark]:
    """Where a run was resumed and where its epochs end."""
    resumed = [begun.step for begun in run.curves.history.segments if begun.step]
    ends = run.curves.epoch_ends(axis)
    ends = ends[:: 1 + len(ends) // _MOST_EPOCHS]
    return [Mark(MarkKind.EPOCH, float(x)) for x in ends if math.isfinite(x)] + [
        Mark(MarkKind.RESUMED, float(x))
        for x in run.curves.at_steps(resumed, axis)
        if math.isfinite(x)
    ]


def _best_x(run: BoardRun, metric: Metric, axis: Axis) -> float | None:
    best = run.curves.history.best
    if best is None or not metric.is_validated:
        return None
    places = run.curves.at_steps([best.step], axis)
    return float(places[0]) if len(places) and math.isfinite(places[0]) else None


def _tr(text: str) -> str:
    return QCoreApplication.translate("curve_lines", text)
