"""``clean``: look at what rules would drop, drop it, do it again, take it back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.cli.output import Output
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.config import CleaningConfig
from attnstudio.config_text import merge_cleaning, parse_cleaning
from attnstudio.corpus.cleaning import LEAKS_ONLY
from attnstudio.corpus.cleaning_report import CleaningReport, Finding
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.splitting import Leaks, find_leaks
from attnstudio.errors import UsageError
from attnstudio.interpretation.lettering import elide
from attnstudio.project import cleaning
from attnstudio.project.project import Project

_SHOWN_EM = 32.0  # of a sentence


@dataclass(frozen=True, slots=True)
class CleaningRequest:
    """What ``attnstudio clean`` is asked for.

    Attributes:
        settings: ``name=value`` for knobs of `CleaningConfig`.
        only_overlap: drop held-out sentences and nothing else.
        dry_run: only say what would go.
        again: do what was done before once more.
        undo: take the last cleaning back.
        examples: how many pairs are shown for each rule.
    """

    settings: Sequence[str] = ()
    only_overlap: bool = False
    dry_run: bool = False
    again: bool = False
    undo: bool = False
    examples: int = cleaning.EXAMPLES


def clean(output: Output, folder: Path, wish: CleaningRequest) -> None:
    """``attnstudio clean``."""
    _check(wish)
    project = Project.open(folder)
    if wish.undo:
        _undo(output, project)
        return
    config = merge_cleaning(
        LEAKS_ONLY if wish.only_overlap else CleaningConfig(), parse_cleaning(wish.settings)
    )
    reports = _carry_out(output, project, config, wish)
    leaks = find_leaks(project.corpus())
    removed = 0 if wish.dry_run else sum(report.dropped for report in reports)
    content = {
        "cleanings": [report.to_json() for report in reports],
        "removed": removed,
        "splits": split_counts(project),
        **leaks.to_json(),
    }
    lines = [line for report in reports for line in _lines(report, dry_run=wish.dry_run)]
    if wish.dry_run:
        command = _as_command(folder, None if wish.again else reports[-1].config)
        lines += ["", f"To drop them: {command}"] if any(r.dropped for r in reports) else []
    elif removed:
        lines += ["", f"To bring them back: attnstudio clean {shlex.quote(str(folder))} --undo"]
    output.result(content, [*lines, *_leak_lines(leaks)])


def split_counts(project: Project) -> dict[str, int]:
    """How many pairs each split has."""
    if not project.file.corpus:
        return {split.value: 0 for split in Split}
    return {split.value: count for split, count in project.corpus().counts().items()}


def _check(wish: CleaningRequest) -> None:
    ways = [
        name
        for name, is_wanted in (
            ("--set", bool(wish.settings)),
            ("--again", wish.again),
            ("--undo", wish.undo),
        )
        if is_wanted
    ]
    if len(ways) > 1 or (wish.undo and (wish.dry_run or wish.only_overlap)):
        raise UsageError(
            "{first} cannot be combined with {second}.",
            hint="Give them one after the other.",
            first=ways[-1],
            second=ways[0] if len(ways) > 1 else "--dry-run or --remove-overlap",
        )


def _carry_out(
    output: Output, project: Project, config: CleaningConfig, wish: CleaningRequest
) -> list[CleaningReport]:
    tell = WorkProgress(output).tell
    if wish.again:
        return cleaning.repeat_cleanings(
            project, examples=wish.examples, dry_run=wish.dry_run, progress=tell
        )
    if wish.dry_run:
        report = cleaning.preview_cleaning(
            project, project.corpus(), config, examples=wish.examples, progress=tell
        )
    else:
        report = cleaning.clean(project, config, examples=wish.examples, progress=tell)
    assert report is not None  # nobody asks it to stop
    return [report]


def _undo(output: Output, project: Project) -> None:
    undone = cleaning.undo_cleaning(project)
    content = {"undone": undone.model_dump(mode="json"), "splits": split_counts(project)}
    output.result(content, [f"Brought {undone.dropped:,} training pairs back."])


def _leak_lines(leaks: Leaks) -> Iterator[str]:
    exact, loose = leaks.exact, leaks.loose
    if len(loose.train):
        yield ""
        yield (
            f"{len(exact.train):,} training pairs share a sentence with valid or test; "
            f"{len(loose.train):,} where case and punctuation do not count."
        )
    if loose.valid_with_test:
        yield (
            f"{exact.valid_with_test:,} validation pairs share one with test; "
            f"{loose.valid_with_test:,} where case and punctuation do not count."
        )


def _lines(report: CleaningReport, *, dry_run: bool) -> Iterator[str]:
    share = report.dropped / report.train if report.train else 0.0
    verb = "would be dropped" if dry_run else "were dropped"
    yield f"{report.dropped:,} of {report.train:,} training pairs ({share:.1%}) {verb}."
    for finding in report.findings:
        yield from _finding_lines(finding, report.config)


def _finding_lines(finding: Finding, config: CleaningConfig) -> Iterator[str]:
    label = CleaningConfig.model_fields[finding.rule].title
    setting = _setting(finding.rule.value, getattr(config, finding.rule))
    yield f"  {finding.count:>9,}  {label} ({setting})"
    for pair in finding.examples:
        sides = (elide(pair.source, _SHOWN_EM), elide(pair.target, _SHOWN_EM))
        yield f"             {pair.index + 1}: {sides[0]} | {sides[1]}"


def _setting(name: str, value: object) -> str:
    """A knob as it is set: ``empty=false``."""
    return f"{name}={str(value).lower() if isinstance(value, bool) else value}"


def _as_command(folder: Path, config: CleaningConfig | None) -> str:
    """The command that drops what this config says; None stands for all that was done before."""
    begin = ["attnstudio clean", shlex.quote(str(folder))]
    if config is None:
        return " ".join([*begin, "--again"])
    usual = CleaningConfig().model_dump(mode="json")
    settings = [
        f"--set {_setting(name, value)}"
        for name, value in config.model_dump(mode="json").items()
        if value != usual[name]
    ]
    return " ".join([*begin, *settings])
