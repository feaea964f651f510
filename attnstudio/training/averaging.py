"""A moving average of the weights, which translates better than the weights themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor

from attnstudio.model.interface import SequenceModel
from attnstudio.model.weights import load_weights, named_weights

_FIRST_STEPS = 10
_STRIDE = 4  # updates: neighbours hardly differ, and each time costs as much as the optimiser


class WeightAverage:
    """The exponential moving average of a model's weights (Polyak and Juditsky 1992).

    Its memory grows with training, so that the random beginning is soon forgotten: after update
    ``t`` the old average counts ``min(decay, (1 + t) / (10 + t))``. After the first ten, every
    fourth update stands for the three before it.

    Args:
        model: whose weights are averaged; they are the first average.
        decay: what the old average counts in the long run.
    """

    def __init__(self, model: SequenceModel, decay: float) -> None:
        self._model = model
        self._decay = decay
        self._averages = {name: weight.clone() for name, weight in named_weights(model).items()}

    @property
    def weights(self) -> dict[str, Tensor]:
        """The average of every weight by its name."""
        return self._averages

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after an update, counted from 1."""
        stride = 1 if step <= _FIRST_STEPS else _STRIDE
        if step % stride:
            return
        decay = min(self._decay, (1 + step) / (_FIRST_STEPS + step)) ** stride
        weights = list(named_weights(self._model).values())
        torch._foreach_lerp_(list(self._averages.values()), weights, 1.0 - decay)

    def restore(self, weights: Mapping[str, Tensor]) -> None:
        """Go on from an average that was kept."""
        for name, average in self._averages.items():
            average.copy_(weights[name])

    @contextmanager
    def in_model(self) -> Iterator[None]:
        """Let the model have its average weights for a while."""
        own = {name: weight.clone() for name, weight in named_weights(self._model).items()}
        load_weights(self._model, self._averages)
        try:
            yield
        finally:
            load_weights(self._model, own)
