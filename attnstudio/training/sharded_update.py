"""The gradients of one update where the processes hold but a share of the model each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf

import torch
from torch import Tensor

from attnstudio.allocator import is_memory_shortage
from attnstudio.config_training import Precision
from attnstudio.errors import LoneShortageError
from attnstudio.model.interface import SequenceModel
from attnstudio.training.batch import Batch
from attnstudio.training.loss import Loss
from attnstudio.training.ranks import Ranks, hearing_while_computing
from attnstudio.training.sharding import Shards
from attnstudio.training.state import random_states, restore_random


class ShardedGradientMaker:
    """Adds up the gradients of batches in what a process holds of the parameters.

    Layers are put together from all processes on the way through the model and back, so all of them
    go through it equally often, in the same order. One that has fewer batches than another, or none
    at all, goes through a single pair besides, which counts nothing. Nobody can leave on the way: a
    shortage of memory ends the training, and a stop is heard between two batches.

    Args:
        model: spread over the processes, in training mode when gradients are made.
        shards: of it.
        precision: no longer ``auto``.
        ranks: who makes the update.

    Attributes:
        parts: of each batch; see `GradientMaker`. A batch is not divided here.
    """

    parts = 1

    def __init__(
        self, model: SequenceModel, shards: Shards, precision: Precision, ranks: Ranks
    ) -> None:
        self._model = model
        self._shards = shards
        self._precision = precision
        self._ranks = ranks
        self._device = next(model.parameters()).device

    def make(
        self,
        batches: Sequence[Batch],
        *,
        target_tokens: int,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> Tensor | None:
        """As `GradientMaker.make`, of whole batches.

        Raises:
            LoneShortageError: there is too little memory in this process.
            PeerLostError: another process has ended.
        """
        before = random_states(self._device)
        # Processes average what they bring: each brings its share times their number.
        share = target_tokens / self._ranks.world
        reported = torch.zeros((), device=self._device)
        for number, batch in enumerate(self._evened(batches)):
            if number and any(self._ranks.exchange(should_stop())[0]):
                self._throw_away()
                restore_random(before, self._device)
                return None
            if number < len(batches):
                reported += self._gone_through(batch, share).reported
            else:
                self._gone_through(batch, inf)
        return reported

    def _evened(self, batches: Sequence[Batch]) -> list[Batch]:
        """As many batches as the process with most of them has, its own first."""
        [counts] = self._ranks.exchange(len(batches))
        pair = batches[0].split(len(batches[0]))[0] if batches else None
        if not min(counts):
            given = self._ranks.of_first(pair)  # it has the first row of every batch
            pair = pair or given
        assert pair is not None
        return [*batches, *[pair] * (int(max(counts)) - len(batches))]

    def _gone_through(self, batch: Batch, divisor: float) -> Loss:
        """Through the model and back."""
        is_rounded = self._precision is Precision.BF16
        with self._said_in_words():
            with torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=is_rounded):
                loss: Loss = self._shards.passes(batch.to(self._device), divisor)
            loss.minimised.backward()  # type: ignore[no-untyped-call]  # torch's own
        return loss

    @contextmanager
    def _said_in_words(self) -> Iterator[None]:
        try:
            with hearing_while_computing():
                yield
        except Exception as error:
            if not is_memory_shortage(error):
                raise
            raise LoneShortageError(
                "Process {number} of {world} is short of memory, and a sharded model cannot be "
                "trained on in smaller parts.",
                hint="Train a run with a smaller batch (training.batch_tokens) and more "
                "accumulation, or with more processes.",
                number=self._ranks.rank + 1,
                world=self._ranks.world,
            ) from error

    def _throw_away(self) -> None:
        for parameter in self._model.parameters():
            parameter.grad = None
