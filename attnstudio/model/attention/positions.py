"""How an attention knows where a query and a key stand; what is added to pieces is elsewhere.

See `attnstudio.model.input_positions` for vectors that are added before the first layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from attnstudio.model.attention.score import Term


class PositionScheme(Protocol):
    """What places bring to a score. One that learns something is a module as well."""

    def turn(self, states: Tensor, first: int) -> Tensor:
        """Queries or keys, once projected, as they are compared.

        Args:
            states: (batch, heads, length, head_size).
            first: the absolute position of the first, counted from 0.
        """
        ...

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:
        """What is added to the terms of the score; may be nothing.

        Args:
            queries: (batch, heads, query_len, head_size), turned.
            keys: (batch, heads, key_len, head_size), turned, from position 0 on.
            first_query: the absolute position of the first query, counted from 0.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoPositions:
    """Scores do not depend on places."""

    def turn(self, states: Tensor, first: int) -> Tensor:  # noqa: ARG002 - see PositionScheme
        """See `PositionScheme`."""
        return states

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `PositionScheme`."""
        return ()


NO_POSITIONS = NoPositions()
