"""Gradient norms of layers as a picture: a panel for each stack, on one logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import QCoreApplication

from attnstudio.gui.charts.heat_picture import HeatPanel, HeatScale
from attnstudio.gui.look.wording import count
from attnstudio.training.layer_norms import LayerNorms

_LEAST_DECADES = 0.3  # of the scale, where all norms are alike


def layer_panels(stacks: Sequence[LayerNorms]) -> list[HeatPanel]:
    """A panel for each stack, of the logarithms of its norms."""
    return [
        HeatPanel(
            _tr("{stack}: gradient norm").format(stack=stack_name(each.stack).capitalize()),
            np.log10(each.norms),
            each.steps,
            partial(_words_of, each),
        )
        for each in stacks
    ]


def layer_scale(stacks: Sequence[LayerNorms]) -> HeatScale:
    """From the lowest to the highest logarithm to base 10."""
    logs = np.concatenate([np.log10(each.norms).ravel() for each in stacks])
    low, high = float(np.nanmin(logs)), float(np.nanmax(logs))
    if high - low < _LEAST_DECADES:
        middle = (low + high) / 2
        low, high = middle - _LEAST_DECADES / 2, middle + _LEAST_DECADES / 2
    ticks = tuple((log, norm_in_words(10**log)) for log in legend_ticks(low, high))
    return HeatScale(low, high, ticks)


def legend_ticks(low: float, high: float) -> list[float]:
    """Logarithms to write beside the scale: whole powers of ten, or its ends where it has few."""
    whole = list(range(math.ceil(low), math.floor(high) + 1))
    step = max(1, math.ceil(len(whole) / 6))
    return [float(log) for log in whole[::step]] if len(whole) >= 3 else [low, high]


def norm_in_words(norm: float) -> str:
    """Three digits; a dash where nothing was told."""
    return "–" if math.isnan(norm) else f"{norm:.3g}"


def stack_name(stack: str) -> str:
    """In words."""
    return {"encoder": _tr("encoder"), "decoder": _tr("decoder")}[stack]


def _words_of(each: LayerNorms, layer: int, update: int) -> str:
    """``encoder, layer 3, update 1,200: 0.0123``."""
    return _tr("{stack}, layer {layer}, update {step}: {norm}").format(
        stack=stack_name(each.stack),
        layer=layer,
        step=count(each.steps[update]),
        norm=norm_in_words(float(each.norms[layer, update])),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("layers", text)
