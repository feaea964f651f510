"""The gradients of several processes, averaged by torch's DistributedDataParallel."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from attnstudio.training.ranks import hearing


class SharedGradients:
    """Averages the gradients that several processes have made of one model.

    DistributedDataParallel (Li et al. 2020, PyTorch Distributed) gives all of them the weights of
    the first, and adds gradients up when its module is gone back through. What is gone back through
    here asks nothing of the parameters: gradients that were made outside of it before, as for
    batches that are accumulated, are what it finds in them. So every process can make its own
    first, none at all where it has no example, or anew where its memory was short, and the others
    wait for it at one place.

    Args:
        model: on its device, with the same parameters everywhere.

    Raises:
        PeerLostError: another process has ended.
    """

    def __init__(self, model: nn.Module) -> None:
        with hearing():
            self._engine = DistributedDataParallel(_Nothing(model), gradient_as_bucket_view=True)

    def average(self) -> None:
        """Let each parameter have the mean of everybody's gradients; none counts as zero.

        Raises:
            PeerLostError: another process has ended.
        """
        with hearing():
            cast("Tensor", self._engine()).backward()  # type: ignore[no-untyped-call]  # torch's own


class _Nothing(nn.Module):
    """Zero times all parameters of a model."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._of_model = nn.ParameterList(model.parameters())  # the same ones, tied ones once

    def forward(self) -> Tensor:
        """A scalar 0 whose gradients are 0."""
        return torch.stack([parameter.sum() for parameter in self._of_model]).sum() * 0.0
