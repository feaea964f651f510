"""How good a model becomes in how many minutes: BLEU against time, validation and test.

::

    python benchmarks/quality.py --data DIR --out FOLDER --minutes 4 --minutes 10
                                     DIR holds train.L, val.L and test*.L of two languages
    python benchmarks/quality.py --preset tiny --out FOLDER      the English-German sample
    python benchmarks/quality.py --data DIR --out FOLDER --variant wide:model.model_size=384
    python benchmarks/quality.py --from OLD.json NEW.json --out FOLDER    draw again, train nothing

Each run has a time budget (``training.budget_minutes``), a project of its own and a process of its
own, so that it makes its tokenizer and its ids anew. All that ``attnstudio train`` does counts, on
the wall: tokenising, planning, validation, checkpoints. Importing the corpus does not. A validation
decodes nothing where validating has used up a tenth of the time, and then has a loss alone. The
best checkpoint translates each test set as ``attnstudio evaluate`` does, with beam 5.

``--set`` goes for all runs; ``--variant`` makes one more run for each budget. A line for each
validation goes to standard error while it trains, one line of JSON to standard output;
``quality.json``, ``quality.md`` and ``quality.svg`` go to the folder.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import machine_facts

from attnstudio.config import DecodingConfig, RunConfig
from attnstudio.config_text import merge_config, parse_assignments
from attnstudio.corpus.import_plan import plan_import
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.samples.store import read_sample
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import open_lines
from attnstudio.errors import AttentionStudioError
from attnstudio.evaluation.metrics import score_translations
from attnstudio.lab.plots import Axis, Line, Picture, Point, draw
from attnstudio.presets import DEFAULT_PRESET, PRESETS, find_preset
from attnstudio.project.importing import PlannedItem, import_items, import_sample
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.resources import resource_path
from attnstudio.training.events import Started, TrainingEvent, Validation
from attnstudio.training.stop import StopToken

_RUN = "run"


@dataclass(frozen=True, slots=True)
class TestSet:
    """What a trained model translates.

    Attributes:
        name: of its files.
        sources: its lines.
        references: a translation of each.
    """

    name: str
    sources: tuple[str, ...]
    references: tuple[str, ...]


def make_project(folder: Path, data: Path | None) -> tuple[Project, list[TestSet]]:
    """A project of the files in a folder, or of the sample, and its test sets."""
    if data is None:
        project = Project.create(folder, "en", "de")
        import_sample(project, read_sample("en-de", resource_path("samples")))
        return project, []
    plan = plan_import([data])
    project = Project.create(folder, *plan.languages)
    files = [planned for planned in plan.files if isinstance(planned.item, LineAlignedFiles)]
    import_items(project, [PlannedItem(planned.item, planned.split) for planned in files])
    tests = [_test_set(planned.item) for planned in files if planned.split is Split.TEST]
    return project, tests


def _test_set(item: Any) -> TestSet:  # noqa: ANN401 - line-aligned files, as was asked before
    with open_lines(item.source) as sources, open_lines(item.target) as references:
        name = Path(item.source.name).stem
        return TestSet(name, tuple(sources), tuple(references))


def train_alone(
    folder: Path, name: str, preset: str, config: RunConfig, tests: Sequence[TestSet]
) -> dict[str, Any]:
    """Train and evaluate in a project that has nothing but its corpus."""
    project = Project.open(folder)
    started_at = time.monotonic()
    run = create_run(project, config, preset=preset, name=_RUN)
    before_training_s = time.monotonic() - started_at
    facts: dict[str, Any] = {}
    points = []

    def emit(event: TrainingEvent) -> None:
        match event:
            case Started():
                facts.update(
                    parameters=event.parameters, threads=event.threads, precision=event.precision,
                    train_pairs=event.train_pairs,
                )  # fmt: skip
            case Validation():
                minutes = (before_training_s + event.elapsed_s) / 60
                points.append(_point(minutes, event))
                print(f"{name}: {_told(points[-1])}", file=sys.stderr)

    reason = train(project, run, emit=emit, stop=StopToken())
    wall_s = time.monotonic() - started_at
    history = run.history()
    print(f"{name}: {reason} after {wall_s / 60:.2f} minutes; evaluating", file=sys.stderr)
    return facts | {
        "wall_minutes": round(wall_s / 60, 3),
        "ended_by": reason.value,
        "updates": history.step,
        "epochs": round(history.steps[-1].epoch, 2),
        "best_update": history.best.step if history.best else None,
        "points": points,
        "tests": evaluate(project, tests),
    }


def _point(minutes: float, event: Validation) -> dict[str, Any]:
    return {
        "minutes": round(minutes, 3),
        "update": event.step,
        "loss": round(event.loss, 4),
        "bleu": round(event.scores["bleu"], 2) if "bleu" in event.scores else None,
    }


def _told(point: dict[str, Any]) -> str:
    bleu = "not decoded" if point["bleu"] is None else f"BLEU {point['bleu']:.1f}"
    return f"{point['minutes']:.2f} min, update {point['update']}, loss {point['loss']}, {bleu}"


def evaluate(project: Project, tests: Sequence[TestSet]) -> dict[str, Any]:
    """The scores of the best checkpoint on every test set; else on the project's test pairs."""
    loaded = load_run(project, project.run(_RUN))
    if not tests:
        pairs = list(loaded.corpus.pairs(Split.TEST))
        sides = tuple(pair.source for pair in pairs), tuple(pair.target for pair in pairs)
        tests = [TestSet("test", *sides)]
    found = {}
    for test in tests:
        translations = loaded.translator.translate(test.sources, DecodingConfig())
        assert translations is not None  # nobody stops it
        scores = score_translations(
            [clean_text(translation.text) for translation in translations],
            [clean_text(reference) for reference in test.references],
            loaded.definition.target.language,
        )
        found[test.name] = {
            "bleu": round(scores.bleu, 2),
            "bleu_signature": scores.bleu_signature,
            "chrf": round(scores.chrf, 2),
            "n": scores.n,
        }
    return found


