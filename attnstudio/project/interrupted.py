"""Trainings that were killed: what is left of them, and what it costs to go on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import AttentionStudioError
from attnstudio.project.marker import heard_at, is_marked, marked_at, read_marker
from attnstudio.project.project import Project
from attnstudio.project.run import Run, RunState


@dataclass(frozen=True, slots=True)
class Interruption:
    """A run whose training was killed.

    Attributes:
        project: the folder of its project.
        run: its name.
        since: when the training that was killed had begun, in seconds since the epoch.
        heard_at: when it was last heard of.
        step: the last one it told of.
        resumes_from: the step of its last checkpoint; None where it begins anew.
        limits: it was to keep to; None for the run's own.
    """

    project: Path
    run: str
    since: float
    heard_at: float
    step: int
    resumes_from: int | None
    limits: LimitsConfig | None

    @property
    def repeated(self) -> int:
        """How many steps are made once more."""
        return max(0, self.step - (self.resumes_from or 0))


def find_interrupted(folder: Path) -> list[Interruption]:
    """The interrupted runs of a project, the last one first; none where it cannot be read.

    Costs a look at each run's folder, and reading only where a marker lies.
    """
    try:
        runs = Project.open(folder).runs()
    except (AttentionStudioError, OSError):
        return []
    found = [_interruption(folder, run) for run in runs if is_marked(run.folder)]
    return sorted(filter(None, found), key=lambda one: one.heard_at, reverse=True)


def interruption_of(project: Project, run: Run) -> Interruption | None:
    """What is to be said of a run that was interrupted; None where it was not."""
    return _interruption(project.folder, run) if is_marked(run.folder) else None


def _interruption(folder: Path, run: Run) -> Interruption | None:
    try:
        outline = run.outline()
        if run.state(outline) is not RunState.INTERRUPTED:
            return None
        resumes_from = run.checkpoints().last
    except (AttentionStudioError, OSError):  # a damaged run says so where it is looked at
        return None
    marker = read_marker(run.folder)
    return Interruption(
        project=folder,
        run=run.name,
        since=marker.since if marker is not None else marked_at(run.folder),
        heard_at=heard_at(run.folder, run.events_path),
        step=outline.step,
        resumes_from=resumes_from,
        limits=marker.limits if marker is not None else None,
    )
