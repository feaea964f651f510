"""ALiBi: a score is the lower, the farther the key is away (Press et al. 2022)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.model.attention.score import Term


@dataclass(frozen=True, slots=True)
class Alibi:
    """-m |i - j|, with a slope m for each head (Press et al. 2022, section 3).

    It is not divided by sqrt(d). The paper has keys before the query only; in an encoder keys on
    both sides lose alike, as its authors propose in their repository
    (ofirpress/attention_with_linear_biases, issue 5, "Symmetric").
    """

    def turn(self, states: Tensor, first: int) -> Tensor:  # noqa: ARG002 - see PositionScheme
        """See `PositionScheme`."""
        return states

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:
        """See `PositionScheme`."""
        query_len, key_len = queries.size(-2), keys.size(-2)
        own = torch.arange(first_query, first_query + query_len, device=queries.device)
        distances = (own[:, None] - torch.arange(key_len, device=queries.device)).abs()
        exact = torch.promote_types(queries.dtype, torch.float32)
        slopes = torch.tensor(
            alibi_slopes(int(queries.size(-3))), dtype=exact, device=queries.device
        )
        lowered = distances * -slopes[:, None, None]  # (heads, query_len, key_len)
        return (Term("−m·|i−j|", lowered.expand(*queries.shape[:-1], key_len)),)


def alibi_slopes(heads: int) -> tuple[float, ...]:
    """The slope of each head.

    For a power of two, 2^(-8/heads) and its powers. Else those of the next lower power of two,
    and then every second of the next higher one, as in the authors' code (Press et al. 2022,
    footnote to section 3).
    """
    lower = 1 << (heads.bit_length() - 1)
    slopes = [2.0 ** (-8.0 * (head + 1) / lower) for head in range(lower)]
    between = [2.0 ** (-4.0 * (head + 1) / lower) for head in range(0, 2 * lower, 2)]
    return (*slopes, *between)[:heads]
