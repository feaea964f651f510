"""Ends a training whose losses or weights have gone wrong, before anything of it is kept."""

from __future__ import annotations

import math

from attnstudio.errors import DivergedError, NotFiniteError
from attnstudio.model.weights import are_finite
from attnstudio.training.divergence import DivergenceWatch
from attnstudio.training.state import Snapshot


class Guard:
    """Refuses numbers that are none, and losses that rise without end.

    Args:
        vocabulary: pieces that a model chooses from.
    """

    def __init__(self, vocabulary: int) -> None:
        self._watch = DivergenceWatch(math.log(vocabulary))

    def begin_from(self, step: int) -> None:
        """Training goes on from a checkpoint: until a loss was good, nobody knows whether it is."""
        self._watch.good_until = step - 1

    def refuse_no_number(self, number: float, step: int) -> None:
        """Refuse a loss or a gradient's length after a step.

        Raises:
            NotFiniteError: it is infinite or none.
        """
        if not math.isfinite(number):
            raise NotFiniteError(
                "The loss is no longer a number after step {step}.",
                hint="Go on from a checkpoint before it with a lower learning rate.",
                step=step,
                good_until=self._watch.good_until,
            )

    def refuse_spoilt(self, snapshot: Snapshot) -> None:
        """Refuse to keep what nobody could go on from.

        Raises:
            NotFiniteError: a weight, an average or a number of the optimiser is infinite or none.
        """
        for tensors in (snapshot.weights, snapshot.trained, snapshot.optimiser):
            if not are_finite(tensors.values()):
                self.refuse_no_number(math.nan, snapshot.state.step)

    def refuse_divergence(self, loss: float, step: int) -> None:
        """Take in a reported loss.

        Raises:
            DivergedError: by now it is certain that training diverges.
        """
        if self._watch.is_certain_after(step, loss):
            raise DivergedError(
                "Training diverges: the loss has risen to {loss:.3g} at step {step:,}.",
                hint="Go on from a checkpoint before it with a lower learning rate.",
                loss=loss,
                step=step,
                good_until=self._watch.good_until,
            )
