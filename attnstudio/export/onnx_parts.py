"""Parts of an attention that a tracer follows for one length alone, as algebra for every length.

A loop over queries, one that ends once numbers are near enough, complex numbers, a branch on a
length: none of it is in a graph. Each part here computes what the part of ours does for which it
stands while a model is traced; the tests hold them against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from attnstudio.model.attention.normaliser import Entmax15, LearntEntmax, Normaliser, Sparsemax
from attnstudio.model.attention.positions import PositionScheme
from attnstudio.model.attention.reach import Reach, Reached, Window
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.score import ScoreFunction, Tanh, Term
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.source_attention import SourceAttention

_STEPS = 16  # of Newton's; no more than 8 were ever needed, see the tests
_LEAST_SHAPE = 1e-6  # α - 1, as in `entmax`
_LEAST = 1e-38


@contextmanager
def traceable(model: nn.Module) -> Iterator[None]:
    """Let a model have parts that a tracer follows, and its own ones again afterwards."""
    looking = [
        part for part in model.modules() if isinstance(part, (MultiHeadAttention, SourceAttention))
    ]
    own = [part.spec for part in looking]
    try:
        for part in looking:
            part.spec = traceable_spec(part.spec)
            if isinstance(part, MultiHeadAttention):  # the other one has one query at a time
                part.spec = replace(part.spec, score=_score(part.spec.score))
        yield
    finally:
        for part, spec in zip(looking, own, strict=True):
            part.spec = spec


def traceable_spec(spec: AttentionSpec) -> AttentionSpec:
    """The same attention of parts that a tracer follows, but for its score."""
    return replace(
        spec,
        normaliser=_normaliser(spec.normaliser),
        reach=_reach(spec.reach),
        positions=_positions(spec.positions),
    )


def _score(score: ScoreFunction) -> ScoreFunction:
    return AllTanh(score) if type(score) is Tanh else score


def _normaliser(normaliser: Normaliser) -> Normaliser:
    match normaliser:
        case Sparsemax():
            return SortedSparsemax()
        case Entmax15():
            return SortedEntmax15()
        case LearntEntmax():
            return SteppedEntmax(normaliser)
        case _:
            return normaliser


def _reach(reach: Reach) -> Reach:
    return MaskedWindow(reach) if isinstance(reach, Window) else reach


def _positions(positions: PositionScheme) -> PositionScheme:
    return PairedRotary() if isinstance(positions, Rotary) else positions


@dataclass(frozen=True, slots=True)
class AllTanh:
    """`Tanh` of all queries at once; the other takes one after the other, which saves memory.

    Attributes:
        score: of which all heads share the v.
    """

    score: Tanh

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        sums = queries.unsqueeze(-2) + keys.unsqueeze(-3)  # (…, query_len, key_len, size)
        return (Term("v·tanh(q+k)", self.score.of_tanh(sums.tanh())),)


@dataclass(frozen=True, slots=True)
class PairedRotary:
    """`Rotary` without complex numbers: the rotation of each pair written out."""

    def turn(self, states: Tensor, first: int) -> Tensor:
        """See `PositionScheme`."""
        waves = sinusoidal_positions(first, states.size(-2), states.size(-1), states.device)
        sines, cosines = waves[:, 0::2], waves[:, 1::2]  # (length, size / 2)
        left, right = states[..., 0::2], states[..., 1::2]
        turned = (left * cosines - right * sines, left * sines + right * cosines)
        return torch.stack(turned, dim=-1).flatten(-2)

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `PositionScheme`."""
        return ()


@dataclass(frozen=True, slots=True)
class MaskedWindow:
    """`Window` with a mask in any case, also where the first steps need none."""

    window: Window

    @property
    def is_causal(self) -> bool:
        """See `Reach`."""
        return self.window.is_causal

    def over(
        self, queries: Tensor, key_len: int, *, first_query: int, padding: Tensor | None
    ) -> Reached:
        """See `Reach`."""
        return Reached(self.window.near(queries, key_len, first_query, padding))


@dataclass(frozen=True, slots=True)
class SortedSparsemax:
    """`Sparsemax` by sorting (Martins and Astudillo 2016, algorithm 1)."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        below = _below(scores, 1.0)
        falling = below.sort(dim=-1, descending=True).values
        ranks = _ranks(falling)
        sums = falling.cumsum(dim=-1)
        support = (1.0 + ranks * falling > sums).sum(dim=-1, keepdim=True)
        threshold = (sums.gather(-1, support - 1) - 1.0) / support
        return _summing_to_1((below - threshold).clamp_min(0.0))


@dataclass(frozen=True, slots=True)
class SortedEntmax15:
    """`Entmax15` by sorting (Peters et al. 2019, algorithm 2)."""

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        below = _below(scores, 0.5)
        falling = below.sort(dim=-1, descending=True).values
        ranks = _ranks(falling)
        means = falling.cumsum(dim=-1) / ranks
        spreads = ranks * (falling.square().cumsum(dim=-1) / ranks - means.square())
        thresholds = means - ((1.0 - spreads) / ranks).clamp_min(0.0).sqrt()
        support = (thresholds <= falling).sum(dim=-1, keepdim=True)
        threshold = thresholds.gather(-1, support - 1)
        return _summing_to_1((below - threshold).clamp_min(0.0).square())


@dataclass(frozen=True, slots=True)
class SteppedEntmax:
    """`LearntEntmax` by a fixed number of Newton's steps; see `entmax`."""

    learnt: LearntEntmax

    def __call__(self, scores: Tensor) -> Tensor:
        """See `Normaliser`."""
        shapes = (self.learnt.alphas().view(-1, 1, 1) - 1.0).clamp_min(_LEAST_SHAPE)  # α - 1
        below = _below(scores, shapes)
        threshold = torch.full_like(below[..., :1], -1.0)
        for _ in range(_STEPS):
            above = (below - threshold).clamp_min(0.0)
            weights = above.pow(1.0 / shapes)
            total = weights.sum(dim=-1, keepdim=True)
            slopes = (weights / (above + _LEAST)).sum(dim=-1, keepdim=True)
            threshold = threshold + (total - total.pow(1.0 - shapes)) / slopes
        # u - 1 says more than u where α is near to 1 and all u are
        logs = (below - (threshold + 1.0)).clamp_min(-1.0).log1p() / shapes
        return _summing_to_1(logs.exp())


def _below(scores: Tensor, shapes: Tensor | float) -> Tensor:
    """(α - 1)(z - max z), and -2 for all that is less: at -1 a weight is 0 already."""
    return ((scores - scores.amax(dim=-1, keepdim=True)) * shapes).clamp_min(-2.0)


def _ranks(rows: Tensor) -> Tensor:
    """(keys,): 1, 2, 3 and so on."""
    return torch.arange(1, rows.size(-1) + 1, device=rows.device, dtype=rows.dtype)


def _summing_to_1(weights: Tensor) -> Tensor:
    return weights / weights.sum(dim=-1, keepdim=True)
