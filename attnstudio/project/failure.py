"""What a failed training leaves in its log: the reason in words, its kind, and the way on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from attnstudio.allocator import is_memory_shortage
from attnstudio.errors import (
    AttentionStudioError,
    DivergedError,
    InputError,
    MemoryShortError,
    NotFiniteError,
    PeerLostError,
    StorageError,
    TokenizerError,
)
from attnstudio.project.run import Run
from attnstudio.storage_errors import path_of, storage_error
from attnstudio.training.event_json import as_template, can_be_said
from attnstudio.training.events import Failed, FailureCause

_NONE_IS_GOOD = "No checkpoint is from before it: train a new run with a lower learning rate."
_OF_PYTHON = "{kind}: {words}"
_REFUSED = "{path} could not be used: {reason}."


def failure(run: Run, error: Exception, elapsed_s: float) -> Failed:
    """The last event of a run that an error ended.

    Args:
        run: the run.
        error: what ended it.
        elapsed_s: for a run that has not made a step yet.
    """
    history = run.outline()
    last = history.steps[-1] if history.steps else None
    told = told_by(error)
    go_on_from = _last_good_checkpoint(run, error)
    if isinstance(error, NotFiniteError | DivergedError) and go_on_from is None:
        told = told._replace(hint_template=_NONE_IS_GOOD)
    return Failed(
        step=history.step,
        elapsed_s=last.elapsed_s if last is not None else elapsed_s,
        template=told.template,
        hint_template=told.hint_template,
        values=told.values,
        cause=cause_of(error).value,
        go_on_from=go_on_from,
    )


class Told(NamedTuple):
    """What an error says, as an event keeps it (see `Failed`)."""

    template: str
    hint_template: str
    values: Mapping[str, int | float | str]


def told_by(error: Exception) -> Told:
    """An error as templates and plain values.

    Where it says something else with plain values, it is kept as it was said.
    """
    if not isinstance(error, AttentionStudioError):
        return Told(_OF_PYTHON, "", {"kind": type(error).__name__, "words": str(error)})
    values = {name: _plain(value) for name, value in error.values.items()}
    for template, words in (
        (error.template, error.message),
        (error.hint_template, error.hint),
    ):
        is_sayable = can_be_said(template, values, may_be_empty=True)
        if not is_sayable or template.format(**values) != words:
            return Told(as_template(error.message), as_template(error.hint), {})
    return Told(error.template, error.hint_template, values)


def in_our_words(error: Exception) -> Exception:
    """The error itself, or a sentence for one of Python's or torch's that a person can act on."""
    if isinstance(error, OSError) and (path := path_of(error)) is not None:
        return storage_error(error, path, _REFUSED)
    if isinstance(error, MemoryShortError) or not is_memory_shortage(error):
        return error
    return MemoryShortError(
        "There is not enough memory to train this.",
        hint="Close other programs, or set up a smaller batch (training.batch_tokens), model or "
        "vocabulary.",
    )


def cause_of(error: Exception) -> FailureCause:
    """What kind of thing ended a training."""
    match error:
        case StorageError():
            return FailureCause.STORAGE
        case MemoryShortError():
            return FailureCause.MEMORY
        case NotFiniteError():
            return FailureCause.NOT_FINITE
        case DivergedError():
            return FailureCause.DIVERGED
        case PeerLostError():
            return FailureCause.PEER
        case InputError() | TokenizerError():
            return FailureCause.INPUT
    return FailureCause.BUG


def _last_good_checkpoint(run: Run, error: Exception) -> int | None:
    """The newest checkpoint from before the losses went wrong; the newest of all else."""
    steps = run.checkpoints().steps
    if isinstance(error, NotFiniteError | DivergedError):
        good_until = error.values.get("good_until", 0)
        steps = tuple(step for step in steps if isinstance(good_until, int) and step <= good_until)
    return max(steps, default=None)


def _plain(value: object) -> int | float | str:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return value if type(value) is str else str(value)
