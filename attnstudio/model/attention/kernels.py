"""Who computes an attention: the explicit way, or one that was proven to compute the same, faster.

`kernel_for` is the only place that knows. A kernel is taken for what it was proven for alone:
what is added to `score`, `normaliser`, `reach` or `positions` is computed explicitly, and needs no
word here.
"""

from __future__ import annotations

import math
from enum import StrEnum

import torch
from torch import Tensor

from attnstudio.model.attention.alibi import Alibi
from attnstudio.model.attention.banded import banded_attention
from attnstudio.model.attention.fused import fused_attention
from attnstudio.model.attention.linear import linear_attention
from attnstudio.model.attention.normaliser import Share, Softmax
from attnstudio.model.attention.positions import NO_POSITIONS, NoPositions, PositionScheme
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Everything, Reach, SoFar, Window, both_masks
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.rounded import rounded_attention
from attnstudio.model.attention.score import Dot, FeatureDot, ScaledDot, Tanh
from attnstudio.model.attention.spec import AttentionSpec

# From there on blocks are quicker than one product with a mask, there and back: with 4 heads
# of 32 in float32 on one core, 1.1 to 1.4 times at 128 pieces and a window of 8, 5 times at 512.
_LEAST_LENGTH = 128
_LEAST_WINDOWS = 8  # 1.2 times with a window of 32 at 256 pieces, 2 times with one of 128 at 1,024


class Kernel(StrEnum):
    """A way to compute an attention."""

    EXPLICIT = "explicit"  # `attend`: of every kind, with weights that can be seen and changed
    FUSED = "fused"  # torch's own scaled_dot_product_attention
    ROUNDED = "rounded"  # `rounded_attention`: in bfloat16 on a processor
    LINEAR = "linear"  # `linear_attention`: of shares, whose weights never exist
    BANDED = "banded"  # `banded_attention`: in blocks along a window
    PACKED = "packed"  # `packed_layers`: float32 on a processor, matrices arranged beforehand


def kernel_for(
    spec: AttentionSpec,
    device: torch.device,
    dtype: torch.dtype,
    *,
    needs_weights: bool = False,
    drops: bool = False,
    length: int = 0,
    is_packed: bool = False,
) -> Kernel:
    """The fastest kernel that computes an attention as it is said.

    Args:
        spec: what to compute. Only scaled dot products with a softmax, over everything, what is
            written so far or a window, have other kernels; a subclass of these is another kind.
            Rotary positions turn queries and keys before any kernel sees them, but `PACKED`
            turns nothing. ALiBi is added to the scores: there and back `FUSED` took 0.6 to 0.9 of
            the time of `EXPLICIT` for 16 to 1,024 pieces on one core, `ROUNDED` 0.6 to 1.
        device: where.
        dtype: of queries, keys and values alike.
        needs_weights: whether the weights are to be seen or changed.
        drops: whether weights are dropped on the way.
        length: how many queries there are at least, and how many keys.
        is_packed: whether the matrices were arranged for reading.
    """
    on_processor = device.type == "cpu"
    if needs_weights:
        return Kernel.EXPLICIT
    if _sums_up(spec) and not drops:
        return Kernel.LINEAR
    is_proven = (
        type(spec.score) is ScaledDot
        and type(spec.normaliser) is Softmax
        and type(spec.reach) in (Everything, SoFar, Window)
        and type(spec.positions) in (NoPositions, Rotary, Alibi)
    )
    has_terms = type(spec.positions) is Alibi
    if not is_proven or (has_terms and not on_processor):
        return Kernel.EXPLICIT
    if (
        type(spec.reach) is Window
        and not has_terms
        and length >= max(_LEAST_LENGTH, _LEAST_WINDOWS * spec.reach.size)
    ):
        return Kernel.BANDED
    is_plain = type(spec.reach) is not Window and type(spec.positions) is NoPositions
    if is_packed and is_plain and on_processor and dtype is torch.float32 and not drops:
        return Kernel.PACKED
    if on_processor and dtype is torch.bfloat16 and not drops:
        return Kernel.ROUNDED
    return Kernel.FUSED


def _sums_up(spec: AttentionSpec) -> bool:
    return (
        type(spec.score) is FeatureDot
        and type(spec.normaliser) is Share
        and type(spec.reach) in (Everything, SoFar)
        and type(spec.positions) is NoPositions
    )


def may_look_together(spec: AttentionSpec) -> bool:
    """Whether queries that share their keys may look as one row after the other.

    That is so where the position of a query counts for nothing.
    """
    return (
        type(spec.reach) in (Everything, PredictedWindow)
        and type(spec.positions) is NoPositions
        and type(spec.score) in (Dot, ScaledDot, Tanh, FeatureDot)
    )


def context_by(
    kernel: Kernel,
    reach: Reach,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    padding: Tensor | None,
    *,
    first_query: int = 0,
    dropout: float = 0.0,
    positions: PositionScheme = NO_POSITIONS,
) -> Tensor:
    """The context by a kernel that shows no weights: `FUSED`, `ROUNDED`, `BANDED`, `LINEAR`.

    Args:
        kernel: the one that `kernel_for` chose.
        reach: how far a query may look.
        queries: (batch, heads, query_len, head_size).
        keys: (batch, heads, key_len, head_size).
        values: (batch, heads, key_len, head_size).
        padding: (batch, 1, 1, key_len), True where there is none; None where there is none at all.
        first_query: the absolute position of the first query, counted from 0.
        dropout: share of weights dropped; 0 but where weights exist.
        positions: what places add to the scores; something for `FUSED` and `ROUNDED` alone.

    Returns:
        (batch, heads, query_len, head_size).
    """
    if kernel is Kernel.LINEAR:
        return linear_attention(
            queries, keys, values, padding, is_causal=reach.is_causal, first_query=first_query
        )
    if kernel is Kernel.BANDED:
        assert isinstance(reach, Window), "there is no band without a window"
        return banded_attention(
            reach, queries, keys, values, padding, first_query=first_query, dropout=dropout
        )
    reached = reach.over(queries, keys.size(2), first_query=first_query, padding=padding)
    mask = both_masks(padding, reached.mask)
    for term in positions.terms(queries, keys, first_query):  # one at most, see `kernel_for`
        mask = term.values if mask is None else term.values.masked_fill(~mask, -math.inf)
    if kernel is Kernel.ROUNDED:
        return rounded_attention(queries, keys, values, mask)
    assert kernel is Kernel.FUSED, f"{kernel} is computed elsewhere"
    return fused_attention(queries, keys, values, mask, dropout)
