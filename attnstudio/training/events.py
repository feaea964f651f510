"""What a trainer says while it works: plain values, one line of JSON each.

A run's log is one or more segments::

    Started (Step | Validation | WatchTranslated | CheckpointSaved | Notice)* (Finished | Failed)?

``Started(resumed_from=n)`` voids everything after step *n* in the segments before it. Times are
seconds over all segments of the run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from string import Formatter
from typing import Any, ClassVar

from attnstudio.names import is_watch_file
from attnstudio.plain_values import from_mapping, read_json

_PLAIN = re.compile(r",?(\.\d)?[defgs%]?")  # how numbers may be written: not a page long


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
        loss: cross-entropy, nats per target token.
        perplexity: exp of the loss.
        token_accuracy: share of target tokens that had the highest score, forced decoding.
        bleu: of the decoded sample, 0 to 100; None when it was not decoded this time.
        chrf: the same.
        aer: alignment error rate with the best reading; None without gold links.
        reading: that reading in words.
        seconds: what the validation took.
        is_best: whether this is the best validation so far.
    """

    event: ClassVar[str] = "validation"

    epoch: float
    loss: float
    perplexity: float
    token_accuracy: float
    bleu: float | None
    chrf: float | None
    aer: float | None
    reading: str | None
    seconds: float
    is_best: bool


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
    INPUT = "input"  # settings, corpus or checkpoint
    BUG = "bug"  # of this program


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(_Event):
    """Training could not go on.

    Attributes:
        message: why.
        hint: what to do.
        cause: a `FailureCause`; empty in older logs.
        go_on_from: step of the newest checkpoint that is worth going on from; None for none.
    """

    event: ClassVar[str] = "failed"

    message: str
    hint: str
    cause: str = ""
    go_on_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(_Event):
    """Training waits, because what it keeps cannot be written; it is said but never recorded.

    It goes on with the next event of another kind.

    Attributes:
        message: what could not be written, and why.
        hint: what to do.
        saved_step: the last checkpoint that was; what came after it is in memory only.
    """

    event: ClassVar[str] = "held"

    message: str
    hint: str
    saved_step: int | None


TrainingEvent = (
    Started
    | Step
    | Validation
    | WatchTranslated
    | CheckpointSaved
    | Notice
    | Finished
    | Failed
    | Held
)

_KINDS: dict[str, type[TrainingEvent]] = {
    kind.event: kind
    for kind in (
        Started, Step, Validation, WatchTranslated, CheckpointSaved, Notice, Finished, Failed, Held,
    )
}  # fmt: skip


def to_json(event: TrainingEvent) -> str:
    """One line of JSON; null stands for numbers that are not finite."""
    content: dict[str, Any] = {"event": event.event}
    for item in fields(event):
        value = getattr(event, item.name)
        if isinstance(value, float) and not math.isfinite(value):
            value = None
        content[item.name] = dict(value) if isinstance(value, Mapping) else value
    if isinstance(event, Notice):
        content["message"] = event.message
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def from_json(line: str) -> TrainingEvent:
    """The event that `to_json` wrote.

    Raises:
        ValueError: the line is torn or of another format.
    """
    content = read_json(line)
    name = content.get("event") if isinstance(content, dict) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"not a training event: {line[:80]}")
    event = from_mapping(kind, content)
    match event:
        case WatchTranslated() if not is_watch_file(event.attention):
            raise ValueError(f"not a file of attention: {event.attention[:80]}")
        case Notice() if not _can_be_said(event):
            raise ValueError(f"not a sentence: {event.template[:80]}")
    return event


def _can_be_said(notice: Notice) -> bool:
    """Whether the values fit the places of the template, and ask for nothing but their own text."""
    try:
        places = [place for place in Formatter().parse(notice.template) if place[1] is not None]
        if not all(n in notice.values and _PLAIN.fullmatch(spec or "") for _, n, spec, _ in places):
            return False
        return bool(notice.message)
    except (ValueError, LookupError, TypeError):
        return False
