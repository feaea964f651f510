"""What a trainer needs from outside, and what it is told by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from attnstudio.model.interface import SequenceModel
from attnstudio.plain_values import Rows
from attnstudio.training.events import TrainingEvent
from attnstudio.training.state import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedSentence:
    """What the model makes of a watch sentence at a validation (see `WatchTranslated`)."""

    index: int
    source: str
    reference: str
    translation: str
    attention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationResult:
    """What a validation found (see `Validation`).

    Attributes:
        scores: by their names; the loss is always among them. A name that `training.scores` does
            not declare is shown as well.
        reading: by which the alignment error was measured.
        intervals: where scores lie with 95 %, by their names.
        head_numbers: how each head looks, by the names that `training.head_quantities` declares.
        watched: what became of the watch sentences.
    """

    scores: Mapping[str, float]
    reading: Mapping[str, int | str | None] | None = None
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    head_numbers: Mapping[str, Rows] = field(default_factory=dict)
    watched: tuple[WatchedSentence, ...] = ()


class TrainerHooks(NamedTuple):
    """What a trainer needs from outside.

    Attributes:
        validate: measures the model; told whether validation has used up its tenth of the time,
            so that it can leave out the decoding. None when stopped in the middle.
        save: keeps a snapshot, and whether it is the best so far.
        emit: receives every event.
        clock: seconds from any fixed point.
        thread_clock: seconds of the processor that the calling thread got.
        save_is_due: asked after every update whether a snapshot is wanted at once.
    """

    validate: Callable[[SequenceModel, int, bool], ValidationResult | None]
    save: Callable[[Snapshot, bool], None]
    emit: Callable[[TrainingEvent], None]
    clock: Callable[[], float] = time.monotonic
    thread_clock: Callable[[], float] = time.thread_time
    save_is_due: Callable[[], bool] = lambda: False
