"""``new``, ``import`` and ``info``: commands that need no model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attnstudio.cli.cleaning_commands import split_counts
from attnstudio.cli.output import Output
from attnstudio.cli.room_commands import weight_words
from attnstudio.cli.work_progress import WorkProgress
from attnstudio.corpus.gold_reader import PLAIN, GoldNotation
from attnstudio.corpus.import_report import ImportReport
from attnstudio.corpus.language_codes import code_as_given, code_of_typed
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import SAMPLE_NAMES, read_sample
from attnstudio.corpus.splitting import Overlap, find_overlap
from attnstudio.errors import UsageError
from attnstudio.project.importing import import_files, import_sample
from attnstudio.project.interrupted import interruption_of
from attnstudio.project.project import Project
from attnstudio.project.room import weigh
from attnstudio.project.run import Run, RunState
from attnstudio.project.run_card import read_card
from attnstudio.resources import resource_path
from attnstudio.training.events import Finished
from attnstudio.training.scores import COMPARED, with_unknown
from attnstudio.training.stop import StopReason

_SHOWN_PROBLEMS = 3
_SHOWN_CHARACTERS = 60


def new(output: Output, folder: Path, source: str, target: str, sample: str) -> None:
    """``attnstudio new``."""
    if bool(sample) == bool(source or target) or bool(source) != bool(target):
        raise UsageError(
            "A new project needs its languages or a sample.",
            hint="Give --source en --target de, or --sample {samples}.",
            samples=" or ".join(SAMPLE_NAMES),
        )
    if sample:
        content = read_sample(sample, resource_path("samples"))
        project = Project.create(folder, content.source_language, content.target_language)
        import_sample(project, content)
    else:
        project = Project.create(folder, _code_of(output, source), _code_of(output, target))
    languages = _languages(project)
    counts = split_counts(project)
    output.result(
        {"project": str(folder), "languages": languages, "pairs": counts},
        [
            f"Made {folder} for {languages['source']} to {languages['target']}"
            + (f" with {sum(counts.values()):,} sample pairs." if sample else ".")
        ],
    )


def _code_of(output: Output, language: str) -> str:
    """The code of a language that is given by its code or in words; says if it is not known.

    Raises:
        UsageError: it cannot stand for a language.
    """
    if known := code_of_typed(language):
        return known
    code = code_as_given(language)
    if not code:
        raise UsageError(
            "{language} cannot stand for a language.",
            hint="Give its code, such as de or top, or its name in Latin letters, such as Totonac.",
            language=repr(language),
        )
    output.say(f"{code} is not known here and is taken as it is written.")
    return code


def import_(
    output: Output,
    folder: Path,
    files: Sequence[Path],
    split: str,
    links: Path | None,
    *,
    gold: GoldNotation = PLAIN,
    columns: tuple[str, str] = ("", ""),
    encoding: str = "",
    source_file: Path | None = None,
) -> None:
    """``attnstudio import``."""
    if bool(columns[0]) != bool(columns[1]):
        raise UsageError(
            "A table needs both its columns.", hint="Give --source-column and --target-column."
        )
    if split and split not in set(Split):
        raise UsageError(
            "{split} is not a split.", hint="--as takes train, valid or test.", split=repr(split)
        )
    project = Project.open(folder)
    report = import_files(
        project,
        files,
        split=Split(split) if split else None,
        links=links,
        gold=gold,
        columns=columns if columns[0] else None,
        encoding=encoding,
        source_file=source_file,
        progress=WorkProgress(output).tell,
    )
    overlap = find_overlap(project.corpus())
    content = {
        "pairs": report.pairs,
        **{key: report.to_json()[key] for key in ("dropped", "mended", "problems")},
        "source": ", ".join(report.source),
        "target": ", ".join(report.target),
        "split": ", ".join(report.splits) or split or Split.TRAIN.value,
        "imported": dict(report.splits),
        "splits": split_counts(project),
        "overlap": overlap.to_json(),
        "notices": list(report.notices),
    }
    output.result(content, _import_lines(report, overlap, folder, by_name=not split))


def info(output: Output, folder: Path) -> None:
    """``attnstudio info``."""
    project = Project.open(folder)
    runs = [_run_facts(project, run) for run in project.runs()]
    languages, pairs = _languages(project), split_counts(project)
    lines = [
        f"{languages['source']} to {languages['target']}: "
        + ", ".join(f"{count:,} {split}" for split, count in pairs.items())
    ]
    for facts in runs:
        lines += _run_lines(facts)
    weights = weigh(project) or {}
    lines.append(weight_words(weights))
    output.result(
        {
            "project": str(folder),
            "languages": languages,
            "pairs": pairs,
            "runs": runs,
            "last_run": project.file.last_run or None,
            "bytes": {kind.value: size for kind, size in weights.items()},
        },
        lines,
    )


def _run_facts(project: Project, run: Run) -> dict[str, Any]:
    card = read_card(run)
    words = {"tags": list(card.tags), "note": card.note}
    if problem := run.problem():  # one bad run does not hide the others
        return {"name": run.name, "state": "damaged", "problem": problem, **words}
    history = run.outline()
    killed = interruption_of(project, run)
    definition = run.definition()
    best = history.best
    return {
        "name": run.name,
        "state": run.state(history).value,
        "reason": history.ending.reason if isinstance(history.ending, Finished) else None,
        "step": run.checkpoints().last if run.is_imported else history.step,
        "best": best
        and {
            "step": best.step,
            **{s.name: best.scores.get(s.name) for s in with_unknown(COMPARED, best.scores)},
        },
        "preset": definition.preset,
        "source": definition.source.language,
        "target": definition.target.language,
        "checkpoints": list(run.checkpoints().steps),
        "interrupted": killed
        and {"resumes_from": killed.resumes_from, "repeated": killed.repeated},
        **words,
    }


def _run_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    if "problem" in facts:
        yield f"  {facts['name']}: damaged. {facts['problem']}"
        yield from _written_lines(facts)
        return
    best = facts["best"]
    figures = (
        f", best loss {best['loss']:.3f} at step {best['step']}"
        if best and best["loss"] is not None
        else ""
    )
    state = facts["state"]
    if state == RunState.STOPPED and facts["reason"] not in (None, StopReason.REQUESTED):
        state = "at its " + facts["reason"].replace("_", " ")
    yield f"  {facts['name']}: {state}, step {facts['step']}{figures}"
    yield from _written_lines(facts)
    if killed := facts["interrupted"]:
        begins = killed["resumes_from"]
        place = "the beginning" if begins is None else f"step {begins}"
        yield f"    --resume {facts['name']} goes on from {place}" + (
            f"; {killed['repeated']:,} steps are repeated" if killed["repeated"] else ""
        )


def _written_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """What the person wrote about a run."""
    if facts["tags"]:
        yield f"    tags: {', '.join(facts['tags'])}"
    if facts["note"]:
        yield from (f"    | {line}".rstrip() for line in facts["note"].split("\n"))


def _languages(project: Project) -> dict[str, str]:
    return {"source": project.file.source_language, "target": project.file.target_language}


def _import_lines(
    report: ImportReport, overlap: Overlap, folder: Path, *, by_name: bool
) -> list[str]:
    unit = "pair" if report.pairs == 1 else "pairs"
    first = f"Imported {report.pairs:,} {unit}"
    if len(report.splits) > 1:
        first += ": " + ", ".join(f"{n:,} for {split}" for split, n in report.splits.items())
    else:
        first += "".join(f" for {split}" for split in report.splits)
    if by_name and set(report.splits) - {Split.TRAIN.value}:
        first += ", as the names say"
    lines = [f"{first}."]
    lines += report.to_lines(_SHOWN_PROBLEMS, _SHOWN_CHARACTERS)
    if len(overlap.train):
        lines.append(
            f"  {len(overlap.train):,} training pairs share a sentence with valid or test; "
            f"attnstudio clean {folder} --remove-overlap drops them."
        )
    return lines
