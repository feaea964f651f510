"""What a failed training leaves in its log: the reason in words, its kind, and the way on."""

from __future__ import annotations

from attnstudio.allocator import is_memory_shortage
from attnstudio.errors import (
    AttentionStudioError,
    DivergedError,
    InputError,
    MemoryShortError,
    NotFiniteError,
    StorageError,
    TokenizerError,
)
from attnstudio.files import path_of, storage_error
from attnstudio.project.run import Run
from attnstudio.training.events import Failed, FailureCause

_NONE_IS_GOOD = "No checkpoint is from before it: train a new run with a lower learning rate."
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
    message, hint = _in_words(error)
    go_on_from = _last_good_checkpoint(run, error)
    if isinstance(error, NotFiniteError | DivergedError) and go_on_from is None:
        hint = _NONE_IS_GOOD
    return Failed(
        step=history.step,
        elapsed_s=last.elapsed_s if last is not None else elapsed_s,
        message=message,
        hint=hint,
        cause=cause_of(error).value,
        go_on_from=go_on_from,
    )


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


def _in_words(error: Exception) -> tuple[str, str]:
    if isinstance(error, AttentionStudioError):
        return error.message, error.hint
    return f"{type(error).__name__}: {error}", ""
