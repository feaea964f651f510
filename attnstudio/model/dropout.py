"""Dropout whose random bits are cheap on a processor."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

_STEPS = 1 << 16  # of a rate: one number of 16 bits is drawn for each value


class Dropout(nn.Module):
    """Dropout (Srivastava et al. 2014) that scales what it keeps by 1 / (1 - rate).

    On a processor torch draws a Bernoulli number for each value one after the other, which was
    measured at a third of a training step. Here torch's generator seeds one whose 64-bit integers
    decide on four values each, which are kept where their 16 bits are not below the rate.

    Args:
        rate: share of values that become 0 while training.

    Attributes:
        strength: what the rate is multiplied with.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.strength = 1.0

    def forward(self, states: Tensor) -> Tensor:
        """Drop values of a tensor of any shape."""
        rate = self.rate * self.strength
        if not self.training or not rate:
            return states
        if states.device.type != "cpu":
            return functional.dropout(states, rate)
        return states * kept_scale(states.shape, rate, states.dtype)

    def extra_repr(self) -> str:
        """What torch's own says."""
        return f"rate={self.rate}"


def set_dropout_strength(model: nn.Module, strength: float) -> None:
    """Let all dropout of a model's states have this share of its rate."""
    for module in model.modules():
        if isinstance(module, Dropout):
            module.strength = strength


def kept_scale(shape: torch.Size, rate: float, dtype: torch.dtype) -> Tensor:
    """0 with the probability ``rate``, else what keeps the expectation; on the processor.

    The rate is met in steps of 1 / 65,536, or as near as a scale of this type allows.
    """
    scale = float(torch.tensor(1.0 / (1.0 - rate), dtype=dtype))
    dropped = min(round((1.0 - 1.0 / scale) * _STEPS), _STEPS - 1)
    seed = int(torch.empty((), dtype=torch.int64).random_())
    words = np.random.SFC64(seed).random_raw(-(-shape.numel() // 4))
    bits = torch.from_numpy(words.view(np.int16))[: shape.numel()].view(shape)
    kept = torch.ge(bits, dropped - _STEPS // 2, out=torch.empty(shape, dtype=dtype))  # 1 if kept
    return kept.mul_(scale)
