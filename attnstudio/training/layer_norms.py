"""How hard training pulled at each layer, update by update, as validations have told it."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.training.events import Validation

_STACKS = ("encoder", "decoder")
_NAME = re.compile(r"(encoder|decoder)\.(\d{1,2})", re.ASCII)  # a log may come from anywhere
_MOST_LAYERS = 48  # as configs allow


@dataclass(frozen=True, slots=True)
class LayerNorms:
    """Gradient norms of a stack of layers.

    Attributes:
        stack: encoder or decoder.
        steps: the updates after which something was told, ascending.
        norms: (layers, updates), above 0, the first layer first; not a number where nothing was
            told.
    """

    stack: str
    steps: tuple[int, ...]
    norms: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """The layers of a stack at which training pulls least and most.

    Attributes:
        stack: encoder or decoder.
        step: after which update.
        least: the layer with the shortest gradient, counted from 0.
        most: the one with the longest.
        layers: how many there are.
        ratio: of the longest to the shortest.
    """

    stack: str
    step: int
    least: int
    most: int
    layers: int
    ratio: float


def layer_norms(validations: Sequence[Validation]) -> tuple[LayerNorms, ...]:
    """Those of each stack of which anything is known, the encoder first."""
    told = [(event.step, _by_layer(event)) for event in validations]
    told = [(step, found) for step, found in told if found]
    steps = tuple(step for step, _ in told)
    norms = []
    for stack in _STACKS:
        layers = {layer for _, found in told for name, layer in found if name == stack}
        if not layers:
            continue
        table = np.full((max(layers) + 1, len(steps)), np.nan)
        for column, (_, found) in enumerate(told):
            for (name, layer), norm in found.items():
                if name == stack:
                    table[layer, column] = norm
        norms.append(LayerNorms(stack, steps, table))
    return tuple(norms)


def widest_spread(stacks: Sequence[LayerNorms]) -> Spread | None:
    """The stack whose layers differ most after the last update; None where none has two."""
    spreads = [found for each in stacks if (found := _spread_of(each)) is not None]
    return max(spreads, key=lambda spread: spread.ratio, default=None)


def norms_table(stacks: Sequence[LayerNorms], delimiter: str = ",") -> str:
    """Every number with all digits, whatever the locale: one line for a layer and an update."""
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["stack", "layer", "update", "gradient_norm"])
    for each in stacks:
        for layer, row in enumerate(each.norms.tolist()):
            for step, norm in zip(each.steps, row, strict=True):
                writer.writerow([each.stack, layer, step, "" if math.isnan(norm) else norm])
    return table.getvalue()


def _by_layer(event: Validation) -> dict[tuple[str, int], float]:
    """What can be drawn of what a validation says, by stack and layer."""
    found = {}
    for name, norm in event.gradient_norms.items():
        match = _NAME.fullmatch(name)
        if match and int(match[2]) < _MOST_LAYERS and math.isfinite(norm) and norm > 0.0:
            found[match[1], int(match[2])] = norm
    return found


def _spread_of(each: LayerNorms) -> Spread | None:
    last = each.norms[:, -1]
    known = np.flatnonzero(~np.isnan(last))
    if len(known) < 2:
        return None
    least, most = (int(known[pick(last[known])]) for pick in (np.argmin, np.argmax))
    ratio = float(last[most] / last[least])
    return Spread(each.stack, each.steps[-1], least, most, len(last), ratio)
