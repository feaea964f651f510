"""A model that has forgotten everything: what holds of it as well, holds of no training."""

from __future__ import annotations

from copy import deepcopy

import torch

from attnstudio.model.interface import SequenceModel


def shuffled(model: SequenceModel, seed: int) -> SequenceModel:
    """A copy with the numbers of each parameter in random order.

    Adebayo et al. 2018, Sanity Checks for Saliency Maps, section 3: an explanation that does not
    change when the weights become random explains nothing that was learned. Shuffled instead of
    drawn anew, the weights stay as large as they were, and no random number is taken from torch's
    own generator, of which a training in the same process would miss every one.

    Args:
        model: stays as it is.
        seed: of the order.
    """
    copy = deepcopy(model)
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in copy.parameters():
            order = torch.randperm(parameter.numel(), generator=random).to(parameter.device)
            parameter.copy_(parameter.flatten()[order].view_as(parameter))
    return copy
