"""Batches without their padding, for all that looks at one position alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor


def usual_count(count: int) -> int:
    """The next of few counts, at most a thirty-second above this one.

    A product for a number of rows that was not seen before costs oneDNN up to a millisecond of
    preparation: 5% of an update on 1,000 tokens when every batch has another number.
    """
    step = 1 << max(0, count.bit_length() - 6)
    return -(-count // step) * step


@dataclass(frozen=True, slots=True)
class Unpadding:
    """Where the real tokens of a padded batch are, and how heads lie apart and side by side.

    Norms, projections, feed-forward layers and dropout look at one position alone, so a training
    batch goes through them as (tokens, model_size). Attention takes (batch, heads, length,
    head_size). One copy leads from each to the other, which rounded attention takes anyway. Where
    there is padding enough, a few places of it stay, for a `usual_count` of tokens.

    Attributes:
        tokens: the flat place of each token in (batch, length).
        positions: (tokens,), the position of each token in its sentence.
    """

    tokens: Tensor
    positions: Tensor
    _sentences: _Layout
    _heads: _Layout

    @classmethod
    def of(cls, mask: Tensor, heads: int) -> Self:
        """For a mask, (batch, length), that is True on real tokens."""
        tokens, padding = (each.flatten().nonzero().squeeze(1) for each in (mask, ~mask))
        staying = usual_count(len(tokens)) - len(tokens)
        tokens, padding = torch.cat((tokens, padding[:staying])), padding[staying:]
        places = (mask.shape, tokens, padding)
        sentences, apart = _Layout.of(*places, heads=1), _Layout.of(*places, heads=heads)
        return cls(tokens, tokens % mask.size(1), sentences, apart)

    def restore(self, states: Tensor) -> Tensor:
        """(tokens, model_size) to (batch, length, model_size), zero on what was left out."""
        padded: Tensor = _Spread.apply(states, self._sentences)  # type: ignore[no-untyped-call]  # torch's own
        return padded.squeeze(1)

    def remove(self, states: Tensor) -> Tensor:
        """(batch, length, model_size) to (tokens, model_size)."""
        found: Tensor = _Collect.apply(states.unsqueeze(1), self._sentences)  # type: ignore[no-untyped-call]
        return found

    def split_heads(self, states: Tensor) -> Tensor:
        """(tokens, model_size) to (batch, heads, length, head_size), zero on what was left out."""
        split: Tensor = _Spread.apply(states, self._heads)  # type: ignore[no-untyped-call]
        return split

    def merge_heads(self, context: Tensor) -> Tensor:
        """(batch, heads, length, head_size) to (tokens, model_size)."""
        merged: Tensor = _Collect.apply(context, self._heads)  # type: ignore[no-untyped-call]
        return merged


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which row of one side stands where on the other; a row is what one head has of one token.

    Attributes:
        shape: (batch, heads, length).
        rows: for each place of that shape, its row of (tokens * heads, head_size); 0 on padding.
        places: for each of those rows, its place.
        padding: the places that are padding.
    """

    shape: tuple[int, int, int]
    rows: Tensor
    places: Tensor
    padding: Tensor

    @classmethod
    def of(cls, shape: torch.Size, tokens: Tensor, padding: Tensor, *, heads: int) -> Self:
        batch, length = shape
        skipped = length * torch.arange(heads, device=tokens.device)  # of the heads before

        def in_each_head(flat: Tensor) -> Tensor:
            own = flat + (heads - 1) * length * (flat // length)
            return (own[:, None] + skipped).flatten()

        places = in_each_head(tokens)
        rows = tokens.new_zeros(batch * heads * length)
        rows[places] = torch.arange(len(places), device=tokens.device)
        return cls((batch, heads, length), rows, places, in_each_head(padding))

    def spread(self, states: Tensor) -> Tensor:
        batch, heads, length = self.shape
        apart = states.reshape(self.places.size(0), -1).index_select(0, self.rows)
        return apart.index_fill_(0, self.padding, 0.0).view(batch, heads, length, -1)

    def collect(self, apart: Tensor) -> Tensor:
        _, heads, _ = self.shape
        found = apart.reshape(self.rows.size(0), -1).index_select(0, self.places)
        return found.view(found.size(0) // heads, -1)


class _Spread(torch.autograd.Function):
    """The transpose of `_Collect`, so that each is the other's gradient."""

    @staticmethod
    def forward(context: Any, states: Tensor, layout: _Layout) -> Tensor:  # noqa: ANN401 - torch's own
        context.layout = layout
        return layout.spread(states)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401
        return context.layout.collect(gradients[0]), None


class _Collect(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, apart: Tensor, layout: _Layout) -> Tensor:  # noqa: ANN401
        context.layout = layout
        return layout.collect(apart)

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401
        return context.layout.spread(gradients[0]), None
