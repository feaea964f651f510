"""What the pictures of heads show of one run, and the scale that several runs share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.training.head_quantities import HeadPlace, QuantityWords, words_of
from attnstudio.training.head_series import HeadSeries

_MOST_LINES = 16  # of one run: more cannot be told apart
_MOST_COLOURED = 8  # layers, as there are colours
_MARGIN_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class HeadRun:
    """One quantity of every head of one attention of a run.

    Attributes:
        name: the run's.
        series: what its log told; None where it told nothing of this.
    """

    name: str
    series: HeadSeries | None

    @property
    def shape(self) -> tuple[int, int]:
        """Layers and heads."""
        if self.series is None:
            return 0, 0
        layers, heads, _ = self.series.values.shape
        return layers, heads


def fits_lines(runs: Sequence[HeadRun]) -> bool:
    """Whether every head can have a line that is told from the others."""
    shapes = [run.shape for run in runs]
    return all(
        layers <= _MOST_COLOURED and layers * heads <= _MOST_LINES for layers, heads in shapes
    )


def shared_range(runs: Sequence[HeadRun], words: QuantityWords) -> tuple[float, float]:
    """From where to where all numbers lie, with a margin within what there can be."""
    known = [run.series.values for run in runs if run.series is not None]
    values = np.concatenate([each[np.isfinite(each)] for each in known]) if known else np.empty(0)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    margin = (high - low) * _MARGIN_SHARE or max(abs(high) * _MARGIN_SHARE, 10.0**-words.decimals)
    return max(words.least, low - margin), min(words.most, high + margin)


def quantity_title(words: QuantityWords) -> str:
    """With its unit, as above a picture: ``How far away it looks (pieces)``."""
    title = tr(words.title)
    return f"{title} ({tr(words.unit)})" if words.unit else title


def place_title(place: HeadPlace) -> str:
    """A quantity and of which attention: for files, and for those who cannot see the choice."""
    return f"{quantity_title(words_of(place.quantity))}: {site_name(place.site)}"


def head_name(layer: int, head: int) -> str:
    """``layer 1, head 3``, counted from 0 as everywhere."""
    return tr("layer {layer}, head {head}").format(layer=layer, head=head)


def value_words(value: float, words: QuantityWords) -> str:
    """A number with as many decimals as say something; a dash where nothing was told."""
    return "–" if math.isnan(value) else decimals(value, words.decimals)


def head_words(run: HeadRun, layer: int, head: int, column: int) -> str:
    """``plain-1, layer 1, head 3, update 1,200: 0.25``."""
    assert run.series is not None  # it has columns
    words = words_of(run.series.quantity)
    said = tr("{run}, {head}, update {step}: {value}").format(
        run=run.name,
        head=head_name(layer, head),
        step=count(run.series.steps[column]),
        value=value_words(float(run.series.values[layer, head, column]), words),
    )
    return f"{said} {tr(words.unit)}" if words.unit else said


def tr(text: str) -> str:
    """In the person's language."""
    return QCoreApplication.translate("heads", text)
