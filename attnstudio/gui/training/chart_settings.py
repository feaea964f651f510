"""What the person chose about the charts, kept from one start to the next."""

from __future__ import annotations

import math

from attnstudio.gui.charts.curve_preferences import CurvePreferences
from attnstudio.gui.charts.plotted_curve import ChartScale, PlotOptions, Range
from attnstudio.gui.studio.settings import Settings
from attnstudio.training.curves import Axis
from attnstudio.training.metric import METRICS, Metric


def load_preferences(settings: Settings) -> CurvePreferences:
    """As they were left; what is not known has its default."""
    usual = PlotOptions()
    axes = {axis.value: axis for axis in Axis}
    return CurvePreferences(
        axes.get(settings.value("curves/axis", ""), Axis.STEPS),
        PlotOptions(
            smoothing=min(max(settings.value("curves/smoothing", usual.smoothing), 0.0), 0.999),
            raw_shown=settings.value("curves/raw", usual.raw_shown),
            logarithmic=settings.value("curves/logarithmic", usual.logarithmic),
            all_shown=settings.value("curves/outliers", usual.all_shown),
        ),
        {
            metric: scale
            for metric in METRICS
            if (scale := _load_scale(settings, metric)) != ChartScale()
        },
        settings.value("curves/marks", True),
    )


def save_preferences(settings: Settings, preferences: CurvePreferences) -> None:
    """Keep them."""
    options = preferences.options
    settings.set_value("curves/axis", preferences.axis.value)
    settings.set_value("curves/smoothing", options.smoothing)
    settings.set_value("curves/raw", options.raw_shown)
    settings.set_value("curves/logarithmic", options.logarithmic)
    settings.set_value("curves/outliers", options.all_shown)
    settings.set_value("curves/marks", preferences.marks_shown)
    for metric in METRICS:
        scale = preferences.scales.get(metric, ChartScale())
        log_y = "" if scale.log_y is None else str(scale.log_y)
        settings.set_value(_key(metric, "log_y"), log_y)
        settings.set_value(_key(metric, "log_x"), scale.log_x)
        settings.set_value(_key(metric, "range_y"), _range_as_text(scale.y_range))
        settings.set_value(_key(metric, "range_x"), _range_as_text(scale.x_range))


def _load_scale(settings: Settings, metric: Metric) -> ChartScale:
    """Its logarithms and ranges; a chart says so where its range was set."""
    log_y = {"True": True, "False": False}.get(settings.value(_key(metric, "log_y"), ""))
    return ChartScale(
        log_y,
        settings.value(_key(metric, "log_x"), False),
        _range_in(settings.value(_key(metric, "range_x"), "")),
        _range_in(settings.value(_key(metric, "range_y"), "")),
    )


def _range_as_text(ends: Range | None) -> str:
    return ":".join("" if end is None else repr(end) for end in ends) if ends else ""


def _range_in(text: str) -> Range | None:
    """What was stored; None for what can be no range."""
    low, colon, high = text.partition(":")
    try:
        ends = (float(low) if low else None, float(high) if high else None)
    except ValueError:
        return None
    known = [end for end in ends if end is not None]
    is_one = colon and known and all(map(math.isfinite, known)) and known == sorted(set(known))
    return ends if is_one else None


def _key(metric: Metric, name: str) -> str:
    return f"curves/{metric.key}/{name}"
