"""How each head of a model looks, on average over many sentences."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Record
from attnstudio.interpretation.head_figures import distances_of, row_entropies, row_spreads
from attnstudio.interpretation.reach import reach_at
from attnstudio.sites import Site, SiteRole
from attnstudio.training.head_quantities import HeadNumbers, HeadPlace, HeadQuantity

_NUMBERS_TOGETHER = 2**18  # of layers that are added up at once: long sentences are many numbers
_OF_ROWS = (HeadQuantity.ENTROPY, HeadQuantity.SPREAD, HeadQuantity.DISTANCE)


class HeadTotals:
    """Adds up how the heads look in one sentence after the other; none is kept.

    Each row that has a choice counts once, so that a long sentence counts more than a short one:
    the share of zeros is then that of all places, and can be held against another model's.
    """

    def __init__(self) -> None:
        self._sums: dict[Site, _Sums] = {}

    def add(self, record: Record) -> None:
        """Take in a sentence, whose numbers are those that the model computed with."""
        for site in record.sites:
            if site.role is not SiteRole.ANALYSIS:
                matrix = record.matrices[site]
                sums = self._sums.setdefault(site, _Sums(matrix.layers, matrix.heads))
                sums.add(site, matrix)

    def means(self) -> HeadNumbers:
        """By site and quantity; not a number of heads that never had a choice."""
        return {
            HeadPlace(site, quantity): table
            for site, sums in self._sums.items()
            for quantity, table in sums.means().items()
        }

    def zero_shares(self) -> dict[Site, float]:
        """The share of exact zeros at each site, of all its heads together."""
        return {
            site: float(sums.zeros.sum() / sums.places.sum())
            for site, sums in self._sums.items()
            if sums.places.any()
        }

    def choices(self) -> dict[Site, Counter[int]]:
        """At each site, how many rows can look at how many places."""
        return {site: sums.choices for site, sums in self._sums.items()}


class _Sums:
    """Of one site, each (layers, heads); and of how many rows how many places can be looked at."""

    def __init__(self, layers: int, heads: int) -> None:
        self.choices: Counter[int] = Counter()
        self.of_rows = np.zeros((len(_OF_ROWS), layers, heads))
        self.rows, self.places, self.zeros = (np.zeros((layers, heads)) for _ in range(3))

    def add(self, site: Site, matrix: Matrix) -> None:
        rows, columns = matrix.weights.shape[2:]
        distances, everywhere = distances_of(site, rows, columns), reach_at(site, rows, columns)
        together = max(1, _NUMBERS_TOGETHER // (matrix.heads * rows * columns))
        for first in range(0, matrix.layers, together):
            layers = slice(first, first + together)
            weights = matrix.weights[layers].astype(np.float64)  # (layers, heads, rows, columns)
            reached = everywhere if matrix.reached is None else matrix.reached[layers]
            self._add_layers(layers, weights, np.broadcast_to(reached, weights.shape), distances)

    def _add_layers(
        self,
        layers: slice,
        weights: NDArray[np.float64],
        reached: NDArray[np.bool_],
        distances: NDArray[np.float64],
    ) -> None:
        choices = reached.sum(axis=-1)  # (layers, heads, rows)
        counts = choices > 1
        of_rows = {
            HeadQuantity.ENTROPY: row_entropies(weights),
            HeadQuantity.SPREAD: row_spreads(weights, np.maximum(choices, 2)),
            HeadQuantity.DISTANCE: (weights * distances).sum(axis=-1),
        }
        for number, quantity in enumerate(_OF_ROWS):
            self.of_rows[number, layers] += (of_rows[quantity] * counts).sum(axis=-1)
        zeros = ((weights == 0.0) & reached).sum(axis=-1)
        sizes, rows = np.unique(choices[counts], return_counts=True)
        self.choices.update(dict(zip(sizes.tolist(), rows.tolist(), strict=True)))
        self.rows[layers] += counts.sum(axis=-1)
        self.places[layers] += (choices * counts).sum(axis=-1)
        self.zeros[layers] += (zeros * counts).sum(axis=-1)

    def means(self) -> dict[HeadQuantity, NDArray[np.float64]]:
        rows = np.where(self.rows, self.rows, np.nan)
        of_rows = {quantity: self.of_rows[n] / rows for n, quantity in enumerate(_OF_ROWS)}
        places = np.where(self.places, self.places, np.nan)
        return {**of_rows, HeadQuantity.ZEROS: self.zeros / places}
