"""A project in a few facts, as a list of recent projects shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.errors import AttentionStudioError
from attnstudio.project.corpus_links import links_found_at
from attnstudio.project.kept_comparisons import list_comparisons
from attnstudio.project.project import Project
from attnstudio.training.scores import BLEU

_CURVE_POINTS = 60


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """What there is to say about a project.

    Attributes:
        folder: where it lies.
        languages: source and target code; empty when it cannot be read.
        pairs: sentence pairs in its corpus.
        links_found_at: when the words of these pairs were linked, in seconds since the epoch; None
            where they are not.
        runs: how many it has.
        comparisons: of kinds of models, how many it has.
        best_bleu: of all runs; None where none was measured.
        losses: training loss of the last run, thinned, for a small curve.
        changed_at: seconds since the epoch; 0 when unknown.
        problem: why it cannot be opened; empty when it can.
    """

    folder: Path
    languages: tuple[str, ...] = ()
    pairs: int = 0
    links_found_at: float | None = None
    runs: int = 0
    comparisons: int = 0
    best_bleu: float | None = None
    losses: tuple[float, ...] = ()
    changed_at: float = 0.0
    problem: str = ""


def summarise(folder: Path) -> ProjectSummary:
    """Read the facts; what is missing or damaged is said and not raised."""
    try:
        project = Project.open(folder)
        pairs = len(project.corpus()) if project.file.corpus else 0
        found_at = links_found_at(project, project.file.corpus) if pairs else None
        runs = project.runs()
        comparisons = len(list_comparisons(project))
        outlines = [run.outline() for run in runs if not run.problem()]
        last = next((r for r in runs if r.name == project.file.last_run and not r.problem()), None)
        losses = last.history().steps.column("loss") if last is not None else ()
        changed_at = max(
            (folder / "project.toml").stat().st_mtime,
            *(run.events_path.stat().st_mtime for run in runs if run.events_path.exists()),
            0.0,
        )
    except AttentionStudioError as error:
        return ProjectSummary(folder, problem=error.message)
    except OSError as error:
        return ProjectSummary(folder, problem=f"{error.strerror}.")
    scores = [
        validation.scores[BLEU.name]
        for outline in outlines
        for validation in outline.validations
        if BLEU.name in validation.scores
    ]
    return ProjectSummary(
        folder=folder,
        languages=(project.file.source_language, project.file.target_language),
        pairs=pairs,
        links_found_at=found_at,
        runs=len(runs),
        comparisons=comparisons,
        best_bleu=max(scores, default=None),
        losses=_thinned(losses),
        changed_at=changed_at,
    )


def _thinned(values: Sequence[float]) -> tuple[float, ...]:
    stride = max(1, -(-len(values) // _CURVE_POINTS))
    return tuple(values[::stride])
