"""Dropout whose random bits are cheap on a processor."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_STEPS = 1 << 16  # of a rate: one number of 16 bits is drawn for each value


class Dropout(nn.Module):
    """Dropout (Srivastava et al. 2014) that scales what it keeps by 1 / (1 - rate).

    On a processor torch draws a Bernoulli number for each value one after the other, which was
    measured at a third of a training step. Here one fill of 64-bit integers from the same generator
    gives four values at once, each kept where its 16 bits are not below the rate.

    Args:
        rate: share of values that become 0 while training.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, states: Tensor) -> Tensor:
        """Drop values of a tensor of any shape."""
        if not self.training or not self.rate:
            return states
        if states.device.type != "cpu":
            return functional.dropout(states, self.rate)
        return states * kept_scale(states.shape, self.rate)

    def extra_repr(self) -> str:
        """What torch's own says."""
        return f"rate={self.rate}"


def kept_scale(shape: torch.Size, rate: float) -> Tensor:
    """0 with the probability ``rate`` (in steps of 1 / 65,536), else what keeps the expectation.

    float32, on the processor, from torch's generator.
    """
    dropped = min(round(rate * _STEPS), _STEPS - 1)
    words = torch.empty(-(-shape.numel() // 4), dtype=torch.int64).random_(-(1 << 63), None)
    bits = words.view(torch.int16)[: shape.numel()].view(shape)  # from -32,768 to 32,767
    kept = torch.ge(bits, dropped - _STEPS // 2, out=torch.empty(shape))  # 1.0 where kept
    return kept.mul_(_STEPS / (_STEPS - dropped))
