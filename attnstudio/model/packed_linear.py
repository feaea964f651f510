"""A linear layer whose matrix is laid out as the processor likes it.

Torch's own product arranges a matrix anew for every call, which takes longer than the product
where few rows meet a large vocabulary: 5 rows against 8,000 words took 1.6 ms, and 0.3 ms with the
matrix arranged once. Everything stays float32.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class PackedLinear(nn.Module):
    """`torch.nn.Linear` for float32 on a processor, without gradients (oneDNN's, inside torch).

    Args:
        weight: (out_features, in_features).
        bias: (out_features,).
        rectify: whether a ReLU follows.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, *, rectify: bool = False) -> None:
        super().__init__()
        self.weight = weight
        self.bias = bias
        self._then = "relu" if rectify else "none"
        self._packed = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), None)

    def forward(self, states: Tensor) -> Tensor:
        """(…, in_features) to (…, out_features)."""
        product: Tensor = torch.ops.mkldnn._linear_pointwise(
            states, self._packed, self.bias, self._then, [], ""
        )
        return product

    def added_to(self, residual: Tensor, states: Tensor) -> Tensor:
        """The residual, (…, out_features), and the product."""
        added: Tensor = torch.ops.mkldnn._linear_pointwise.binary(
            states, residual, self._packed, self.bias, "add"
        )
        return added
