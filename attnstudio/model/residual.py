"""How what a sublayer gives is added to what came: the place of the norm, and the scale."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Residual:
    """x + f(norm(x)), or norm(scale · x + f(x)).

    Norm first: Xiong et al. 2020, On Layer Normalization in the Transformer Architecture. Norm
    last: Vaswani et al. 2017. Norm last with a scale, DeepNorm: Wang et al. 2022, DeepNet: Scaling
    Transformers to 1,000 Layers.

    Attributes:
        norm_first: whether the norm is before the sublayer.
        scale: of what came, where it is not.
    """

    norm_first: bool = True
    scale: float = 1.0

    def entered(self, norm: nn.Module, states: Tensor) -> Tensor:
        """What the sublayer is given, of what came."""
        entered: Tensor = norm(states) if self.norm_first else states
        return entered

    def kept(self, states: Tensor) -> Tensor:
        """What the sublayer's result is added to."""
        return states if self.scale == 1.0 else self.scale * states

    def left(self, norm: nn.Module, states: Tensor, given: Tensor) -> Tensor:
        """What goes on, of what came and what the sublayer gave."""
        total = self.kept(states) + given
        left: Tensor = total if self.norm_first else norm(total)
        return left


PRE_NORM = Residual()


@dataclass(frozen=True, slots=True)
class Depth:
    """What DeepNorm does about the layers of one stack (Wang et al. 2022, figure 2).

    Attributes:
        scale: of what came before each sublayer, their alpha.
        gain: of the first weights of values, outputs and feed-forward layers, their beta.
    """

    scale: float
    gain: float


def encoder_depth(encoder_layers: int, decoder_layers: int) -> Depth:
    """Of an encoder of N layers before a decoder of M: .81 (N^4 M)^(1/16), .87 (N^4 M)^(-1/16)."""
    size = (encoder_layers**4 * decoder_layers) ** (1 / 16)
    return Depth(0.81 * size, 0.87 / size)


def decoder_depth(decoder_layers: int) -> Depth:
    """Of a decoder of M layers after an encoder: (3 M)^(1/4), (12 M)^(-1/4)."""
    return Depth((3 * decoder_layers) ** 0.25, (12 * decoder_layers) ** -0.25)
