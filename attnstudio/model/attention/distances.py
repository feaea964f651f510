"""From numbers of distances to numbers of pairs of places, without a vector for each pair."""

from __future__ import annotations

import torch
from torch import Tensor


def distances_between(
    query_len: int, key_len: int, first_query: int, device: torch.device
) -> Tensor:
    """(query_len + key_len - 1,), every j - i from a query i to a key j, rising.

    Args:
        query_len: how many queries follow each other.
        key_len: how many keys there are, from position 0 on.
        first_query: the absolute position of the first query, counted from 0.
        device: where they are wanted.
    """
    least = 1 - query_len - first_query
    return torch.arange(least, least + query_len + key_len - 1, device=device)


def at_pairs(by_distance: Tensor, key_len: int) -> Tensor:
    """What each query says of each distance, at the keys that stand there.

    Row *r* of *n* wants its columns *n* - 1 - *r* and on: read on in one piece, rows that are one
    shorter (Dai et al. 2019, appendix B; Huang et al. 2019, section 3.4.1).

    Args:
        by_distance: (…, query_len, query_len + key_len - 1), as `distances_between` orders them.
        key_len: how many keys there are.

    Returns:
        (…, query_len, key_len).
    """
    query_len, width = by_distance.shape[-2:]
    if query_len == 1:  # a step: a key for each distance
        return by_distance
    flat = by_distance.flatten(-2)[..., query_len - 1 : query_len - 1 + query_len * (width - 1)]
    return flat.view(*by_distance.shape[:-1], width - 1)[..., :key_len]
