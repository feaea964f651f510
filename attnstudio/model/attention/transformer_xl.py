"""The relative positions of Transformer-XL: a score of four terms (Dai et al. 2019)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from attnstudio.model.attention.distances import at_pairs
from attnstudio.model.attention.score import Term
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.precision import at_least_float32


class TransformerXl(nn.Module):
    """q^T W r + u^T k + v^T W r, over sqrt(d), which join q^T k (Dai et al. 2019, section 3.3).

    r is the sinusoid of the distance i - j, W makes of it what the heads compare, u and v ask
    whatever the query is. Each layer has a W, a u and a v of its own. In an encoder keys also stand
    after the query: distances below 0 have sinusoids as well, as in XLNet (Yang et al. 2019).

    Only distances count: keys of an earlier segment may stand before those of this one, with the
    position of the first query counted from the first of all keys.

    Args:
        model_size: of the sinusoids.
        heads: how many.
    """

    def __init__(self, model_size: int, heads: int) -> None:
        super().__init__()
        self.model_size = model_size
        self.distance = nn.Linear(model_size, model_size, bias=False)  # W
        self.content = nn.Parameter(torch.zeros(heads, model_size // heads))  # u
        self.place = nn.Parameter(torch.zeros(heads, model_size // heads))  # v

    def turn(self, states: Tensor, first: int) -> Tensor:  # noqa: ARG002 - see PositionScheme
        """See `PositionScheme`."""
        return states

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:
        """See `PositionScheme`."""
        query_len, key_len = queries.size(-2), keys.size(-2)
        queries, keys = at_least_float32(queries), at_least_float32(keys)
        scale = 1 / math.sqrt(queries.size(-1))
        asked = self.content.unsqueeze(-2) * scale  # (heads, 1, head_size)
        wanted = self.place.unsqueeze(-2) * scale
        away = self._distances(query_len, key_len, first_query, queries)
        of_keys = asked @ keys.transpose(-2, -1)  # (batch, heads, 1, key_len)
        of_distances = (wanted @ away).expand(-1, query_len, -1)
        shape = (*queries.shape[:-1], key_len)
        return (
            Term("q·(W r)/√d", at_pairs(queries * scale @ away, key_len)),
            Term("u·k/√d", of_keys.expand(shape)),
            Term("v·(W r)/√d", at_pairs(of_distances, key_len).expand(shape)),
        )

    def _distances(self, query_len: int, key_len: int, first_query: int, like: Tensor) -> Tensor:
        """W r of each distance, as `at_pairs` takes them: (heads, head_size, distances)."""
        least = first_query - key_len + 1  # i - j of the first query and the last key
        width = query_len + key_len - 1
        waves = sinusoidal_positions(least, width, self.model_size, like.device)
        rows: Tensor = self.distance(waves.flip(0).to(like.dtype))  # (distances, model_size)
        return rows.view(width, self.content.size(0), -1).permute(1, 2, 0)
