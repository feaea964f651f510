"""From scores to weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor


class Normaliser(Protocol):
    """Makes each row of scores a distribution."""

    def __call__(self, scores: Tensor) -> Tensor:
        """Weights of the same shape, whose rows sum to 1.

        Args:
            scores: (…, query_len, key_len) in float32 or better; minus infinity where a query may
                not look, and there the weight is exactly 0. Every row has a finite score.
        """
        ...


@dataclass(frozen=True, slots=True)
class Softmax:
    """exp(s) over its sum."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        return scores.softmax(dim=-1)
