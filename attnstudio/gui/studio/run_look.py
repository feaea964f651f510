"""What the files of a run say, read in a task and held as a value."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from attnstudio.errors import AttentionStudioError
from attnstudio.project.checkpoint_index import CheckpointIndex, is_best_measured
from attnstudio.project.own_sentences import read_own_sentences
from attnstudio.project.run import Run, RunState, state_by_ending
from attnstudio.run_definition import RunDefinition
from attnstudio.training.history import History

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run as it was when somebody last looked.

    Attributes:
        definition: what it was asked; the error that says why where that cannot be read.
        stamp: of the file that it was read from.
        checkpoints: which steps have one.
        is_best_measured: whether a validation chose the best of them.
        sentences: the person's own that it watches.
    """

    definition: RunDefinition | AttentionStudioError
    stamp: _Stamp
    checkpoints: CheckpointIndex
    is_best_measured: bool
    sentences: tuple[str, ...]
    _found: RunState

    @property
    def is_under_way(self) -> bool:
        """Whether it was being trained: then nobody goes on from its checkpoints."""
        return self._found is RunState.RUNNING

    def state(self, history: History) -> RunState:
        """What became of the run.

        Args:
            history: what it has said; how it ended counts where it was neither at work nor killed.
        """
        seen = self._found in (RunState.RUNNING, RunState.INTERRUPTED, RunState.IMPORTED)
        return self._found if seen else state_by_ending(history)


def look_at(run: Run, before: KnownRun | None = None, *, is_ours: bool = False) -> KnownRun:
    """Read what the files of a run say now; in a task.

    Args:
        run: the run.
        before: what was known, so that a file that has not changed is not read again.
        is_ours: whether this program is training it: then its lock is not asked for.
    """
    stamp = _stamp(run.folder / "config.toml")
    if before is not None and before.stamp == stamp:
        definition = before.definition
    else:
        definition = _definition(run)
    found = RunState.RUNNING if is_ours else run.state(History())
    checkpoints = run.checkpoints()
    return KnownRun(
        definition,
        stamp,
        checkpoints,
        is_best_measured(run.folder, checkpoints.best),
        _sentences(run, definition),
        found,
    )


def definition_of(run: Run, known: KnownRun | None) -> RunDefinition:
    """What a run was asked; the disk is asked only where nothing is known yet.

    Raises:
        AttentionStudioError: it cannot be read.
    """
    found = known.definition if known is not None else run.definition()
    if isinstance(found, AttentionStudioError):
        raise found
    return found


def _definition(run: Run) -> RunDefinition | AttentionStudioError:
    try:
        return run.definition()
    except AttentionStudioError as error:  # said where the run is looked at
        return error


def _sentences(run: Run, definition: RunDefinition | AttentionStudioError) -> tuple[str, ...]:
    """None where they cannot be read: that is said where one is added."""
    if isinstance(definition, RunDefinition):
        with suppress(AttentionStudioError):
            return read_own_sentences(run.folder, definition.watched_as) or ()
    return ()


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size
