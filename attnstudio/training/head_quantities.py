"""What a training tells of each head: its quantities in words, and their place in a log.

A log names numbers by site and quantity, ``cross.entropy``, and has a row of heads for each layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.plain_values import Rows
from attnstudio.sites import Site, SiteRole, site_named

_MOST_LAYERS, _MOST_HEADS = 48, 64  # as configs allow
_DIGITS = 4  # that say something: of few sentences, and kept at every validation


class HeadQuantity(StrEnum):
    """A number of a head; each is a mean over all places of some sentences that look.

    A place that can look at one place only has no choice and is left out of all means.
    """

    ENTROPY = "entropy"  # of its weights, in nats
    SPREAD = "spread"  # that entropy by the logarithm of how many places it can look at
    ZEROS = "zeros"  # the share of places that it can look at and that get exactly 0
    DISTANCE = "distance"  # how far away it looks, in pieces
    ALPHA = "alpha"  # the learnt α of α-entmax
    SPAN = "span"  # the learnt span, in pieces


class HeadPlace(NamedTuple):
    """Which numbers: of which attention, and what they say."""

    site: Site
    quantity: HeadQuantity


HeadNumbers = Mapping[HeadPlace, NDArray[np.float64]]  # each (layers, heads)


@dataclass(frozen=True, slots=True)
class QuantityWords:
    """A quantity, in words for everybody.

    Attributes:
        title: above a picture.
        unit: beside its axis; empty for shares, which go from 0 to 1.
        what: what its values mean, in a sentence or two.
        least: the smallest value that there can be.
        most: the largest; infinite where there is none.
        decimals: how many are written.
    """

    title: str
    unit: str
    what: str
    least: float
    most: float
    decimals: int


_WORDS = {
    HeadQuantity.ENTROPY: QuantityWords(
        "How undecided it is",
        "nats",
        "The entropy of where it looks: 0 looks at one place alone; 0.7 is as undecided as between "
        "two places, 1.6 between five, 2.3 between ten.",
        0.0,
        math.inf,
        2,
    ),
    HeadQuantity.SPREAD: QuantityWords(
        "How spread out it looks",
        "",
        "0 looks at one place alone, 1 at all that it can look at alike.",
        0.0,
        1.0,
        2,
    ),
    HeadQuantity.ZEROS: QuantityWords(
        "What it leaves out",
        "",
        "The share of places that it could look at and that get exactly nothing. A softmax gives "
        "every place a little.",
        0.0,
        1.0,
        2,
    ),
    HeadQuantity.DISTANCE: QuantityWords(
        "How far away it looks",
        "pieces",
        "How many pieces lie between what looks and where it looks. In the translation written so "
        "far it is how far back it looks, in the source to either side; of the translation over "
        "the source it is how far it looks from the place that lies as far along.",
        0.0,
        math.inf,
        1,
    ),
    HeadQuantity.ALPHA: QuantityWords(
        "How sharply it has learnt to choose",
        "α",
        "1 gives every place a little, as a softmax does, and 2 leaves most of them out, as "
        "sparsemax does. Each head starts at 1.5 and finds its own.",
        1.0,
        2.0,
        3,
    ),
    HeadQuantity.SPAN: QuantityWords(
        "How far it has learnt to look",
        "pieces",
        "So many pieces away what it looks at counts in full; a little further on nothing does.",
        0.0,
        math.inf,
        1,
    ),
}


def words_of(quantity: HeadQuantity) -> QuantityWords:
    """What is said of a quantity."""
    return _WORDS[quantity]


def to_log(numbers: HeadNumbers) -> dict[str, Rows]:
    """As an event holds them, with four digits."""
    return {
        log_name(place): tuple(tuple(_rounded(number) for number in row) for row in table.tolist())
        for place, table in numbers.items()
    }


def from_log(told: Mapping[str, Rows]) -> dict[HeadPlace, NDArray[np.float64]]:
    """What can be drawn of what an event holds, which may come from anywhere.

    Passed over is what no attention of a model is called, what no quantity is, and what no model
    is as large as; a number that cannot be is not a number.
    """
    found = {}
    for name, rows in told.items():
        place = place_named(name)
        if place is None or not (0 < len(rows) <= _MOST_LAYERS and 0 < len(rows[0]) <= _MOST_HEADS):
            continue
        words, table = words_of(place.quantity), np.array(rows, dtype=np.float64)
        can_be = np.isfinite(table) & (words.least <= table) & (table <= words.most)
        found[place] = np.where(can_be, table, np.nan)
    return found


def log_name(place: HeadPlace) -> str:
    """What a log calls these numbers: ``cross.entropy``."""
    return f"{place.site.name}.{place.quantity}"


def place_named(name: str) -> HeadPlace | None:
    """Which numbers a log calls so; None where no attention of a model or no quantity is."""
    of_site, _, quantity = name.rpartition(".")
    site = site_named(of_site)
    if site is None or site.role is SiteRole.ANALYSIS or quantity not in set(HeadQuantity):
        return None
    return HeadPlace(site, HeadQuantity(quantity))


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
