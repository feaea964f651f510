"""From where to where a chart reaches, in the numbers of its picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attnstudio.gui.charts.plotted_curve import MOST_DRAWN, PlotOptions, Range
from attnstudio.training.curves import Values, robust_range

_MOST_RANKED = 50_000  # percentiles of so many are near enough
_FEW = 50  # of which none is an outlier, unless it is out of all proportion
_PROPORTION = 1e4  # to the middle one: what is beyond would press all else on the floor
_MINUTE_S = 60.0
_MARGIN_SHARE = 0.06
_USUAL = (0.0, 1.0)


def vertical_range(drawn: Sequence[Values], options: PlotOptions) -> tuple[float, float]:
    """All that is drawn but outliers, or as the person wants it.

    Args:
        drawn: the y of each line.
        options: how the chart is drawn.
    """
    stride = 1 if options.all_shown else 1 + sum(map(len, drawn)) // _MOST_RANKED
    y = np.concatenate([values[::stride] for values in drawn]) if drawn else np.empty(0)
    y = y[np.abs(y) <= MOST_DRAWN]
    if options.logarithmic:
        y = np.log10(y[y > 0])
    if not len(y):
        return _with_ends(_USUAL, options.y_range, logarithmic=options.logarithmic)
    low, high = _without_outliers(y, options)
    margin = (high - low) * _MARGIN_SHARE or abs(high) * _MARGIN_SHARE or 1.0
    least = 0.0 if low >= 0 and not options.logarithmic else low - margin
    return _with_ends(
        (max(least, low - margin), high + margin), options.y_range, logarithmic=options.logarithmic
    )


def horizontal_range(
    drawn: Sequence[Values], options: PlotOptions, *, is_clock: bool
) -> tuple[float, float]:
    """From the first point to the last, or as the person wants it.

    Args:
        drawn: the x of each line, ascending and never empty.
        options: how the chart is drawn.
        is_clock: whether x is a time of day in seconds.
    """
    is_log = options.logarithmic_x
    if is_log:
        drawn = [x[x > 0] for x in drawn if x[-1] > 0]
    if not drawn:
        return _USUAL
    left, right = min(float(x[0]) for x in drawn), max(float(x[-1]) for x in drawn)
    if is_log:
        left, right = float(np.log10(left)), float(np.log10(right))
        found = (left, right) if right > left else (left - 1, right + 1)
    else:
        found = _wide_enough(left, right, _MINUTE_S if is_clock else None)
    return _with_ends(found, options.x_range, logarithmic=is_log)


def _without_outliers(y: Values, options: PlotOptions) -> tuple[float, float]:
    if not options.all_shown and len(y) >= _FEW:
        return robust_range(y) or _USUAL
    if not options.all_shown and not options.logarithmic:
        middle = float(np.median(np.abs(y)))
        y = y[np.abs(y) <= _PROPORTION * middle] if middle else y
    return float(y.min()), float(y.max())


def _wide_enough(left: float, right: float, room: float | None) -> tuple[float, float]:
    """A range with room; a single point stands in the middle, and the numbers beside it are round.

    Between 200.2 and 200.8 there is nothing to be read.

    Args:
        left: the first point.
        right: the last.
        room: what there is on both sides of a single one; None for as much as there is below it.
    """
    if right > left:
        return left, right
    if room is not None:
        return left - room, left + room
    return (0.0, 2 * left) if left > 0 else (left - 1, left + 1)


def _with_ends(
    found: tuple[float, float], wanted: Range | None, *, logarithmic: bool
) -> tuple[float, float]:
    """A range with the ends that the person wants, where a picture with them is possible."""
    low, high = found
    for number, end in enumerate(wanted or ()):
        if end is not None and (end > 0 or not logarithmic):
            place = float(np.log10(end)) if logarithmic else end
            low, high = (place, high) if number == 0 else (low, place)
    return (low, high) if low < high else (low, low + 1)
