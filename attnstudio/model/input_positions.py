"""Where pieces stand, as vectors that are added to them before the first layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class InputPositions(Protocol):
    """Vectors of places. Those that are learnt are a module as well."""

    def vectors(self, first: int, length: int, device: torch.device) -> Tensor:
        """Of positions ``first`` and on, counted from 0: (length, model_size)."""
        ...


@dataclass(frozen=True, slots=True)
class SinusoidalPositions:
    """Sines and cosines of many wavelengths.

    Attributes:
        model_size: of the vectors.
    """

    model_size: int

    def vectors(self, first: int, length: int, device: torch.device) -> Tensor:
        """See `InputPositions`."""
        return sinusoidal_positions(first, length, self.model_size, device)


@dataclass(frozen=True, slots=True)
class NoInputPositions:
    """Nothing is added.

    Attributes:
        model_size: of the vectors.
    """

    model_size: int

    def vectors(self, first: int, length: int, device: torch.device) -> Tensor:  # noqa: ARG002
        """See `InputPositions`."""
        return torch.zeros(length, self.model_size, device=device)


def sinusoidal_positions(first: int, length: int, model_size: int, device: torch.device) -> Tensor:
    """Positions ``first`` and on as (length, model_size) (Vaswani et al. 2017, section 3.5)."""
    positions = torch.arange(first, first + length, dtype=torch.float32, device=device)
    exponents = torch.arange(0, model_size, 2, dtype=torch.float32, device=device) / model_size
    angles = positions.unsqueeze(1) * torch.exp(exponents * -math.log(10_000.0))
    interleaved = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)
    return interleaved[:, :model_size]  # an odd size has one cosine less
