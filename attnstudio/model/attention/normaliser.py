"""From scores to weights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from attnstudio.model.attention.entmax import (
    entmax,
    entmax15,
    sparsemax,
    tsallis_entropies,
)


class Normaliser(Protocol):
    """Makes each row of scores a distribution. One that learns something is a module as well."""

    def __call__(self, scores: Tensor) -> Tensor:
        """Weights of the same shape, whose rows sum to 1.

        Args:
            scores: (batch, heads, query_len, key_len) in float32 or better; minus infinity where a
                query may not look, and there the weight is exactly 0. Every row has a finite score.
        """
        ...


class EntropicNormaliser(Normaliser, Protocol):
    """One whose weights are the best of all distributions in the sense of `entropies`."""

    def entropies(self, weights: Tensor, head: int) -> Tensor:
        """(batch, query_len): H(p), where the weights p of scores z make p·z + H(p) largest.

        Args:
            weights: (batch, query_len, key_len), rows that sum to 1.
            head: whose weights they are, counted from 0.
        """
        ...


@dataclass(frozen=True, slots=True)
class Softmax:
    """exp(s) over its sum."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        return scores.softmax(dim=-1)

    def entropies(self, weights: Tensor, head: int) -> Tensor:  # noqa: ARG002 - see Normaliser
        """Shannon's, in nats."""
        return -torch.xlogy(weights, weights).sum(dim=-1)


@dataclass(frozen=True, slots=True)
class Sparsemax:
    """The nearest distribution to the scores (Martins and Astudillo 2016)."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        return sparsemax(scores)

    def entropies(self, weights: Tensor, head: int) -> Tensor:  # noqa: ARG002 - see Normaliser
        """Gini's: see `tsallis_entropies`."""
        return tsallis_entropies(weights, 2.0)


@dataclass(frozen=True, slots=True)
class Entmax15:
    """Half-way between softmax and sparsemax: α-entmax with α = 1.5 (Peters et al. 2019)."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        return entmax15(scores)

    def entropies(self, weights: Tensor, head: int) -> Tensor:  # noqa: ARG002 - see Normaliser
        """See `tsallis_entropies`."""
        return tsallis_entropies(weights, 1.5)


@dataclass(frozen=True, slots=True)
class Share:
    """s over its sum, of scores above 0: linear attention (Katharopoulos et al. 2020, equation 4).

    As all scores divided by one number have the same shares, it knows no temperature.
    """

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        there = scores.masked_fill(scores == -math.inf, 0.0)  # as exporters know it
        return there / there.sum(dim=-1, keepdim=True)


class LearntEntmax(nn.Module):
    """α-entmax with an α of each head, 1 + sigmoid(a) (Correia et al. 2019, section 3).

    Each starts at 1.5.

    Args:
        heads: how many there are.
    """

    def __init__(self, heads: int) -> None:
        super().__init__()
        self.raw_alphas = nn.Parameter(torch.zeros(heads))  # a

    def alphas(self) -> Tensor:
        """(heads,), between 1 and 2."""
        return 1.0 + self.raw_alphas.float().sigmoid()

    def forward(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        return entmax(scores, self.alphas().view(-1, 1, 1))

    def entropies(self, weights: Tensor, head: int) -> Tensor:
        """See `tsallis_entropies`."""
        return tsallis_entropies(weights, float(self.alphas()[head].detach()))
