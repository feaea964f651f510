"""What the files of a run say, read in a task and held as a value: the window asks no disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attnstudio.errors import AttentionStudioError
from attnstudio.project.own_sentences import read_own_sentences
from attnstudio.project.run import Run, RunState
from attnstudio.run_definition import RunDefinition
from attnstudio.training.history import History

_Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run as it was when somebody last looked.

    Attributes:
        definition: what it was asked; the error that says why where that cannot be read.
        stamp: of the file that it was read from.
        state: what became of it.
        checkpoints: the steps that one can go on from.
        sentences: the person's own that it watches.
    """

    definition: RunDefinition | AttentionStudioError
    stamp: _Stamp
    state: RunState
    checkpoints: tuple[int, ...]
    sentences: tuple[str, ...]


def look_at(
    run: Run, history: History, before: KnownRun | None = None, *, is_ours: bool = False
) -> KnownRun:
    """Read what the files of a run say now; in a task.

    Args:
        run: the run.
        history: what it has said so far.
        before: what was known, so that a file that has not changed is not read again.
        is_ours: whether this program is training it. Then nobody goes on from its checkpoints.
    """
    stamp = _stamp(run.folder / "config.toml")
    if before is not None and before.stamp == stamp:
        definition = before.definition
    else:
        definition = _definition(run)
    sentences: tuple[str, ...] = ()
    if isinstance(definition, RunDefinition):
        sentences = read_own_sentences(run.folder, definition.source.language) or ()
    if is_ours:
        return KnownRun(definition, stamp, RunState.RUNNING, (), sentences)
    return KnownRun(definition, stamp, run.state(history), run.checkpoints().steps, sentences)


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


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_size
