"""``export`` and ``import-run``."""

from __future__ import annotations

from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.project.exporting import export_weights
from attnstudio.project.project import Project
from attnstudio.project.run_import import import_run
from attnstudio.project.weight import in_units


def export(output: Output, choice: ModelChoice, to: Path, format_: str) -> None:
    """``attnstudio export``."""
    project = Project.open(choice.folder)
    run = project.run(choice.run)
    exported = export_weights(project, run, to, checkpoint=choice.checkpoint or "best")
    if exported.notice is not None:
        output.say(exported.notice.message)
    facts = exported.facts
    output.result(
        {
            "format": format_,
            "folder": str(exported.folder),
            "run": facts.run,
            "step": facts.step,
            "bytes": exported.size_bytes,
        },
        [
            f"Wrote run {facts.run} at step {facts.step:,} to {exported.folder}: "
            f"{in_units(exported.size_bytes)}.",
            "Its README says how anybody uses it, and has a place for the licence that you choose.",
        ],
    )


def import_model(output: Output, folder: Path, into: Path, name: str | None) -> None:
    """``attnstudio import-run``."""
    run = import_run(folder, into, name=name)
    definition = run.definition()
    source, target = definition.languages
    output.result(
        {
            "project": str(into),
            "run": run.name,
            "step": run.checkpoint_step("best"),
            "source": source,
            "target": target,
        },
        [
            f"Run {run.name} of {into} translates from {source} to {target}. "
            "It cannot be trained further.",
            f'Try it: echo "…" | attnstudio translate {into} --run "{run.name}"',
        ],
    )
