"""Where pieces stand, as vectors that are added to them before the first layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.config_attention import LEARNT_PLACES


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


class LearntPositions(nn.Module):
    """A learnt vector for each of the first places of a text (Gehring et al. 2017, section 3.1).

    It begins at zero, so that places which no text of a training had bring nothing; and nothing is
    added to those beyond the last. Multiplied as ids are, to be learnt as fast (Vaswani et al.
    2017, section 3.4).

    Args:
        model_size: of the vectors.
        places: how many have one.
    """

    def __init__(self, model_size: int, places: int = LEARNT_PLACES) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(places, model_size))
        self._scale = math.sqrt(model_size)

    @property
    def known(self) -> int:
        """Of how many places something was learnt: those of the longest text of a training."""
        learnt = self.weight.detach().any(dim=-1).nonzero()
        return int(learnt.max()) + 1 if len(learnt) else 0

    def vectors(self, first: int, length: int, device: torch.device) -> Tensor:  # noqa: ARG002
        """See `InputPositions`."""
        known = self.weight[first : first + length] * self._scale
        return functional.pad(known, (0, 0, 0, length - known.size(0)))


def sinusoidal_positions(first: int, length: int, model_size: int, device: torch.device) -> Tensor:
    """Positions ``first`` and on as (length, model_size) (Vaswani et al. 2017, section 3.5)."""
    positions = torch.arange(first, first + length, dtype=torch.float32, device=device)
    exponents = torch.arange(0, model_size, 2, dtype=torch.float32, device=device) / model_size
    angles = positions.unsqueeze(1) * torch.exp(exponents * -math.log(10_000.0))
    interleaved = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)
    return interleaved[:, :model_size]  # an odd size has one cosine less
