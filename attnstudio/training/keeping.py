"""What a trainer keeps: whole snapshots of a model and of all that training needs to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch.optim import Optimizer

from attnstudio.model.interface import SequenceModel
from attnstudio.model.weights import load_weights, named_weights
from attnstudio.training.averaging import WeightAverage
from attnstudio.training.optimisation import load_optimiser_tensors, optimiser_tensors
from attnstudio.training.ranks import ALONE, Ranks
from attnstudio.training.sharding import Shards
from attnstudio.training.state import (
    Snapshot,
    TrainState,
    of_all_ranks,
    of_rank,
    random_states,
    restore_random,
)


class Snapshots:
    """Takes and restores snapshots, and knows when the last one was kept.

    Args:
        model: on its device.
        optimiser: of its parameters.
        average: of its weights; None where there is none.
        keep: keeps a snapshot, and whether it is the best so far.
        is_wanted: whether somebody wants one kept at once.
        every_s: seconds after which one is to be kept in any case.
        clock: seconds from any fixed point.
        ranks: whose random states belong to a snapshot.
        shards: of the model, where the processes hold a share of it each; a snapshot is whole all
            the same, and the first process has it.

    Attributes:
        is_whole: whether this process holds all that belongs to a snapshot.
        step: of the last snapshot that was kept or restored; -1 before the first.
    """

    def __init__(
        self,
        model: SequenceModel,
        optimiser: Optimizer,
        average: WeightAverage | None,
        *,
        keep: Callable[[Snapshot, bool], None],
        is_wanted: Callable[[], bool],
        every_s: float,
        clock: Callable[[], float],
        ranks: Ranks = ALONE,
        shards: Shards | None = None,
    ) -> None:
        self._ranks = ranks
        self._shards = shards
        self.is_whole = shards is None
        self.step = -1
        self._model = model
        self._optimiser = optimiser
        self._average = average
        self._keep = keep
        self._is_wanted = is_wanted
        self._every_s = every_s
        self._clock = clock
        self._kept_at = 0.0

    def begin(self) -> None:
        """Count the time until the next one from here."""
        self._kept_at = self._clock()

    def is_due(self) -> bool:
        """Whether one is to be kept now."""
        return self._is_wanted() or self._clock() - self._kept_at > self._every_s

    def take(self, state: TrainState, *, with_others: bool = True) -> Snapshot:
        """The model, the optimiser and the random states as they are, with this state.

        Args:
            state: where training stands.
            with_others: whether all processes take one now, so that the random states of each
                belong to it.
        """
        trained = named_weights(self._model)
        own = random_states(self._device())
        snapshot = Snapshot(
            weights=self._average.weights if self._average else trained,
            optimiser=optimiser_tensors(self._optimiser, self._model),
            random=of_all_ranks(self._ranks.gathered(own)) if with_others else own,
            state=state,
            trained=trained if self._average else {},
        )
        return snapshot if self._shards is None else self._shards.gathered(snapshot)

    def keep(self, snapshot: Snapshot, *, best: bool) -> None:
        """Keep a snapshot."""
        self._keep(snapshot, best)
        self._kept_at = self._clock()
        self.step = snapshot.state.step

    def restore(self, snapshot: Snapshot) -> None:
        """Put back weights, their average, the optimiser and the random states.

        A process that had no part in it goes on drawing as it was seeded.
        """
        held = snapshot if self._shards is None else self._shards.cut(snapshot)
        load_weights(self._model, held.trained or held.weights)
        if self._average is not None:
            self._average.restore(held.weights)
        load_optimiser_tensors(self._optimiser, self._model, held.optimiser)
        own = of_rank(snapshot.random, self._ranks.rank)
        if own is not None:
            restore_random(own, self._device())
        self.step = snapshot.state.step

    @contextmanager
    def as_kept(self) -> Iterator[SequenceModel]:
        """The model, for the first process, with the weights that would be kept of it."""
        if self._shards is not None:
            kept = self._average.weights if self._average else named_weights(self._model)
            with self._shards.whole_model(kept) as model:
                yield model
        elif self._average and self._ranks.is_first:
            with self._average.in_model():
                yield self._model
        else:
            yield self._model

    def _device(self) -> torch.device:
        return next(self._model.parameters()).device
