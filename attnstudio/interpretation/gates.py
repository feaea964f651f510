"""How far the gates of recurrent cells are open, in numbers and words that a newcomer can read.

A gate is one number from 0 to 1 for each number of the state (Cho et al. 2014; Hochreiter and
Schmidhuber 1997): hundreds, of which nobody reads one by one how many are shut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from attnstudio.interpretation.formula import Card, CardKind

STEPS = 10  # from shut to open; the first and the last are "almost"

# Each takes {mean} and {spread} in percent, of {n} numbers {shut} that are almost shut and {open}.
_TEMPLATES: Mapping[CardKind, str] = MappingProxyType(
    {
        CardKind.RESET: "On average the candidate may use {mean} of the old state, give or take "
        "{spread}. Of {n} numbers {shut} use almost nothing of it, {open} almost all.",
        CardKind.UPDATE: "On average {mean} of the old state stays, give or take {spread}. Of {n} "
        "numbers {shut} are almost new, {open} almost as before.",
        CardKind.INPUT_GATE: "On average {mean} of the candidate is written, give or take "
        "{spread}. Of {n} numbers {shut} take almost nothing of it, {open} almost all.",
        CardKind.FORGET_GATE: "On average {mean} of the memory stays, give or take {spread}. Of "
        "{n} numbers {shut} are almost forgotten, {open} almost as before.",
        CardKind.OUTPUT_GATE: "On average {mean} of the memory is shown, give or take {spread}. "
        "Of {n} numbers {shut} are almost hidden, {open} almost all shown.",
    }
)


@dataclass(frozen=True, slots=True)
class GateSpread:
    """How far the numbers of a gate are open.

    Attributes:
        counts: how many are in each of `STEPS` equal steps from 0 to 1; a number on the border
            belongs to the step above, and 1 to the last.
        mean: from 0, shut, to 1, open.
        deviation: the standard deviation of all of them.
    """

    counts: tuple[int, ...]
    mean: float
    deviation: float

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return sum(self.counts)


def gate_spread(card: Card) -> GateSpread | None:
    """How far a gate is open; None of a card that is no gate."""
    if card.kind not in _TEMPLATES:
        return None
    values = card.values[0]
    steps = np.minimum((values * STEPS).astype(int), STEPS - 1)
    counts = np.bincount(steps, minlength=STEPS)
    return GateSpread(tuple(counts.tolist()), float(values.mean()), float(values.std()))


def gate_template(kind: CardKind) -> str:
    """What the gate lets through, as a sentence; takes what `GateSpread` knows."""
    return _TEMPLATES[kind]
