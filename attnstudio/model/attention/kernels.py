"""Who computes an attention: the explicit way, or one that was proven to compute the same, faster.

`kernel_for` is the only place that knows. A kernel is taken for what it was proven for alone:
what is added to `score`, `normaliser`, `reach` or `positions` is computed explicitly, and needs no
word here.
"""

from __future__ import annotations

from enum import StrEnum

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.positions import NoPositions
from attnstudio.model.attention.predicted_reach import PredictedWindow
from attnstudio.model.attention.reach import Everything, SoFar, Window
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.attention.rounded import rounded_attention
from attnstudio.model.attention.score import Dot, ScaledDot, Tanh
from attnstudio.model.attention.spec import AttentionSpec


class Kernel(StrEnum):
    """A way to compute an attention."""

    EXPLICIT = "explicit"  # `attend`: of every kind, with weights that can be seen and changed
    FUSED = "fused"  # torch's own scaled_dot_product_attention
    ROUNDED = "rounded"  # `rounded_attention`: in bfloat16 on a processor
    PACKED = "packed"  # `packed_layers`: float32 on a processor, matrices arranged beforehand


def kernel_for(
    spec: AttentionSpec,
    device: torch.device,
    dtype: torch.dtype,
    *,
    needs_weights: bool = False,
    drops: bool = False,
    is_packed: bool = False,
) -> Kernel:
    """The fastest kernel that computes an attention as it is said.

    Args:
        spec: what to compute. Only scaled dot products with a softmax, over everything, what is
            written so far or a window, have other kernels; a subclass of these is another kind.
            Rotary positions turn queries and keys before any kernel sees them, but `PACKED`
            turns nothing.
        device: where.
        dtype: of queries, keys and values alike.
        needs_weights: whether the weights are to be seen or changed.
        drops: whether weights are dropped on the way.
        is_packed: whether the matrices were arranged for reading.
    """
    is_proven = (
        type(spec.score) is ScaledDot
        and type(spec.normaliser) is Softmax
        and type(spec.reach) in (Everything, SoFar, Window)
        and type(spec.positions) in (NoPositions, Rotary)
    )
    if needs_weights or not is_proven:
        return Kernel.EXPLICIT
    on_processor = device.type == "cpu"
    is_plain = type(spec.reach) is not Window and type(spec.positions) is NoPositions
    if is_packed and is_plain and on_processor and dtype is torch.float32 and not drops:
        return Kernel.PACKED
    if on_processor and dtype is torch.bfloat16 and not drops:
        return Kernel.ROUNDED
    return Kernel.FUSED


def may_look_together(spec: AttentionSpec) -> bool:
    """Whether queries that share their keys may look as one row after the other.

    That is so where the position of a query counts for nothing.
    """
    return (
        type(spec.reach) in (Everything, PredictedWindow)
        and type(spec.positions) is NoPositions
        and type(spec.score) in (Dot, ScaledDot, Tanh)
    )


def context_by(
    kernel: Kernel,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | None,
    dropout: float = 0.0,
) -> Tensor:
    """The context by a kernel that shows no weights, `FUSED` or `ROUNDED`.

    Args:
        kernel: the one that `kernel_for` chose.
        queries: (batch, heads, query_len, head_size).
        keys: (batch, heads, key_len, head_size).
        values: (batch, heads, key_len, head_size).
        mask: broadcasts to (batch, heads, query_len, key_len); True where a query may look, by its
            reach and for want of padding.
        dropout: share of weights dropped.

    Returns:
        (batch, heads, query_len, head_size).
    """
    if kernel is Kernel.ROUNDED:
        return rounded_attention(queries, keys, values, mask)
    assert kernel is Kernel.FUSED, f"{kernel} is computed elsewhere"
    on_processor = queries.device.type == "cpu"
    with torch.autocast(queries.device.type, enabled=not on_processor):
        if on_processor:  # its product is slow in bfloat16
            exact = torch.promote_types(queries.dtype, torch.float32)
            queries, keys, values = queries.to(exact), keys.to(exact), values.to(exact)
        return functional.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, dropout_p=dropout
        )
