"""How far a head looks is learnt (Sukhbaatar et al. 2019, Adaptive Attention Span)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from attnstudio.model.attention.reach import Reached, own_places, places_of_keys
from attnstudio.model.attention.score import Term

RAMP = 4.0  # R, in pieces; the 32 characters of the paper would cut nothing off a sentence
_UNIT = 64.0  # pieces that a parameter of 1 stands for: a step of 1e-3 moves a span by 0.06


class LearntSpan(nn.Module):
    """m(x) = min(max((R + z - x) / R, 0), 1) times exp(s), of each head (equations 1 and 3).

    x is how far a key is from the query, in pieces: z of them count in full, and R more on a ramp
    that ends in exact zeros. As the weights are a softmax, log m is a term of the score. The paper
    looks back only; where a text is read as a whole, x is the distance to either side.

    What a span costs is said by `cost`, and is a part of what is minimised: without it no head has
    a reason to look less far.

    Args:
        heads: how many.
        start: the span of each in the beginning, in pieces.
        is_causal: whether nothing is looked at before it is written.
    """

    def __init__(self, heads: int, start: float, *, is_causal: bool) -> None:
        super().__init__()
        self.is_causal = is_causal
        self.spans_in_units = nn.Parameter(torch.full((heads,), start / _UNIT))

    @property
    def spans(self) -> Tensor:
        """z of each head, (heads,), in pieces and at least 0."""
        at_least: Tensor = _AtLeastZero.apply(self.spans_in_units)  # type: ignore[no-untyped-call]  # torch's own
        return _UNIT * at_least

    def cost(self) -> Tensor:
        """The average span of the heads, in pieces (the sum of equation 4 over M)."""
        return self.spans.mean()

    def over(
        self, queries: Tensor, key_len: int, *, first_query: int, padding: Tensor | None
    ) -> Reached:
        """See `Reach`."""
        own = own_places(queries, key_len, first_query, padding)
        before = own - places_of_keys(queries, key_len)
        edges = RAMP + self.spans[:, None, None]  # (heads, 1, 1)
        soft = ((edges - before.abs()) / RAMP).clamp_max(1.0)  # (…, heads, query_len, key_len)
        soft = soft.expand(*queries.shape[:-1], key_len)
        inside = soft > 0.0
        nearness = torch.where(inside, soft, 1.0).log()
        return Reached(
            inside & (before >= 0) if self.is_causal else inside, (Term("log m(i−j)", nearness),)
        )


class _AtLeastZero(torch.autograd.Function):
    """max(x, 0) whose slope at the bottom leads up but not down.

    That of a plain maximum is 0 there: a span that came to 0 could never grow again.
    """

    @staticmethod
    def forward(context: Any, given: Tensor) -> Tensor:  # noqa: ANN401 - torch's own
        context.save_for_backward(given)
        return given.clamp_min(0.0)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:  # noqa: ANN401
        [given], [gradient] = context.saved_tensors, gradients
        return torch.where(given > 0.0, gradient, gradient.clamp_max(0.0))
