"""Which batches an update is made of, counted from where training stands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from attnstudio.training.batch import Batch, ExampleStream
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.state import TrainState


class BatchOrder:
    """Goes through the passes over a stream, batch by batch.

    Args:
        stream: what is trained on.
        batch_tokens: how large a batch may be.
        accumulation: batches of one update.
        seed: of the order.
        ranks: who shares each batch; every process gets every so-manyth row of it, and so rows of
            all lengths.
    """

    def __init__(
        self,
        stream: ExampleStream,
        *,
        batch_tokens: int,
        accumulation: int,
        seed: int,
        ranks: Ranks = ALONE,
    ) -> None:
        self._stream = stream
        self._batch_tokens = batch_tokens
        self._accumulation = accumulation
        self._seed = seed
        self._ranks = ranks
        self._epoch = -1
        self._rows: list[NDArray[np.int64]] = []

    def next_batches(self, state: TrainState) -> list[Batch]:
        """The batches of the next update: of each this process's part, where it has one."""
        ranks, first_draw = self._ranks, state.step * self._accumulation
        parts = [
            self._rows_at(state, offset)[ranks.rank :: ranks.world]
            for offset in range(self._accumulation)
        ]
        return [
            self._stream.batch(part, draw=(first_draw + offset) * ranks.world + ranks.rank)
            for offset, part in enumerate(parts)
            if len(part)
        ]

    def batches_in(self, epoch: int) -> int:
        """How many batches a pass has."""
        return len(self._of_epoch(epoch))

    def epochs_done(self, state: TrainState) -> float:
        """Passes over the stream so far, with a fraction."""
        return state.epoch + state.batch / self.batches_in(state.epoch)

    def _rows_at(self, state: TrainState, offset: int) -> NDArray[np.int64]:
        """The rows of a batch, counted from where training stands; a later pass is cut anew."""
        place = state.batch + offset
        rows = self._of_epoch(state.epoch)
        if place < len(rows):
            return rows[place]
        passes, place = divmod(place, len(rows))
        later = self._cut(state.epoch + passes)
        return later[place % len(later)]

    def _of_epoch(self, epoch: int) -> list[NDArray[np.int64]]:
        if epoch != self._epoch:
            self._rows, self._epoch = self._cut(epoch), epoch
        return self._rows

    def _cut(self, epoch: int) -> list[NDArray[np.int64]]:
        return self._stream.epoch_batches(epoch, batch_tokens=self._batch_tokens, seed=self._seed)
