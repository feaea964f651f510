"""What an additive attention knew of its looks before, as plain arrays; see `step_numbers`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class CoverageNumbers:
    """What one head knew of its looks before, at one query (Tu et al. 2016).

    Attributes:
        earlier: (looks before, keys), their weights.
        covered: (keys,), what they come to: their sum, each in parts of the fertility.
        vector: (head_size,), the V of v·tanh(q + k + V c).
        fertility: (keys,), how many words each key is expected to become; None where it is 1.
        expects: (memory_size,), of which that is made; None likewise.
    """

    earlier: Numbers
    covered: Numbers
    vector: Numbers
    fertility: Numbers | None
    expects: Numbers | None


@dataclass(frozen=True, slots=True)
class CoverageArrays:
    """The same of all heads and queries.

    Attributes:
        covered: (heads, queries, keys).
        vectors: (heads, head_size).
        fertility: (heads, keys); None where it is 1.
        expects: (heads, memory_size); None likewise.
    """

    covered: Numbers
    vectors: Numbers
    fertility: Numbers | None
    expects: Numbers | None

    def head(self, head: int, query: int, weights: Numbers) -> CoverageNumbers:
        """The numbers of one head at one query, whose weights of all queries are given."""
        return CoverageNumbers(
            weights[:query],
            self.covered[head, query],
            self.vectors[head],
            None if self.fertility is None else self.fertility[head],
            None if self.expects is None else self.expects[head],
        )
