"""Attention over a window, in blocks: its cost grows with the length, not with its square."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.model.attention.fused import fused_attention
from attnstudio.model.attention.reach import Window, own_places

_LEAST_BLOCK = 32  # queries: what smaller ones save in keys, they cost in calls


def banded_attention(
    window: Window,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    padding: Tensor | None,
    *,
    first_query: int = 0,
    dropout: float = 0.0,
) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V inside a window (Beltagy et al. 2020, section 3.1).

    Queries are taken in blocks that follow each other. A block looks at the keys that its first
    and its last query reach and at all between, by torch's fused attention with a mask. For n
    queries, w keys on each side and blocks of about 2 w that is O(n w) time and memory.

    Args:
        window: how far, to which sides.
        queries: (batch, heads, query_len, head_size).
        keys: (batch, heads, key_len, head_size).
        values: (batch, heads, key_len, head_size).
        padding: (batch, 1, 1, key_len), True where there is none, which is at the end; None where
            there is none at all.
        first_query: the absolute position of the first query, counted from 0.
        dropout: share of weights dropped.

    Returns:
        (batch, heads, query_len, head_size).
    """
    length = queries.size(2)
    block = min(length, max(_LEAST_BLOCK, 2 * window.size))
    queries = functional.pad(queries, (0, 0, 0, -length % block))
    own = own_places(queries, keys.size(2), first_query, padding)
    band = _Band.of(window, own.reshape(-1, queries.size(2) // block, block), padding, keys)
    batch, heads, _, size = queries.shape
    blocks = queries.view(batch, heads, -1, block, size).transpose(1, 2).flatten(0, 1)
    mask = band.seen.expand(batch, -1, -1, -1).flatten(0, 1).unsqueeze(1)
    context = fused_attention(blocks, band.taken(keys), band.taken(values), mask, dropout)
    apart = context.view(batch, -1, heads, block, context.size(-1)).transpose(1, 2)
    return apart.flatten(2, 3)[:, :, :length]


@dataclass(frozen=True, slots=True)
class _Band:
    """Which keys each block of queries is given, and which of them each query sees.

    Attributes:
        places: (batch or 1, blocks, taken), of the keys; those beyond an end are repeated.
        seen: (batch or 1, blocks, block, taken).
    """

    places: Tensor
    seen: Tensor

    @classmethod
    def of(cls, window: Window, own: Tensor, padding: Tensor | None, keys: Tensor) -> Self:
        """For queries that stand at (batch or 1, blocks, block) places, which never fall."""
        block, last = own.size(-1), keys.size(2) - 1
        count = block + window.size * (1 if window.is_causal else 2)
        wanted = own[..., :1] - window.size + torch.arange(count, device=own.device)
        before = own.unsqueeze(-1) - wanted.unsqueeze(-2)  # (…, blocks, block, taken)
        after = 0 if window.is_causal else window.size
        seen = (before <= window.size) & (before >= -after)
        places = wanted.clamp(0, last)
        real = wanted == places
        if padding is not None:
            is_text = padding.flatten(1)  # (batch, key_len)
            real &= is_text.gather(1, places.flatten(1)).view_as(places)
        return cls(places, seen & real.unsqueeze(-2))

    def taken(self, states: Tensor) -> Tensor:
        """(batch, heads, key_len, size) to (batch * blocks, heads, taken, size)."""
        batch, heads, length, size = states.shape
        rows = length * torch.arange(batch, device=states.device)
        flat = (self.places + rows[:, None, None]).flatten()
        found = states.transpose(1, 2).reshape(batch * length, -1).index_select(0, flat)
        return found.view(-1, self.places.size(-1), heads, size).transpose(1, 2)
