"""How far each way to say which words matter can be trusted, on pairs that no model learned from.

::

    python benchmarks/trust.py --project FOLDER --out FOLDER --run tiny-1 --run tiny-2
    python benchmarks/trust.py --project FOLDER --out FOLDER --preset small --steps 2000 --seeds 3

The first measures runs that are there, the second trains some of its own in a copy of the project.
Measured are test pairs, read with the translation that stands beside them. Of each method:

tau              Kendall's tau-b with erasure over the source words, mean of all target words
shuffled         the same where the weights are in random order: nothing was learned
comprehensiveness, sufficiency
                 what the probability of a target piece loses without the top fifth of the words,
                 which should be much, and with nothing but them, which should be little (DeYoung
                 et al. 2020)
AER              alignment error against gold links, where each target piece is linked to the place
                 of its largest number, read at its own step and one step later

Attention, norms and contributions are of the head or layer that the run is read by. A random order
of the words stands beside them.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from machine import machine_facts
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.config_text import merge_config
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.links import linked_units, shared_characters
from attnstudio.interpretation.matrices import first_reading, matrix_of
from attnstudio.interpretation.methods import Method, cross_reading, methods_in, reading_by
from attnstudio.interpretation.trust import over_words, source_words, trust_of
from attnstudio.interpretation.words import word_groups
from attnstudio.presets import find_preset
from attnstudio.project.measured_pairs import spread
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import LoadedRun, load_run
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import Analysis
from attnstudio.training.stop import StopToken

_RANDOM = "random order"
_SHUFFLES = 3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """What one method of one run is worth; NaN where it is not measured."""

    run: str
    model: str
    method: str
    pairs: int
    tau: float
    shuffled: float
    comprehensiveness: float
    sufficiency: float
    aer_naive: float
    aer_shifted: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as it is read, and what people linked."""

    pair: PairToRead
    gold: GoldLinks | None


