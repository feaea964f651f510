"""How well a key fits a query: scores, as the sum of the terms that a formula has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from attnstudio.model.precision import at_least_float32

_FAINTEST = -30.0  # what e is put to the power of at least: squared, it is far from float32's end


class Term(NamedTuple):
    """One summand of a score.

    Attributes:
        symbol: what a formula calls it.
        values: (…, query_len, key_len).
    """

    symbol: str
    values: Tensor


class ScoreFunction(Protocol):
    """A score is the sum of its terms. One that learns something is a module as well."""

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:
        """The terms, at least one.

        Args:
            queries: (…, query_len, size), projected.
            keys: (…, key_len, size), projected.
            first_query: the absolute position of the first query, counted from 0.
        """
        ...


@dataclass(frozen=True, slots=True)
class Dot:
    """q^T k.

    With keys as they are: h^T s, where the sizes must be equal; with projected keys: h^T W s
    (Luong et al. 2015, equation 8).
    """

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        return (Term("q·k", queries @ keys.transpose(-2, -1)),)


@dataclass(frozen=True, slots=True)
class ScaledDot:
    """q^T k / sqrt(d) (Vaswani et al. 2017, equation 1)."""

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        return (Term("q·k/√d", scaled_dot_products(queries, keys)),)


@dataclass(frozen=True, slots=True)
class FeatureDot:
    """φ(q)ᵀ φ(k) with φ(x) = elu(x) + 1 (Katharopoulos et al. 2020, equations 4 and 7).

    It is above 0, and a share of the row's sum is the weight: see `normaliser.Share`.
    """

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        asked, offered = features(at_least_float32(queries)), features(at_least_float32(keys))
        return (Term("φ(q)·φ(k)", asked @ offered.transpose(-2, -1)),)


class Tanh(nn.Linear):
    """v^T tanh(q + k), the formula of two papers; its weight is v, a row for each v.

    ADDITIVE: v^T tanh(W s + U h) (Bahdanau et al. 2015, appendix A.1.2).
    CONCAT: v^T tanh(W [h; s]) = v^T tanh(W_h h + W_s s) (Luong et al. 2015, equation 8).

    Args:
        size: of queries and keys.
        heads: how many heads have a v of their own, in their order; with 1 all heads share it. The
            heads of a recurrent decoder have one each: they divide the v of a single head as they
            divide its query and keys, so that they learn as many numbers, and what one of them does
            not care for it can leave out of its own score alone.
    """

    def __init__(self, size: int, heads: int = 1) -> None:
        super().__init__(size, heads, bias=False)

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `ScoreFunction`."""
        # its matrix stays exact: so must what it is multiplied with under autocast
        queries, keys = at_least_float32(queries), at_least_float32(keys)
        rows = []
        for query in torch.split(queries, 1, dim=-2):  # one row at a time stays in the cache
            sums = query + keys  # (…, key_len, size)
            rows.append(self.of_tanh(sums.tanh_()))
        return (Term("v·tanh(q+k)", torch.stack(rows, dim=-2)),)

    def of_tanh(self, values: Tensor) -> Tensor:
        """v^T values: (…, heads, key_len, size) to (…, heads, key_len)."""
        if self.out_features == 1:
            return self(values).squeeze(-1)  # type: ignore[no-any-return]  # as torch types it
        return (values @ self.weight.unsqueeze(-1)).squeeze(-1)


def features(states: Tensor) -> Tensor:
    """φ(x) = elu(x) + 1, without what is lost where 1 is taken off and added again.

    What is below e^-30 counts as that, lest a row of products become 0 in float32.
    """
    return torch.where(states > 0.0, states + 1.0, states.clamp(_FAINTEST, 0.0).exp())


def scaled_dot_products(queries: Tensor, keys: Tensor) -> Tensor:
    """Q K^T / sqrt(d) over the last two dimensions (Vaswani et al. 2017, equation 1)."""
    return (queries / math.sqrt(queries.size(-1))) @ keys.transpose(-2, -1)
