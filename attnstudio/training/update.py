"""The gradients of one update of the weights, in as many parts as the memory asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import torch
from torch import Tensor

from attnstudio.allocator import give_back_memory, is_memory_shortage
from attnstudio.config_training import Precision
from attnstudio.errors import MemoryShortError
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import Batch
from attnstudio.training.loss import Objective
from attnstudio.training.state import random_states, restore_random


class GradientMaker:
    """Adds up the gradients of batches in a model's parameters.

    Where memory does not suffice, what was computed is thrown away, the random states are put back,
    and the same batches are gone through again in twice as many parts: the sum of the gradients is
    the same but for rounding and for what dropout draws. It goes on in so many parts.

    Args:
        model: on its device, in training mode when gradients are made.
        objective: what is minimised.
        precision: no longer ``auto``.

    Attributes:
        parts: of each batch; 1 while memory suffices.
    """

    def __init__(self, model: SequenceModel, objective: Objective, precision: Precision) -> None:
        self.parts = 1
        self._model = model
        self._objective = objective
        self._precision = precision
        self._device = next(model.parameters()).device

    def make(
        self, batches: Sequence[Batch], *, should_stop: Callable[[], bool] = lambda: False
    ) -> Tensor | None:
        """The gradients of the mean loss of a target token, left in the parameters.

        Args:
            batches: of one update, on the processor or on the model's device.
            should_stop: asked between parts.

        Returns:
            What the objective reports, summed; None when stopped, and then there are no
            gradients and the random states are those from before.

        Raises:
            MemoryShortError: there is too little memory for a single pair.
        """
        before = random_states(self._device)
        most_parts = max(len(batch) for batch in batches)
        while True:
            found: Tensor | None = None
            is_short = False
            try:
                found = self._accumulated(batches, should_stop)
            except Exception as error:
                if not is_memory_shortage(error):
                    raise
                is_short = True
            if found is not None:
                return found
            # Outside of the handler, because the error holds on to all that was computed.
            self.throw_away()
            restore_random(before, self._device)
            if not is_short:
                return None
            if self.parts >= most_parts:
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

    def _accumulated(
        self, batches: Sequence[Batch], should_stop: Callable[[], bool]
    ) -> Tensor | None:
        target_tokens = sum(batch.target_tokens for batch in batches)
        reported = torch.zeros((), device=self._device)
        for number, part in enumerate(self._parts_of(batches)):
            if number and should_stop():
                return None
            reported += self._of_part(part.to(self._device), target_tokens)
        return reported

    def _parts_of(self, batches: Sequence[Batch]) -> Iterator[Batch]:
        for batch in batches:
            yield from batch.split(self.parts)

    def _of_part(self, part: Batch, target_tokens: int) -> Tensor:
        # Matrix products in bfloat16 where the run says so; weights and losses stay in float32.
        is_rounded = self._precision is Precision.BF16
        with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=is_rounded):
            loss = self._objective.loss(self._model, part, divisor=target_tokens)
        loss.minimised.backward()  # type: ignore[no-untyped-call]  # torch's own
        return loss.reported

    def _too_little(self) -> MemoryShortError:
        return MemoryShortError(
            "There is not enough memory to train on a single pair of sentences.",
            hint="Close other programs, or set up a smaller model (model size, layers), a smaller "
            "vocabulary or shorter sentences (longest sentence).",
        )
