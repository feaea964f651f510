"""What a model makes of a batch of sources, in numbers: all that is found without any words.

Whoever has the model alone can do it, such as another process.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from numpy.typing import NDArray

from attnstudio.inference.prefixes import Prefixes
from attnstudio.inference.reader import Looks, look_at_found
from attnstudio.inference.search import FoundSequence, SearchOptions, search
from attnstudio.model.padding import source_batch
from attnstudio.model.trained import TrainedModel
from attnstudio.reading import Measure


@dataclass(frozen=True, slots=True)
class BatchTask:
    """A batch of sources that are translated together.

    Attributes:
        sources: what the model is fed of each, (places,) ids or (places, features).
        most: target ids that the translation of each may have, ``</s>`` included.
        options: how to search.
        attention: whether it is wanted what the model looks at in the best translation of each.
        measures: what is wanted of that beside the weights.
        prefixes: target ids that each translation begins with; None leaves the model free.
    """

    sources: tuple[NDArray[Any], ...]
    most: tuple[int, ...]
    options: SearchOptions
    attention: bool = False
    measures: frozenset[Measure] = frozenset()
    prefixes: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True, slots=True)
class FoundBatch:
    """What was found of each source of a batch.

    Attributes:
        sequences: finished hypotheses, best first.
        looks: what the model looked at in the best one; None where that was not asked for.
    """

    sequences: tuple[tuple[FoundSequence, ...], ...]
    looks: tuple[Looks, ...] | None = None


ShouldStop = Callable[[], bool]
FoundInTurn = Generator[tuple[int, FoundBatch], None, None]
SearchAll = Callable[[Sequence[BatchTask], ShouldStop], FoundInTurn]
"""Searches batches and gives what it found with the number of each, in any order; ends early when
it is stopped."""


class BatchSearch:
    """A model that reads one source, and searches for its translations.

    Args:
        model: in both of its forms.
    """

    def __init__(self, model: TrainedModel) -> None:
        self._model = model
        (self._axis,) = model.plain.sources
        self._device = next(model.plain.parameters()).device

    @torch.inference_mode()
    def find(self, task: BatchTask) -> FoundBatch:
        """The best translations of a batch.

        Raises:
            NotFiniteError: the model's scores are no numbers.
            ValueError: the prefixes are not of these sources.
        """
        change = task.options.intervention
        model = self._model.for_reading(change)
        sources = {self._axis: source_batch(task.sources, self._device)}
        encoded = model.read(sources, intervention=change, trace=task.attention)
        given = None if task.prefixes is None else Prefixes(task.prefixes)
        found = tuple(map(tuple, search(model, encoded, task.most, task.options, given)))
        if not task.attention:
            return FoundBatch(found)
        best = [sequences[0].ids for sequences in found]
        lengths = [{self._axis: len(source)} for source in task.sources]
        looks = look_at_found(model, best, lengths, encoded, change, measures=task.measures)
        return FoundBatch(found, tuple(looks))

    def find_in_turn(self, tasks: Sequence[BatchTask], should_stop: ShouldStop) -> FoundInTurn:
        """Batch after batch, unless it is stopped before one."""
        for number, task in enumerate(tasks):
            if should_stop():
                return
            yield number, self.find(task)
