"""Which positions a query may look at, whatever they hold; padding is another matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Reach(Protocol):
    """Which positions a query may look at."""

    def mask(
        self, first_query: int, query_len: int, key_len: int, device: torch.device
    ) -> Tensor | None:
        """(query_len, key_len), True where a query may look; None where all may look everywhere.

        Args:
            first_query: the absolute position of the first query, counted from 0.
            query_len: how many queries follow each other.
            key_len: how many keys there are, from position 0 on.
            device: where the mask is wanted.
        """
        ...


@dataclass(frozen=True, slots=True)
class Everything:
    """Every position."""

    def mask(
        self,
        first_query: int,  # noqa: ARG002 - see Reach
        query_len: int,  # noqa: ARG002
        key_len: int,  # noqa: ARG002
        device: torch.device,  # noqa: ARG002
    ) -> Tensor | None:
        """See `Reach`."""
        return None


@dataclass(frozen=True, slots=True)
class SoFar:
    """The query's own position and those before it: what is written so far."""

    def mask(
        self, first_query: int, query_len: int, key_len: int, device: torch.device
    ) -> Tensor | None:
        """See `Reach`."""
        if query_len == 1 and key_len == first_query + 1:  # a step: all is written already
            return None
        everywhere = torch.ones(query_len, key_len, dtype=torch.bool, device=device)
        return everywhere.tril(diagonal=first_query)
