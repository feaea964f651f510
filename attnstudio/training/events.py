"""What a trainer says while it works: plain values, made by the names of their fields.

A run's log is one or more segments::

    Started (Step | Validation | WatchTranslated | CheckpointSaved | Notice)* (Finished | Failed)?

``Started(resumed_from=n)`` voids everything after step *n* in the segments before it. Times are
seconds over all segments of the run. What is said to a person is a template and its values, which
a window or a terminal makes words of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from attnstudio.plain_values import Rows
from attnstudio.training.scores import LOSS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    event: ClassVar[str]

    step: int
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(_Event):
    """A segment begins.

    Attributes:
        resumed_from: the step of the checkpoint it goes on from; None for a fresh start.
        device: where the tensors live.
        threads: processor threads.
        parameters: numbers in the model that are trained.
        train_pairs: pairs trained on.
        batches: batches in one epoch.
        precision: of matrix products: fp32 or bf16.
        at: when it began, in seconds since the epoch; None in older logs.
    """

    event: ClassVar[str] = "started"

    resumed_from: int | None
    device: str
    threads: int
    parameters: int
    train_pairs: int
    batches: int
    precision: str = "fp32"  # what there was before there was a choice
    at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLinks(_Event):
    """Word links to be taught are being found; it is said before ``Started`` but never recorded.

    Attributes:
        share: of the work that is done, 0 to 1.
        left_s: seconds that it still takes; None while unknown.
    """

    event: ClassVar[str] = "finding_links"

    share: float
    left_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(_Event):
    """An update of the weights.

    Attributes:
        epoch: passes over the corpus so far, with a fraction.
        loss: cross-entropy of this update's batches, nats per target token, without smoothing.
        learning_rate: the one used.
        gradient_norm: before clipping.
        tokens_per_second: target tokens without padding since the last report, validation and
            saving not counted.
        target_tokens: target tokens without padding seen in all.
    """

    event: ClassVar[str] = "step"

    epoch: float
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens_per_second: float
    target_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(_Event):
    """How good the model is on pairs it never trained on.

    Attributes:
        epoch: passes over the corpus so far.
        scores: what was measured this time, by the names that `training.scores` declares; the loss
            is always among them.
        reading: of the attention by which the alignment error was measured, as its `to_mapping`
            gives it; None without gold links.
        lowest: the lower ends of where scores lie with 95 %, over sets of pairs like the one that
            was measured; of those scores alone of which that is known.
        highest: the upper ends.
        gradient_norms: how hard a recent update pulled at each layer, before clipping, by names
            such as ``encoder.0``; empty for models without such layers and in older logs.
        head_numbers: how each head looks, a row of heads for each layer, by the names that
            `training.head_quantities` declares, such as ``cross.entropy``; empty without
            attention, where validation had taken its time, and in older logs.
        seconds: what the validation took.
        is_best: whether this is the best validation so far.
    """

    event: ClassVar[str] = "validation"

    epoch: float
    scores: Mapping[str, float]
    reading: Mapping[str, int | str | None] | None = None
    lowest: Mapping[str, float] = field(default_factory=dict)
    highest: Mapping[str, float] = field(default_factory=dict)
    gradient_norms: Mapping[str, float] = field(default_factory=dict)
    head_numbers: Mapping[str, Rows] = field(default_factory=dict)
    seconds: float
    is_best: bool

    @property
    def loss(self) -> float:
        """Cross-entropy, nats per target token; not a number where a log does not tell."""
        return self.scores.get(LOSS.name, math.nan)


FIRST_OWN = 1_000  # above all that the corpus may give


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTranslated(_Event):
    """A watch sentence as the model translates it now.

    Attributes:
        index: which watch sentence; from `FIRST_OWN` on they are the person's own.
        source: its source.
        reference: its translation in the corpus; empty for one of the person's own.
        translation: the model's.
        attention: file name of its attention in the run's ``watch`` folder.
    """

    event: ClassVar[str] = "watch"

    index: int
    source: str
    reference: str
    translation: str
    attention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSaved(_Event):
    """The model and the state of training are on disk."""

    event: ClassVar[str] = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(_Event):
    """A sentence for the person.

    Attributes:
        template: with named places, so that it can be translated.
        values: what the names stand for.
    """

    event: ClassVar[str] = "notice"

    template: str
    values: Mapping[str, int | float | str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence with its values filled in."""
        return self.template.format(**self.values)

    @property
    def threads(self) -> int | None:
        """The processor threads from here on, where the sentence is about them."""
        threads = self.values.get("threads")
        return threads if isinstance(threads, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished(_Event):
    """Training ended in an orderly way and left a checkpoint.

    Attributes:
        reason: a `StopReason`.
        best_step: step of the best checkpoint.
    """

    event: ClassVar[str] = "finished"

    reason: str
    best_step: int


class FailureCause(StrEnum):
    """What kind of thing ended a training."""

    STORAGE = "storage"  # the disk is full, write-protected or gone
    MEMORY = "memory"  # of the processor or of the graphics card
    NOT_FINITE = "not_finite"  # losses or weights that are no numbers
    DIVERGED = "diverged"  # losses that rise and rise
    PEER = "peer"  # another of the processes that train together has ended
    INPUT = "input"  # settings, corpus or checkpoint
    BUG = "bug"  # of this program


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trouble(_Event):
    template: str
    hint_template: str = ""
    values: Mapping[str, int | float | str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """What is wrong and why, with the values filled in."""
        return self.template.format(**self.values)

    @property
    def hint(self) -> str:
        """What to do, with the values filled in; empty where nobody knows."""
        return self.hint_template.format(**self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(_Trouble):
    """Training could not go on.

    Attributes:
        template: why, with named places.
        hint_template: what to do, with places of the same names.
        values: what the names stand for.
        cause: a `FailureCause`; empty in older logs.
        go_on_from: step of the newest checkpoint that is worth going on from; None for none.
    """

    event: ClassVar[str] = "failed"

    cause: str = ""
    go_on_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(_Trouble):
    """Training waits, because what it keeps cannot be written; it is said but never recorded.

    It goes on with the next event of another kind.

    Attributes:
        template: what could not be written and why, with named places.
        hint_template: what to do, with places of the same names.
        values: what the names stand for.
        saved_step: the last checkpoint that was; what came after it is in memory only.
    """

    event: ClassVar[str] = "held"

    saved_step: int | None


TrainingEvent = (
    FindingLinks
    | Started
    | Step
    | Validation
    | WatchTranslated
    | CheckpointSaved
    | Notice
    | Finished
    | Failed
    | Held
)
