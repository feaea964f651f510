"""Which positions a query may look at, whatever they hold; padding is another matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import torch
from torch import Tensor

from attnstudio.model.attention.score import Term


class Reached(NamedTuple):
    """How far some queries may look.

    Attributes:
        mask: broadcasts to (batch, heads, query_len, key_len), True where a query may look; None
            where all may look everywhere.
        terms: what is added to the scores inside, each (batch, heads, query_len, key_len).
        places: (batch, heads, query_len), around which place each query looks, where it says so
            itself.
    """

    mask: Tensor | None
    terms: tuple[Term, ...] = ()
    places: Tensor | None = None


class Reach(Protocol):
    """Which positions a query may look at. One that learns something is a module as well."""

    @property
    def is_causal(self) -> bool:
        """Whether nothing behind a query's own position is ever looked at."""
        ...

    def over(
        self, queries: Tensor, key_len: int, *, first_query: int, padding: Tensor | None
    ) -> Reached:
        """How far queries that follow each other may look.

        Every query is left a position that is no padding, also one that is padding itself.

        Args:
            queries: (batch, heads, query_len, size), projected.
            key_len: how many keys there are, from position 0 on.
            first_query: the absolute position of the first query, counted from 0.
            padding: broadcasts to (batch, heads, query_len, key_len), True where there is none,
                which is at the end; None where there is none at all.
        """
        ...


@dataclass(frozen=True, slots=True)
class Everything:
    """Every position."""

    is_causal: ClassVar[bool] = False

    def over(
        self,
        queries: Tensor,  # noqa: ARG002 - see Reach
        key_len: int,  # noqa: ARG002
        *,
        first_query: int,  # noqa: ARG002
        padding: Tensor | None,  # noqa: ARG002
    ) -> Reached:
        """See `Reach`."""
        return Reached(None)


@dataclass(frozen=True, slots=True)
class SoFar:
    """The query's own position and those before it: what is written so far."""

    is_causal: ClassVar[bool] = True

    def over(
        self,
        queries: Tensor,
        key_len: int,
        *,
        first_query: int,
        padding: Tensor | None,  # noqa: ARG002 - it comes last
    ) -> Reached:
        """See `Reach`."""
        return Reached(so_far(queries.size(-2), key_len, first_query, queries.device))


@dataclass(frozen=True, slots=True)
class Window:
    """So many positions on each side of the query's own (Luong et al. 2015, 3.2, local-m).

    Over another text it is the position of the same number. Where that text has ended, its last
    piece stands for it: there is always something to look at.

    Attributes:
        size: D, how many positions on each side.
        is_causal: whether there is only the side before, as over what is written so far.
    """

    size: int
    is_causal: bool = False

    def over(
        self, queries: Tensor, key_len: int, *, first_query: int, padding: Tensor | None
    ) -> Reached:
        """See `Reach`."""
        if self.is_causal and queries.size(-2) == 1 and key_len <= self.size + 1:
            return Reached(None)  # a step: all is written already, and near
        return Reached(self.near(queries, key_len, first_query, padding))

    def near(
        self, queries: Tensor, key_len: int, first_query: int, padding: Tensor | None
    ) -> Tensor:
        """(…, query_len, key_len), True inside of the window; see `Reach`."""
        own = own_places(queries, key_len, first_query, padding)
        before = own - places_of_keys(queries, key_len)
        near = before <= self.size
        return near & (before >= 0 if self.is_causal else before >= -self.size)


def so_far(query_len: int, key_len: int, first_query: int, device: torch.device) -> Tensor | None:
    """(query_len, key_len), True for the own position and those before; None where that is all."""
    if query_len == 1 and key_len == first_query + 1:  # a step: all is written already
        return None
    everywhere = torch.ones(query_len, key_len, dtype=torch.bool, device=device)
    return everywhere.tril(diagonal=first_query)


def own_places(queries: Tensor, key_len: int, first_query: int, padding: Tensor | None) -> Tensor:
    """(…, query_len, 1), the position of each query, or of the last key where there is no such."""
    end = first_query + queries.size(-2)
    own = torch.arange(first_query, end, device=queries.device).unsqueeze(-1)
    if padding is None:
        return own.clamp_max(key_len - 1)
    return own.minimum((padding * places_of_keys(queries, key_len)).amax(-1, keepdim=True))


def places_of_keys(queries: Tensor, key_len: int) -> Tensor:
    """(key_len,), their positions, where the queries are."""
    return torch.arange(key_len, device=queries.device)


def both_masks(mask: Tensor | None, other: Tensor | None) -> Tensor | None:
    """True where both are; None stands for a mask that is True everywhere."""
    if mask is None or other is None:
        return other if mask is None else mask
    return mask & other
