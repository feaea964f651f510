"""Rotary positions: queries and keys are turned by where they stand (Su et al. 2021)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from attnstudio.model.attention.score import Term
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.precision import at_least_float32


@dataclass(frozen=True, slots=True)
class Rotary:
    """Two neighbouring numbers of a head are a complex one, which turns with its place.

    Pair *i* of *d* numbers at place *m* is turned by m · 10000^(-2i/d) (Su et al. 2021, RoFormer,
    equations 15 and 34). The product of a turned query and a turned key then depends on their
    distance alone. What is added to a score is nothing, so that any kernel for products will do;
    the size of a head must be even.
    """

    def turn(self, states: Tensor, first: int) -> Tensor:
        """See `PositionScheme`. Turned in float32 or better, then as rounded as they came."""
        exact = at_least_float32(states)
        waves = sinusoidal_positions(first, states.size(-2), states.size(-1), states.device)
        waves = waves.to(exact.dtype)
        turns = torch.complex(waves[:, 1::2], waves[:, 0::2])  # (length, size / 2), e^(i m theta)
        points = torch.view_as_complex(exact.reshape(*exact.shape[:-1], -1, 2))
        return torch.view_as_real(points * turns).flatten(-2).to(states.dtype)

    def terms(self, queries: Tensor, keys: Tensor, first_query: int) -> tuple[Term, ...]:  # noqa: ARG002
        """See `PositionScheme`."""
        return ()
