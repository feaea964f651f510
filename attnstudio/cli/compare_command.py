"""``attnstudio compare``: kinds are trained one after another, and the result is a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from attnstudio.cli.kind_syntax import kinds_written, seeds_written
from attnstudio.cli.lines import refuse_unwritable, write_output
from attnstudio.cli.output import Output
from attnstudio.cli.train_command import TrainRequest
from attnstudio.cli.trained_model import progress_in_lines
from attnstudio.cli.training_run import stopping_on_signals, train_reporting
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import AttentionStudioError, StorageError, UsageError
from attnstudio.presets import DEFAULT_PRESET
from attnstudio.project.comparison_queue import (
    Entry,
    EntryState,
    entries_of,
    next_entry,
    next_of,
    seconds_left,
)
from attnstudio.project.comparison_table import ComparisonTable, Figure, KindRow, read_table
from attnstudio.project.comparison_words import csv_of, findings, markdown_of, table_lines
from attnstudio.project.comparison_work import begin_entry, measure_entry
from attnstudio.project.kept_comparisons import (
    create_comparison,
    list_comparisons,
    make_again,
    read_comparison,
)
from attnstudio.project.kind_comparison import Comparison
from attnstudio.project.project import Project
from attnstudio.project.run_data import corpus_of
from attnstudio.training.stop import StopReason, StopToken

_WRITERS = {".csv": csv_of, ".md": markdown_of}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRequest:
    """The options of ``attnstudio compare``.

    Attributes:
        name: of the comparison; None for a new one, or the only one that there is.
        kinds: as ``--kind`` gave them.
        each: as ``--each`` gave them.
        seeds: as they were written; None for that of the base.
        base: what makes the base, as for a training.
        table: only show how it stands.
        again: make runs anew that were deleted.
        to: where the table goes as well; None for nowhere.
    """

    name: str | None
    kinds: tuple[str, ...]
    each: tuple[str, ...]
    seeds: str | None
    base: TrainRequest
    table: bool
    again: bool
    to: Path | None

    @property
    def asks_for_new(self) -> bool:
        """Whether anything is said that only a new comparison takes."""
        return bool(self.kinds or self.each or self.seeds) or self.base != TrainRequest()

    def refuse_what_cannot_be(self) -> None:
        """Refuse what can be seen to be wrong before anything is done.

        Raises:
            UsageError: so it is.
        """
        if self.to is not None and self.to.suffix.lower() not in _WRITERS:
            raise UsageError(
                "{path} is no table that can be written.",
                hint="Give its name the ending .csv or .md.",
                path=self.to.name,
            )
        refuse_unwritable(self.to)
        if self.table and (self.asks_for_new or self.again):
            raise UsageError(
                "--table only shows a comparison as it stands.",
                hint="Name it with --name and nothing else, or leave out --table.",
            )


def compare(output: Output, folder: Path, request: CompareRequest) -> StopReason | None:
    """``attnstudio compare``.

    Returns:
        Why it ended early; None where all is done.
    """
    request.refuse_what_cannot_be()
    project = Project.open(folder)
    comparison = _comparison(project, request)
    stop = StopToken()
    if not request.table:
        with stopping_on_signals(stop):
            _train_all(output, project, comparison, stop)
    table = read_table(project, read_comparison(project, comparison.name))
    if request.to is not None:
        write_output(request.to, _WRITERS[request.to.suffix.lower()](table))
    output.result(_facts(table), _lines(table))
    if not stop.requested:
        return None
    output.say(
        f"Stopped. Go on with: attnstudio compare {folder} --name {_quoted(comparison.name)}"
    )
    return StopReason.REQUESTED


def _comparison(project: Project, request: CompareRequest) -> Comparison:
    """The one that is asked for, made where it is new."""
    kept = list_comparisons(project)
    name = request.name
    if name is None and not request.asks_for_new and len(kept) == 1:
        name = kept[0]
    if name in kept:
        return _gone_on_with(project, request, name)
    if not request.kinds and not request.each:
        raise UsageError(
            "No comparison was named that there is.",
            hint="There are: {names}." if kept else "Say what is compared with --each or --kind.",
            names=", ".join(kept),
        )
    base = request.base.run_config()
    kinds = kinds_written(request.kinds, request.each)
    seeds = (base.training.seed,) if request.seeds is None else seeds_written(request.seeds)
    return create_comparison(
        project,
        name,
        preset=request.base.preset or DEFAULT_PRESET,
        base=base,
        kinds=kinds,
        seeds=seeds,
        reverse=request.base.reverse,
    )


def _gone_on_with(project: Project, request: CompareRequest, name: str) -> Comparison:
    if request.asks_for_new:
        raise UsageError(
            "Comparison {name} exists, and goes on as it was begun.",
            hint="Give --name alone to go on with it, or choose another name.",
            name=name,
        )
    comparison = read_comparison(project, name)
    if request.again:
        for entry in entries_of(project, comparison):
            if entry.state is EntryState.GONE:
                comparison = make_again(project, comparison, entry.run)
    return comparison


def _train_all(output: Output, project: Project, comparison: Comparison, stop: StopToken) -> None:
    """Train and measure what is left, until it is done or stopped."""
    progress = Output(as_json=False)  # one object on stdout, in the end
    while not stop.requested:
        entries = entries_of(project, comparison)
        entry = next_of(comparison, entries)
        if entry is None:
            return
        _say_which(progress, comparison, entries, entry)
        try:
            comparison = _train_one(progress, project, comparison, entry, stop)
        except StorageError:
            raise  # the others would meet the same disk
        except AttentionStudioError as error:
            if _still_to_do(project, comparison, entry):
                raise  # it did not fail by itself, and would come again for ever
            output.say(f"{entry.run} failed: {error.message}")


def _train_one(
    output: Output, project: Project, comparison: Comparison, entry: Entry, stop: StopToken
) -> Comparison:
    run, comparison = begin_entry(project, comparison, entry)
    if entry.state is not EntryState.TRAINED:
        limits = run.definition().config.limits
        reason = train_reporting(output, project, run, stop, limits=limits)
        if reason is StopReason.REQUESTED:
            return comparison
    output.say(f"Evaluating {run.name} on the test split …")
    sentences = corpus_of(project, run.definition()).counts()[Split.TEST]
    progress = progress_in_lines(output, sentences, "sentences")
    measure_entry(project, run, progress=progress, should_stop=lambda: stop.requested)
    return comparison


def _still_to_do(project: Project, comparison: Comparison, entry: Entry) -> bool:
    now = next_entry(project, comparison)
    return now is not None and now.run == entry.run


def _say_which(
    output: Output, comparison: Comparison, entries: Sequence[Entry], entry: Entry
) -> None:
    place = 1 + entries.index(entry)
    left_s = seconds_left(comparison, entries)
    left = f"; about {_duration(left_s)} left for all" if left_s else ""
    output.say(
        f"Run {place} of {len(entries)}: {entry.kind.label}, seed {entry.seed} ({entry.run}){left}."
    )


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _lines(table: ComparisonTable) -> list[str]:
    said = findings(table)
    problems = [
        f"{entry.run}: {entry.problem}" for row in table.rows for entry in row.entries
        if entry.problem
    ]  # fmt: skip
    return [*table_lines(table), *([""] if said or problems else []), *said, *problems]


def _facts(table: ComparisonTable) -> dict[str, object]:
    comparison = table.comparison
    return {
        "name": comparison.name,
        "preset": comparison.preset,
        "reverse": comparison.reverse,
        "seeds": list(comparison.seeds),
        "kinds": [_row_facts(row) for row in table.rows],
        "findings": findings(table),
    }


def _row_facts(row: KindRow) -> dict[str, object]:
    runs: list[Mapping[str, object]] = []
    for entry, outcome in zip(row.entries, row.outcomes, strict=True):
        figures = outcome and outcome.model_dump(include={figure.value for figure in Figure})
        runs.append(
            {
                "run": entry.run,
                "seed": entry.seed,
                "state": entry.state.value,
                "problem": entry.problem or None,
                **(figures or {}),
            }
        )
    differences = {
        figure.value: {**asdict(found), "is_beyond": found.is_beyond}
        for figure, found in row.differences.items()
    }
    return {
        "kind": row.kind.label,
        "changes": row.kind.changes,
        "runs": runs,
        "averages": {figure.value: asdict(found) for figure, found in row.averages.items()},
        "differences": differences,
    }
