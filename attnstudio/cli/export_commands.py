"""``export`` and ``import-run``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.cli.trained_model import ModelChoice
from attnstudio.errors import UsageError
from attnstudio.export.ct2_folder import Quantization
from attnstudio.project.exporting import ExportFormat, export_run
from attnstudio.project.project import Project
from attnstudio.project.run_import import import_run
from attnstudio.project.weight import in_units


def export(
    output: Output, choice: ModelChoice, to: Path, format_: str, quantization: str | None
) -> None:
    """``attnstudio export``."""
    if quantization is not None and format_ != ExportFormat.CTRANSLATE2:
        raise UsageError(
            "--quantization is only for --format ctranslate2.",
            hint="Leave it out, or choose that format.",
        )
    project = Project.open(choice.folder)
    run = project.run(choice.run)
    which = choice.checkpoint or "best"
    exported = export_run(
        project,
        run,
        to,
        format_=ExportFormat(format_),
        quantization=Quantization(quantization or Quantization.FLOAT32),
        checkpoint=which,
    )
    if exported.notice is not None:
        output.say(exported.notice.message)
    facts, parity = exported.facts, exported.parity
    output.result(
        {
            "format": format_,
            "folder": str(exported.folder),
            "run": facts.run,
            "step": facts.step,
            "bytes": exported.size_bytes,
            "parity": None if parity is None else asdict(parity),
        },
        [
            f"Wrote run {facts.run} at step {facts.step:,} to {exported.folder}: "
            f"{in_units(exported.size_bytes)}.",
            *([] if parity is None else [f"{parity}."]),
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
