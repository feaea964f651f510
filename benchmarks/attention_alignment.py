"""How well the attention of models aligns the text that they learnt, taught and not.

::

    python benchmarks/attention_alignment.py --data FOLDER --out FOLDER --set NAME --steps 600
    python benchmarks/attention_alignment.py --out FOLDER --texts SRC TGT --eflomal PROGRAM

The sets are those of ``word_alignment.py``; ``SRC`` and ``TGT`` are files with a sentence a line
and words apart by spaces, held against the links of eflomal, since they have none of people. Each
seed trains four runs for equally many updates: one of each direction that is left alone, and one of
each that is taught the links which the program finds in the text. Readings of runs that are left
alone are the best of their kind on these very pairs, which flatters them; a taught head is read as
it is, alone and in the mean with the confidences of the links of the text. Two directions are
joined by the product of what both say, an ensemble is the mean of the word weights of all seeds.
Seconds are of the processor, of a run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from machine import machine_facts
from numpy.typing import NDArray
from word_alignment import GoldSet, eflomal_links, read_sets

from attnstudio.alignment.aligner import align_corpus
from attnstudio.config_text import merge_config
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, swap_sides
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.reading import ReadingChoice, choose_reading
from attnstudio.inference.translator import Translator
from attnstudio.presets import find_preset
from attnstudio.project.both_directions import Joining, ReadModel, align_both_ways
from attnstudio.project.importing import import_files
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run_creation import create_run
from attnstudio.project.run_loading import load_run
from attnstudio.project.word_alignment import WordPair, align_words, weigh_words
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.training.stop import StopToken

_KINDS = ("plain", "plain-both", "guided", "guided-both")
_MEASURED = 300  # pairs, evenly taken
_THRESHOLD = 0.3  # of the word weights of an ensemble
_SURE = 0.4  # of confidences that links of the text are part of

Matrices = Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Row:
    """How well a way to read attention aligned a set."""

    set_name: str
    pairs: int
    method: str
    seed: int
    aer: float
    reading: str
    processor_s: float


@dataclass(frozen=True, slots=True)
class Trained:
    """A run and what it reads."""

    translator: Translator
    seconds: float


def main() -> None:
    """Measure and write ``attention_alignment.jsonl``, to which rows are added, and a table."""
    arguments = _parse_arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    kept = arguments.out / "attention_alignment.jsonl"
    for gold_set in _sets(arguments):
        for row in _measure(gold_set, arguments):
            print(asdict(row), file=sys.stderr, flush=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
    rows = [Row(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]
    table = _table(rows)
    (arguments.out / "attention_alignment.md").write_text(
        f"{table}\n{json.dumps(machine_facts())}\n", encoding="utf-8"
    )
    print(table)


def _sets(arguments: argparse.Namespace) -> list[GoldSet]:
    if not arguments.texts:
        return read_sets(arguments.data, arguments.set)
    sides = [
        [line.lower().split() for line in Path(name).read_text(encoding="utf-8").splitlines()]
        for name in arguments.texts
    ]
    sides = [side[: arguments.pairs or None] for side in sides]
    languages = "-".join(Path(name).suffix[1:] for name in arguments.texts)
    gold_set = GoldSet(f"{Path(arguments.texts[0]).stem}_{languages}", sides[0], sides[1], [])
    links, _ = eflomal_links(gold_set, arguments.eflomal)
    return [GoldSet(gold_set.name, sides[0], sides[1], links)]


def _measure(gold_set: GoldSet, arguments: argparse.Namespace) -> Iterator[Row]:
    chosen, pairs, golds = _pairs_of(gold_set)
    turned = [
        GoldLinks(
            gold.target_spans,
            gold.source_spans,
            Alignment(
                swap_sides(Alignment(gold.alignment.sure)).sure,
                swap_sides(Alignment(gold.alignment.possible)).sure,
            ),
        )
        for gold in golds
    ]
    links = [gold.alignment for gold in golds]
    row = partial(Row, gold_set.name, len(gold_set.sources))
    chances = align_corpus(gold_set.sources, gold_set.targets)
    assert chances is not None  # nothing stops it
    confidences = [chances[i].confidence.T.astype(np.float64) for i in chosen]
    found = _above_threshold(confidences, _SURE)
    yield row("links from the text", 0, score_alignments(found, links).aer, "", 0.0)
    looks: list[Matrices] = []
    taught_looks: list[Matrices] = []
    with tempfile.TemporaryDirectory() as folder:
        project = _project(Path(folder), gold_set)
        for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
            run = partial(_trained, project, arguments, seed=seed)
            if "plain" in arguments.kinds:
                there = run(weight=0.0)
                choice = _choice(there.translator, pairs, golds)
                for method, error, reading in _best_readings(choice):
                    yield row(method, seed, error, reading, there.seconds)
                looks.append(_looks(there.translator, pairs, choice.reading))
            if "plain-both" in arguments.kinds:
                back = run(weight=0.0, reverse=True)
                choice_back = _choice(back.translator, [pair.reversed for pair in pairs], turned)
                found = align_both_ways(
                    ReadModel(there.translator, choice.reading),
                    ReadModel(back.translator, choice_back.reading),
                    pairs,
                    Joining.PRODUCT,
                )
                error = score_alignments(found, links).aer
                seconds = there.seconds + back.seconds
                yield row("both directions, product", seed, error, "", seconds)
            if "guided" in arguments.kinds:
                taught = run(weight=arguments.weight)
                reading = _taught(taught.translator, pairs[0])
                (found_links,) = align_words(taught.translator, pairs, [reading]) or []
                error = score_alignments(found_links, links).aer
                yield row("guided", seed, error, str(reading), taught.seconds)
                taught_looks.append(_looks(taught.translator, pairs, reading))
                means = [(a + b) / 2 for a, b in zip(confidences, taught_looks[-1], strict=True)]
                error = score_alignments(_above_threshold(means, _SURE), links).aer
                method = f"mean of guided and links from the text, above {_SURE}"
                yield row(method, seed, error, str(reading), taught.seconds)
            if "guided-both" in arguments.kinds:
                back = run(weight=arguments.weight, reverse=True)
                found = align_both_ways(
                    ReadModel(taught.translator, reading),
                    ReadModel(back.translator, _taught(back.translator, pairs[0].reversed)),
                    pairs,
                    Joining.PRODUCT,
                )
                error = score_alignments(found, links).aer
                seconds = taught.seconds + back.seconds
                yield row("guided, both directions, product", seed, error, "", seconds)
    for method, of_seeds in (("", looks), ("guided, ", taught_looks)):
        if len(of_seeds) < 2:
            continue
        for seed, alone in enumerate(of_seeds, arguments.first_seed):
            error = score_alignments(_above_threshold(alone), links).aer
            yield row(f"{method}word weights above {_THRESHOLD}", seed, error, "", 0.0)
        means = [sum(matrices) / len(of_seeds) for matrices in zip(*of_seeds, strict=True)]
        error = score_alignments(_above_threshold(means), links).aer
        yield row(f"{method}mean of {len(of_seeds)} seeds above {_THRESHOLD}", 0, error, "", 0.0)


def _pairs_of(gold_set: GoldSet) -> tuple[list[int], list[WordPair], list[GoldLinks]]:
    """The numbers of those that are measured, and these as texts with spans."""
    size = len(gold_set.sources)
    chosen = [
        i
        for i in range(0, size, max(1, size // _MEASURED))
        if gold_set.sources[i] and gold_set.targets[i]
    ]
    pairs = [
        WordPair(
            " ".join(gold_set.sources[i]),
            " ".join(gold_set.targets[i]),
            _spans(gold_set.sources[i]),
            _spans(gold_set.targets[i]),
        )
        for i in chosen
    ]
    golds = [
        GoldLinks(pair.source_spans, pair.target_spans, gold_set.gold[i])
        for i, pair in zip(chosen, pairs, strict=True)
    ]
    return chosen, pairs, golds


def _spans(words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    ends = np.cumsum([len(word) + 1 for word in words]).tolist()
    return tuple((end - 1 - len(word), end - 1) for word, end in zip(words, ends, strict=True))


def _project(folder: Path, gold_set: GoldSet) -> Project:
    languages = gold_set.name.replace(" ", "_").rsplit("_", 1)[1].split("-")
    if not all(language.isalpha() for language in languages):
        languages = gold_set.name.split("_")[-2].split("-")
    files = [folder / f"text.{language}" for language in languages]
    for path, side in zip(files, (gold_set.sources, gold_set.targets), strict=True):
        path.write_text("".join(" ".join(words) + "\n" for words in side), encoding="utf-8")
    project = Project.create(folder / "project", *languages)
    import_files(project, files)
    return project


def _trained(
    project: Project,
    arguments: argparse.Namespace,
    *,
    weight: float,
    seed: int,
    reverse: bool = False,
) -> Trained:
    config = merge_config(
        find_preset(arguments.preset).config,
        {
            "guidance": {"weight": weight, "links": "found"},
            "training": {
                "seed": seed,
                "decoded_pairs": 0,
                "patience": 0,
                "threads": arguments.threads,
                "validate_every": arguments.steps,
            },
            "limits": {"max_steps": arguments.steps},
        },
    )
    run = create_run(project, config, preset=arguments.preset, reverse=reverse)
    started = time.process_time()
    train(project, run, emit=lambda _: None, stop=StopToken())
    seconds = time.process_time() - started
    return Trained(load_run(project, run, checkpoint="last").translator, seconds)


def _choice(
    translator: Translator, pairs: Sequence[WordPair], golds: Sequence[GoldLinks]
) -> ReadingChoice:
    forced = [translator.read_forced(pair.source, pair.target) for pair in pairs]
    return choose_reading(translator.records(forced, measures=[Measure.NORMS]), golds)


def _best_readings(choice: ReadingChoice) -> Iterator[tuple[str, float, str]]:
    """Of weights naive and shifted, and of norms: the best error and its reading."""
    first = choice.table[0]
    yield "weights, all layers and heads, naive", first.aer, str(first.reading)
    kinds = {
        "weights, best naive": (Measure.WEIGHTS, (ReadingMethod.NAIVE,)),
        "weights, best shifted": (Measure.WEIGHTS, (ReadingMethod.SHIFTED,)),
        "norms, best": (Measure.NORMS, tuple(ReadingMethod)),
    }
    for method, (measure, steps) in kinds.items():
        tried = [
            each
            for each in choice.table
            if each.reading.measure is measure and each.reading.method in steps
        ]
        best = min(tried, key=lambda each: each.aer)
        yield method, best.aer, str(best.reading)


def _taught(translator: Translator, pair: WordPair) -> Reading:
    (record,) = translator.records([translator.read_forced(pair.source, pair.target)])
    assert record.taught is not None
    return record.taught


def _looks(translator: Translator, pairs: Sequence[WordPair], reading: Reading) -> Matrices:
    weights = weigh_words(translator, pairs, reading)
    assert weights is not None  # nothing stops it
    return weights


def _above_threshold(matrices: Matrices, threshold: float = _THRESHOLD) -> list[Alignment]:
    """Links where a target word, a row, looks enough at a source word."""
    return [
        Alignment(
            frozenset(
                Link(source, target) for target, source in np.argwhere(each > threshold).tolist()
            )
        )
        for each in matrices
    ]


def _table(rows: Sequence[Row]) -> str:
    """A line for each method of each set: mean and range over the seeds."""
    lines = ["| set | pairs | method | AER | seconds |", "|---|---|---|---|---|"]
    for name, pairs, method in dict.fromkeys((row.set_name, row.pairs, row.method) for row in rows):
        found = [
            row for row in rows if (row.set_name, row.pairs, row.method) == (name, pairs, method)
        ]
        errors, seconds = [row.aer for row in found], [row.processor_s for row in found]
        spread = f" ({min(errors):.3f} to {max(errors):.3f})" if len(errors) > 1 else ""
        aer, time_ = statistics.mean(errors), statistics.mean(seconds)
        lines.append(f"| {name} | {pairs:,} | {method} | {aer:.3f}{spread} | {time_:.0f} |")
    return "\n".join(lines)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of sets with gold links")
    parser.add_argument("--set", action="append", default=[], help="only this one; repeatable")
    parser.add_argument("--texts", nargs=2, metavar=("SRC", "TGT"))
    parser.add_argument("--pairs", type=int, default=0, help="of the texts")
    parser.add_argument("--eflomal", type=Path, help="where eflomal-align is")
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--weight", type=float, default=1.0)
    parser.add_argument(
        "--kinds", nargs="+", choices=_KINDS, default=_KINDS, help="of runs; both need the one"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder of the results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
