"""The gradients of one update of the weights, in as many parts as the memory asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from enum import IntEnum

import torch
from torch import Tensor

from attnstudio.allocator import give_back_memory, is_memory_shortage
from attnstudio.config_training import Precision
from attnstudio.errors import MemoryShortError
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import Batch
from attnstudio.training.loss import Objective
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.shared_gradients import SharedGradients
from attnstudio.training.state import random_states, restore_random


class _Outcome(IntEnum):
    """What became of going through the batches; of several processes the largest counts."""

    WHOLE = 0
    SHORT = 1  # of memory
    STOPPED = 2


class GradientMaker:
    """Adds up the gradients of batches in a model's parameters.

    Where memory does not suffice, what was computed is thrown away, the random states are put back,
    and the same batches are gone through again in twice as many parts: the sum of the gradients is
    the same but for rounding and for what dropout draws. It goes on in so many parts.

    Several processes go through their own parts of the batches, tell each other what became of it,
    and only then add their gradients up: none ever waits for one whose memory was short.

    Args:
        model: on its device, in training mode when gradients are made.
        objective: what is minimised.
        precision: no longer ``auto``.
        ranks: who adds their gradients up.

    Attributes:
        parts: of each batch; 1 while memory suffices.
    """

    def __init__(
        self,
        model: SequenceModel,
        objective: Objective,
        precision: Precision,
        ranks: Ranks = ALONE,
    ) -> None:
        self.parts = 1
        self._model = model
        self._objective = objective
        self._precision = precision
        self._device = next(model.parameters()).device
        self._ranks = ranks
        self._shared = None if ranks.is_alone else SharedGradients(model)

    def make(
        self,
        batches: Sequence[Batch],
        *,
        target_tokens: int | None = None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Tensor | None:
        """The gradients of the mean loss of a target token, left in the parameters.

        Args:
            batches: of one update, on the processor or on the model's device; of several processes
                what this one has of them.
            target_tokens: in the whole update; None for those of the batches.
            should_stop: asked between parts.

        Returns:
            What the objective reports, summed over the batches; None when stopped, here or in
            another process, and then there are no gradients and the random states are those from
            before.

        Raises:
            MemoryShortError: there is too little memory for a single pair.
            PeerLostError: another process has ended.
        """
        before = random_states(self._device)
        most_parts = max((len(batch) for batch in batches), default=1)
        if target_tokens is None:
            target_tokens = sum(batch.target_tokens for batch in batches)
        while True:
            found, outcome = self._tried(batches, target_tokens, should_stop)
            outcomes, most = self._ranks.exchange(outcome, most_parts)
            worst = max(outcomes)
            if worst == _Outcome.WHOLE:
                if self._shared is not None:
                    self._shared.average()
                return found
            self.throw_away()
            restore_random(before, self._device)
            if worst == _Outcome.STOPPED:
                return None
            if self.parts >= max(most):
                raise self._too_little()
            self.parts *= 2

    def throw_away(self) -> None:
        """Forget the gradients and give their memory back."""
        for parameter in self._model.parameters():
            parameter.grad = None
        give_back_memory()
        with suppress(RuntimeError):  # a graphics card out of memory may refuse even that
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
            elif self._device.type == "mps":
                torch.mps.empty_cache()

    def _tried(
        self, batches: Sequence[Batch], target_tokens: int, should_stop: Callable[[], bool]
    ) -> tuple[Tensor | None, _Outcome]:
        """What the objective reports, and what became of it.

        An error that tells of a shortage is gone when this returns: it holds on to all that was
        computed.
        """
        try:
            found = self._accumulated(batches, target_tokens, should_stop)
        except Exception as error:
            if not is_memory_shortage(error):
                raise
            return None, _Outcome.SHORT
        return found, _Outcome.STOPPED if found is None else _Outcome.WHOLE

    def _accumulated(
        self, batches: Sequence[Batch], target_tokens: int, should_stop: Callable[[], bool]
    ) -> Tensor | None:
        # Several processes average what they bring: each brings its share times their number.
        divisor = target_tokens / self._ranks.world
        reported = torch.zeros((), device=self._device)
        for number, part in enumerate(self._parts_of(batches)):
            if number and should_stop():
                return None
            reported += self._of_part(part.to(self._device), divisor)
        return reported

    def _parts_of(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        for batch in batches:
            yield from batch.split(self.parts)

    def _of_part(self, part: Batch, divisor: float) -> Tensor:
        # Matrix products in bfloat16 where the run says so; weights and losses stay in float32.
        is_rounded = self._precision is Precision.BF16
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=is_rounded):
            loss = self._objective.loss(self._model, part, divisor=divisor)
        loss.minimised.backward()  # type: ignore[no-untyped-call]  # torch's own
        return loss.reported

    def _too_little(self) -> MemoryShortError:
        return MemoryShortError(
            "There is not enough memory to train on a single pair of sentences.",
            hint="Close other programs, or set up a smaller model (model size, layers), a smaller "
            "vocabulary or shorter sentences (longest sentence).",
        )