def main() -> None:
    """Measure, and write ``trust.jsonl``, to which rows are added, and a table."""
    arguments = _parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    kept = arguments.out / "trust.jsonl"
    for row in _rows(arguments):
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    rows = [Row(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]
    table = table_of(rows)
    facts = json.dumps(machine_facts())
    (arguments.out / "trust.md").write_text(f"{table}\n\n{facts}\n", encoding="utf-8")
    print(table)


def _rows(arguments: argparse.Namespace) -> Iterator[Row]:
    if arguments.run:
        project = Project.open(arguments.project)
        for name in arguments.run:
            yield from _measured(load_run(project, project.run(name), threads=1), arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(
            arguments.project, Path(folder) / "project", ignore=shutil.ignore_patterns("*.lock")
        )
        project = Project.open(copy)
        for seed in range(1, arguments.seeds + 1):
            yield from _measured(_trained(project, arguments, seed), arguments)


def _trained(project: Project, arguments: argparse.Namespace, seed: int) -> LoadedRun:
    changes = {
        "training": {"seed": seed, "threads": 1, "decoded_pairs": 0, "patience": 0},
        "limits": {"max_steps": arguments.steps},
    }
    if arguments.untaught:
        changes["guidance"] = {"weight": 0.0}
    config = merge_config(find_preset(arguments.preset).config, changes)
    name = f"{arguments.preset}-trust-{seed}"
    run = create_run(project, config, preset=arguments.preset, name=name)
    train(project, run, emit=lambda _: None, stop=StopToken())
    return load_run(project, run, threads=1)


def _measured(loaded: LoadedRun, arguments: argparse.Namespace) -> list[Row]:
    """Every method of one run."""
    started = time.perf_counter()
    translator = loaded.translator
    pairs = held_out(loaded.corpus, translator, arguments.pairs)
    records = [_analysed(translator, each.pair) for each in pairs]
    shown = cross_reading(records[0], first_reading(records[0], loaded.reading))
    assert shown is not None, "this model does not look at its source"
    methods = methods_in(records[0], shown)
    shuffled = _shuffled_taus(translator, pairs[: arguments.shuffled], shown)
    rows = [
        Row(
            run=loaded.run.name,
            model=loaded.run.name.rsplit("-", 1)[0],
            method=method.value,
            pairs=len(pairs),
            tau=_mean_tau(records, shown, method),
            shuffled=shuffled.get(method, math.nan),
            **_left(translator, pairs, [_rankings(each, shown, method) for each in records]),
            **_errors(pairs, records, shown, method),
        )
        for method in methods
    ]
    seconds = time.perf_counter() - started
    print(f"{loaded.run.name}: {shown}, {len(pairs)} pairs, {seconds:.0f} s", file=sys.stderr)
    return [*rows, _random_row(rows[0], translator, pairs, records)]


def held_out(corpus: ParallelCorpus, translator: Translator, most: int) -> list[Pair]:
    """Test pairs, those with gold links where there are any."""
    every = corpus.indices(Split.TEST).tolist()
    linked = [index for index in every if corpus.gold(index) is not None]
    return [
        Pair(translator.read_forced(corpus.source(index), corpus.target(index)), corpus.gold(index))
        for index in spread(linked or every, most)
    ]


def _analysed(
    translator: Translator, pair: PairToRead, analyses: Sequence[Analysis] = tuple(Analysis)
) -> Record:
    record = translator.analyse(pair, analyses, word_groups, measures=tuple(Measure))
    assert record is not None  # nothing stops it
    return record


def _mean_tau(records: Sequence[Record], shown: Reading, method: Method) -> float:
    """Of all target words of all pairs, each counted alike, but marks such as ``</s>``."""
    taus: list[float] = []
    for record in records:
        trust = trust_of(record, shown)
        assert trust is not None  # it has erasure
        row = trust.row_of(method)
        assert row is not None  # all records have the same
        words = range(len(trust.targets))
        taus += [float(row.taus[word]) for word in words if not trust.targets.is_special(word)]
    return float(np.nanmean(taus)) if np.isfinite(taus).any() else math.nan


def _shuffled_taus(
    translator: Translator, pairs: Sequence[Pair], shown: Reading
) -> dict[Method, float]:
    """Mean tau of each method over some models that have forgotten everything."""
    found: dict[Method, list[float]] = {}
    for seed in range(_SHUFFLES):
        twin = translator.shuffled(seed)
        records = [_analysed(twin, each.pair) for each in pairs]
        for method in methods_in(records[0], shown):
            found.setdefault(method, []).append(_mean_tau(records, shown, method))
    return {method: statistics.mean(taus) for method, taus in found.items()}


def _rankings(record: Record, shown: Reading, method: Method) -> Matrix:
    """(target pieces, source words): how important each word is."""
    return over_words(record, reading_by(method, shown), source_words(record.source))


def _left(
    translator: Translator, pairs: Sequence[Pair], rankings: Sequence[Matrix]
) -> dict[str, float]:
    """Comprehensiveness and sufficiency, means over all target pieces but ``</s>``."""
    without: list[float] = []
    alone: list[float] = []
    for each, ranking in zip(pairs, rankings, strict=True):
        [record] = translator.records([each.pair])
        found = translator.faithfulness(each.pair, record, word_groups, ranking.tolist())
        without += found.comprehensiveness[:-1].tolist()
        alone += found.sufficiency[:-1].tolist()
    return {
        "comprehensiveness": statistics.mean(without),
        "sufficiency": statistics.mean(alone),
    }


def _errors(
    pairs: Sequence[Pair], records: Sequence[Record], shown: Reading, method: Method
) -> dict[str, float]:
    """The alignment error of a method as an aligner, at both steps."""
    at_own_step = replace(shown, method=ReadingMethod.NAIVE)
    linked = [
        (record, each.gold)
        for record, each in zip(records, pairs, strict=True)
        if each.gold is not None
    ]
    if not linked:
        return {"aer_naive": math.nan, "aer_shifted": math.nan}
    golds = [gold.alignment for _, gold in linked]
    matrices = [matrix_of(record, reading_by(method, at_own_step)) for record, _ in linked]
    return {
        name: score_alignments(
            [
                links_of(one_later(matrix) if is_later else matrix, record, gold)
                for matrix, (record, gold) in zip(matrices, linked, strict=True)
            ],
            golds,
        ).aer
        for name, is_later in (("aer_naive", False), ("aer_shifted", True))
    }


def one_later(matrix: Matrix) -> Matrix:
    """Each target piece at the step that has it as its input; the last keeps its own."""
    return np.concatenate((matrix[1:], matrix[-1:]))


def links_of(matrix: Matrix, record: Record, gold: GoldLinks) -> Alignment:
    """Words are linked where a piece of the target has its largest number at one of the source."""
    linked = linked_units(matrix, record.source, record.target).astype(np.float32)
    sources = shared_characters(record.source, gold.source_spans)
    targets = shared_characters(record.target, gold.target_spans)
    words = np.argwhere(targets.T @ linked @ sources > 0).tolist()
    return Alignment(frozenset(Link(source, target) for target, source in words))


def _random_row(
    like: Row, translator: Translator, pairs: Sequence[Pair], records: Sequence[Record]
) -> Row:
    random = np.random.default_rng(0)
    rankings = [
        random.random((len(record.target), len(source_words(record.source)))) for record in records
    ]
    unknown = dict.fromkeys(("shuffled", "aer_naive", "aer_shifted"), math.nan)
    left = _left(translator, pairs, rankings)
    return replace(like, method=_RANDOM, tau=0.0, **unknown, **left)


def table_of(rows: Sequence[Row]) -> str:
    """A line for each method of each model: mean and range over the runs of the model."""
    numbers = [field.name for field in fields(Row)[4:]]
    titles = ["model", "runs", "pairs", "method", *(name.replace("_", ", ") for name in numbers)]
    lines = [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]
    for model, method in dict.fromkeys((row.model, row.method) for row in rows):
        found = [row for row in rows if (row.model, row.method) == (model, method)]
        cells = [model, str(len(found)), str(found[0].pairs), method.replace("_", " ")]
        cells += [_spread([getattr(row, name) for row in found]) for name in numbers]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _spread(values: Sequence[float]) -> str:
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return "–"
    mean = f"{statistics.mean(known):.3f}"
    return f"{mean} ({min(known):.3f} to {max(known):.3f})" if len(known) > 1 else mean


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--run", action="append", default=[], help="that is there; repeatable")
    parser.add_argument("--pairs", type=int, default=100, help="test pairs at most")
    parser.add_argument("--shuffled", type=int, default=10, help="of them with shuffled weights")
    parser.add_argument("--preset", default="small", help="of runs that are trained here")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--untaught", action="store_true", help="teach no head where to look")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
