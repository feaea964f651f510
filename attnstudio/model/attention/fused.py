"""Torch's own attention, with the precision that is quickest where it runs."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def fused_attention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, dropout: float = 0.0
) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V (Vaswani et al. 2017, equation 1).

    Args:
        queries: (batch, heads, query_len, head_size).
        keys: (batch, heads, key_len, head_size).
        values: (batch, heads, key_len, head_size).
        mask: broadcasts to (batch, heads, query_len, key_len); True where a query may look, or what
            is added to its scores, minus infinity where it may not.
        dropout: share of weights dropped.

    Returns:
        (batch, heads, query_len, head_size).
    """
    on_processor = queries.device.type == "cpu"
    with torch.autocast(queries.device.type, enabled=not on_processor):
        if on_processor:  # its product is slow in bfloat16
            exact = torch.promote_types(queries.dtype, torch.float32)
            queries, keys, values = queries.to(exact), keys.to(exact), values.to(exact)
        return functional.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, dropout_p=dropout
        )
