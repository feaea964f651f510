"""What the pictures of heads say, in a sentence for each run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnstudio.gui.charts.head_run import HeadRun, head_name, tr, value_words
from attnstudio.gui.look.wording import count
from attnstudio.training.head_quantities import HeadQuantity, QuantityWords, words_of
from attnstudio.training.head_series import HeadSeries

_LEARNT = (HeadQuantity.ALPHA, HeadQuantity.SPAN)


def run_words(run: HeadRun, quantity: HeadQuantity) -> str:
    """How the heads of a run began and where they are now."""
    series = run.series
    if series is None:
        return _why_none(run.name, quantity)
    if quantity is HeadQuantity.ZEROS and series.is_flat:
        return tr("{run} leaves nothing out: every head gives every place a little.").format(
            run=run.name
        )
    return f"{_mean_words(run.name, series)}{_extremes(series)}."


def nothing_left_out(runs: Sequence[HeadRun]) -> bool:
    """Whether there are no zeros to be drawn, in no run."""
    known = [run.series for run in runs if run.series is not None]
    return bool(known) and all(
        series.quantity is HeadQuantity.ZEROS and series.is_flat for series in known
    )


def _why_none(name: str, quantity: HeadQuantity) -> str:
    if quantity in _LEARNT:
        return tr("{run} does not learn this.").format(run=name)
    return tr("{run} has told nothing of this.").format(run=name)


def _mean_words(name: str, series: HeadSeries) -> str:
    words = words_of(series.quantity)
    one = series.values.shape[:2] == (1, 1)
    template = tr("{run}: {value} at update {step}") if one else tr(
        "{run}: {value} on average at update {step}"
    )  # fmt: skip
    said = template.format(
        run=name, value=_mean(series.values[..., 0], words), step=count(series.steps[0])
    )
    if len(series.steps) > 1:
        said += tr(", {value} at update {step}").format(
            value=_mean(series.values[..., -1], words), step=count(series.steps[-1])
        )
    return said


def _extremes(series: HeadSeries) -> str:
    """Which heads are lowest and highest at last; nothing of a single one."""
    last, words = series.values[..., -1], words_of(series.quantity)
    if np.isfinite(last).sum() < 2:
        return ""
    low = _place(np.where(np.isfinite(last), last, np.inf).argmin(), last)
    high = _place(np.where(np.isfinite(last), last, -np.inf).argmax(), last)
    return tr("; from {low} ({least}) to {high} ({most})").format(
        low=value_words(float(last[low]), words),
        least=head_name(*low),
        high=value_words(float(last[high]), words),
        most=head_name(*high),
    )


def _place(flat: np.intp, table: NDArray[np.float64]) -> tuple[int, int]:
    layer, head = divmod(int(flat), table.shape[1])
    return layer, head


def _mean(table: NDArray[np.float64], words: QuantityWords) -> str:
    """Of the heads of which something is known."""
    known = table[np.isfinite(table)]
    return value_words(float(known.mean()) if known.size else np.nan, words)
