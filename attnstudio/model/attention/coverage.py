"""How much each place was looked at so far, which a score may know (Tu et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attnstudio.model.attention.score import Tanh, Term
from attnstudio.model.precision import at_least_float32

MOST_WORDS = 2.0  # N: how many target words a source word can become at most


class Coverage(nn.Module):
    """What the looks so far add inside the tanh of an additive score, and how they are counted.

    The linguistic coverage of Tu et al. 2016, Modeling Coverage for Neural Machine Translation:

        e_ij = v^T tanh(W s_{i-1} + U h_j + V C_{i-1,j}),   C_ij = C_{i-1,j} + α_ij / Φ_j,

    where nothing is covered before the first word. Φ_j is 1, or the fertility N sigmoid(U_f h_j),
    how many words the source word is expected to become. Gradients go through C. Several heads
    count each their own looks, with their own part of V and their own U_f.

    Args:
        size: of the queries and keys of a head.
        heads: how many heads count.
        memory_size: of the source's states, of which fertility is made; None for a Φ of 1.
    """

    def __init__(self, size: int, heads: int, *, memory_size: int | None) -> None:
        super().__init__()
        self.heads = heads
        self.vector = nn.Linear(1, heads * size, bias=False)  # V
        self.fertility = None if memory_size is None else nn.Linear(memory_size, heads, bias=False)

    def vectors(self) -> Tensor:
        """V of each head: (heads, size)."""
        return self.vector.weight.view(self.heads, -1)

    def fertility_of(self, states: Tensor) -> Tensor | None:
        """Φ of (batch, src_len, memory_size): (batch, heads, src_len); None where it is 1."""
        if self.fertility is None:
            return None
        wanted: Tensor = self.fertility(states)
        return MOST_WORDS * at_least_float32(wanted).sigmoid().transpose(1, 2)


@dataclass(frozen=True, slots=True)
class CoveredTanh:
    """v^T tanh(q + k + V c) for one look: a `ScoreFunction` that knows what was looked at before.

    Attributes:
        score: v^T tanh.
        vectors: V of each head, (heads, size).
        covered: c, (batch, heads, query_len, key_len).
    """

    score: Tanh
    vectors: Tensor
    covered: Tensor

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        queries, keys = at_least_float32(queries), at_least_float32(keys)
        vectors = self.vectors.unsqueeze(-2)  # (heads, 1, size)
        rows = []
        for query, covered in zip(
            torch.split(queries, 1, dim=-2), self.covered.unbind(dim=-2), strict=True
        ):
            sums = torch.addcmul(query + keys, covered.unsqueeze(-1), vectors)
            rows.append(self.score.of_tanh(sums.tanh_()))  # of (batch, heads, key_len, size)
        return (Term("v·tanh(q+k+Vc)", torch.stack(rows, dim=-2)),)
