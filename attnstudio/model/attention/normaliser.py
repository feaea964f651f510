"""From scores to weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from torch import Tensor

from attnstudio.config_attention import NormaliserKind


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


# All that can be chosen: the builder reads this, and makes nothing of a kind that is not here.
NORMALISERS: Mapping[NormaliserKind, type[Normaliser]] = MappingProxyType(
    {NormaliserKind.SOFTMAX: Softmax}
)