def measure(wish: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Every variant with every budget."""
    imported, tests = make_project(folder / "corpus", wish.data)
    runs = []
    for minutes in wish.minutes:
        for variant, assignments in variants(wish.variant).items():
            name = ", ".join(filter(None, (wish.preset, variant, f"{minutes:g} min")))
            changes = [*wish.set, *assignments, f"training.budget_minutes={minutes}"]
            config = merge_config(find_preset(wish.preset).config, parse_assignments(changes))
            place = folder / name.replace(" ", "-").replace(",", "")
            shutil.copytree(imported.folder, place)
            found = _in_a_process(place, name, wish.preset, config, tests)
            runs.append({"name": name, "minutes": minutes, "settings": changes, **found})
            print(_row(runs[-1], _test_names(runs)), file=sys.stderr)
    return runs


def _in_a_process(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - those of `train_alone`
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(train_alone, *arguments).result()


def variants(wishes: Sequence[str]) -> dict[str, list[str]]:
    """``name:key=value,key=value`` as a name and its assignments; the preset itself comes first."""
    found: dict[str, list[str]] = {"": []}
    for wish in wishes:
        name, separator, assignments = wish.partition(":")
        if not (name and separator and assignments):
            sys.exit(f"{wish!r} is not a variant. Write it as name:key=value,key=value.")
        found[name] = assignments.split(",")
    return found


_COLUMNS = (
    ("run", "name"), ("wall min", "wall_minutes"), ("updates", "updates"), ("epochs", "epochs"),
    ("parameters", "parameters"), ("precision", "precision"), ("threads", "threads"),
    ("ended by", "ended_by"),
)  # fmt: skip


def table(runs: Sequence[dict[str, Any]]) -> str:
    """A run a row; the last columns are the test sets."""
    tests = _test_names(runs)
    heads = [head for head, _ in _COLUMNS] + ["best validation BLEU", "best loss"]
    heads += [f"{test} {score}" for test in tests for score in ("BLEU", "chrF")]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    return "\n".join([*lines, *(_row(run, tests) for run in runs)])


def _row(run: dict[str, Any], tests: Sequence[str]) -> str:
    cells = [f"{run[key]:,}" if isinstance(run[key], int) else str(run[key]) for _, key in _COLUMNS]
    bleus = [point["bleu"] for point in run["points"] if point["bleu"] is not None]
    losses = [point["loss"] for point in run["points"]]
    cells += [str(max(bleus, default="")), str(min(losses, default=""))]
    for test in tests:
        scores = run["tests"].get(test, {"bleu": "", "chrf": ""})
        cells += [str(scores["bleu"]), str(scores["chrf"])]
    return "| " + " | ".join(cells) + " |"


def _test_names(runs: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for run in runs for name in run["tests"]))


def picture_of(runs: Sequence[dict[str, Any]]) -> Picture:
    """Validation BLEU over the wall's minutes, a curve a run; the first test set at its end."""
    test = next(iter(_test_names(runs)), "")
    lines = []
    for number, run in enumerate(runs):
        points = [
            Point(point["minutes"], point["bleu"])
            for point in run["points"]
            if point["bleu"] is not None
        ]
        scores = run["tests"].get(test)
        end = Point(run["wall_minutes"], scores["bleu"]) if scores else None
        end_text = f"{scores['bleu']:.1f}" if scores else ""
        lines.append(Line(run["name"], points, number, end=end, end_text=end_text))
    return Picture(
        "Quality against time",
        f"Lines: validation, greedy. Open marks at the end: {test}, best checkpoint, beam 5.",
        Axis("minutes on the wall, from the corpus to the last checkpoint"),
        Axis("BLEU"),
        lines,
    )


def write(folder: Path, result: dict[str, Any]) -> None:
    """The result as JSON, as a table and as a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = result["runs"]
    files = {
        "quality.json": json.dumps(result, ensure_ascii=False, indent=1) + "\n",
        "quality.md": table(runs) + "\n",
        "quality.svg": draw(picture_of(runs)),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _read(paths: Sequence[Path]) -> dict[str, Any]:
    """The runs of earlier results; of two with one name, the later is called by its folder too."""
    machines: list[dict[str, Any]] = []
    runs: dict[str, dict[str, Any]] = {}
    for path in paths:
        result = json.loads(path.read_text(encoding="utf-8"))
        machines += [machine for machine in result["machines"] if machine not in machines]
        for run in result["runs"]:
            name = run["name"]
            if name in runs:
                name += f", {path.resolve().parent.name}"
            runs[name] = run | {"name": name}
    return {"machines": machines, "runs": list(runs.values())}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="a folder for the results")
    parser.add_argument("--data", type=Path, help="a folder with train, val and test files")
    parser.add_argument("--minutes", type=float, action="append", help="a budget; default: 4")
    parser.add_argument("--preset", choices=PRESETS, default=DEFAULT_PRESET)
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[])
    parser.add_argument("--variant", metavar="NAME:KEY=VALUE,...", action="append", default=[])
    parser.add_argument("--folder", type=Path, help="where projects stay; else a temporary one")
    parser.add_argument(
        "--from", dest="files", type=Path, nargs="+", metavar="FILE",
        help="results of before, to be drawn together",
    )  # fmt: skip
    wish = parser.parse_args(arguments)
    wish.minutes = wish.minutes or [4.0]
    if wish.files:
        result = _read(wish.files)
    else:
        facts = machine_facts()
        with tempfile.TemporaryDirectory() as temporary:
            folder = wish.folder or Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            try:
                result = {"machines": [facts], "runs": measure(wish, folder)}
            except AttentionStudioError as error:
                sys.exit(str(error))
    write(wish.out, result)
    print(table(result["runs"]), file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
