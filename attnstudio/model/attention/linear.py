"""Linear attention without its weights: what all keys bring is summed up once."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.model.attention.score import features
from attnstudio.model.precision import at_least_float32

_BLOCK = 64  # queries whose weights exist at a time: as many numbers as the sums of a head of 64


def linear_attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    padding: Tensor | None,
    *,
    is_causal: bool,
    first_query: int = 0,
) -> Tensor:
    """φ(q)ᵀ Σ_j φ(k_j) v_jᵀ / φ(q)ᵀ Σ_j φ(k_j) (Katharopoulos et al. 2020, equations 5 and 9).

    The sums do not depend on the query, so that time and memory grow with the length and not with
    its square. Over what is written so far they grow with the query: blocks of queries take the
    sums of all blocks before, and look at their own keys one by one. In float32 or better.

    Args:
        queries: (batch, heads, query_len, head_size).
        keys: (batch, heads, key_len, head_size).
        values: (batch, heads, key_len, value_size).
        padding: (batch, 1, 1, key_len), True where there is none; None where there is none at all.
        is_causal: whether a query looks at its own position and those before it alone.
        first_query: the absolute position of the first query, counted from 0.

    Returns:
        (batch, heads, query_len, value_size).
    """
    with torch.autocast(queries.device.type, enabled=False):
        asked = features(at_least_float32(queries))
        offered = features(at_least_float32(keys))
        if padding is not None:
            offered = offered * padding.transpose(-2, -1)
        # a last column of ones sums up what the weights are divided by
        carried = functional.pad(at_least_float32(values), (0, 1), value=1.0)
        if is_causal:
            found = _so_far(asked, offered, carried, first_query)
        else:
            found = asked @ (offered.transpose(-2, -1) @ carried)
        return found[..., :-1] / found[..., -1:]


def _so_far(asked: Tensor, offered: Tensor, carried: Tensor, first_query: int) -> Tensor:
    """(batch, heads, query_len, value_size + 1), each query over its own position and before."""
    length = asked.size(-2)
    past, own_keys = offered[..., :first_query, :], offered[..., first_query:, :]
    before = past.transpose(-2, -1) @ carried[..., :first_query, :]
    own_values = carried[..., first_query:, :]
    queries, keys, values = (_in_blocks(each, length) for each in (asked, own_keys, own_values))
    sums = keys.transpose(-2, -1) @ values  # (batch, heads, blocks, head_size, value_size + 1)
    sums = torch.cat((before.unsqueeze(2), sums[:, :, :-1]), dim=2).cumsum(dim=2)
    inside = (queries @ keys.transpose(-2, -1)).tril()
    found = queries @ sums + inside @ values
    return found.flatten(2, 3)[:, :, :length]


def _in_blocks(states: Tensor, length: int) -> Tensor:
    """(batch, heads, blocks, block, size), zeros behind the end."""
    block = min(_BLOCK, length)
    whole = -(-length // block) * block
    filled = functional.pad(
        states[..., :length, :], (0, 0, 0, whole - min(states.size(-2), length))
    )
    return filled.view(*filled.shape[:2], -1, block, filled.size(-1))
