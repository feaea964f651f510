"""How well words are linked, beside plainer aligners and, where it is installed, eflomal.

::

    python benchmarks/word_alignment.py --data FOLDER --out FOLDER
    python benchmarks/word_alignment.py --data FOLDER --out FOLDER --set NAME --set NAME
    python benchmarks/word_alignment.py --data FOLDER --out FOLDER --set NAME --more SRC TGT
    python benchmarks/word_alignment.py --out FOLDER               the sample corpora alone

FOLDER holds a folder for each set: ``NAME_SRC-TGT/NAME_SRC-TGT.{SRC,TGT,gold}``, plain or packed
(``.gz``), a sentence a line, words apart by spaces, gold links in Pharaoh format. Every aligner
learns from the text that it is tested on, in lower case, without its links, and from the pairs of
``SRC`` and ``TGT`` where they are given, which are not tested on. The samples are 5,000 pairs.
Seconds are of the processor. eflomal (Östling and Tiedemann 2016) is a program of its own, called
as one, since its licence does not go with ours; ``--eflomal`` says where it is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from machine import machine_facts
from plain_aligners import plain_links

from attnstudio.alignment.aligner import align_corpus
from attnstudio.alignment.link_chances import CorpusLinkChances
from attnstudio.alignment.symmetrisation import Symmetrisation, symmetrise
from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.corpus.samples.store import SAMPLE_NAMES, read_sample
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.resources import resource_path

_SAMPLE_PAIRS = 5_000
_LANGUAGES = re.compile("_([a-z]+)-([a-z]+)")
_HEAD = (
    "| set | pairs | method | AER | precision | recall | seconds |\n|---|---|---|---|---|---|---|\n"
)

Words = list[list[str]]


@dataclass(frozen=True, slots=True)
class GoldSet:
    """Sentence pairs as words, and the links that people drew of those at the front."""

    name: str
    sources: Words
    targets: Words
    gold: list[Alignment]


@dataclass(frozen=True, slots=True)
class Row:
    """How well a method did on a set."""

    set_name: str
    pairs: int
    method: str
    aer: float
    precision: float
    recall: float
    processor_s: float


def main() -> None:
    """Measure and write ``word_alignment.json`` and ``word_alignment.md``."""
    arguments = _parse_arguments()
    rows: list[Row] = []
    for gold_set in read_sets(arguments.data, arguments.set):
        if arguments.more:
            gold_set = _with_more(gold_set, arguments.more)
        for row in _measure(gold_set, arguments.eflomal):
            rows.append(row)
            print(_line(row), end="", file=sys.stderr, flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine_facts(), "rows": [asdict(row) for row in rows]}
    text = json.dumps(result, indent=2, ensure_ascii=False)
    (arguments.out / "word_alignment.json").write_text(text, encoding="utf-8")
    table = _HEAD + "".join(map(_line, rows))
    (arguments.out / "word_alignment.md").write_text(table, encoding="utf-8")
    print(table)


def _line(row: Row) -> str:
    numbers = f"{row.aer:.3f} | {row.precision:.3f} | {row.recall:.3f} | {row.processor_s:.1f}"
    return f"| {row.set_name} | {row.pairs} | {row.method} | {numbers} |\n"


def read_sets(folder: Path | None, names: Sequence[str]) -> list[GoldSet]:
    """The sets of a folder and the samples, or those of these names."""
    found = [] if folder is None else [read_set(path) for path in sorted(folder.iterdir())]
    found += [_read_sample(name) for name in SAMPLE_NAMES]
    return [gold_set for gold_set in found if not names or gold_set.name in names]


def read_set(folder: Path) -> GoldSet:
    """The pairs of a folder, as the head of this file says."""
    source, target = _LANGUAGES.findall(folder.name)[0]
    sides = [
        [line.lower().split() for line in _lines(folder, language)] for language in (source, target)
    ]
    gold = [Alignment.from_pharaoh(line) for line in _lines(folder, "gold")]
    return GoldSet(folder.name, *sides, gold)


def _lines(folder: Path, ending: str) -> list[str]:
    path = folder / f"{folder.name}.{ending}"
    content = (
        path.read_bytes()
        if path.exists()
        else gzip.decompress(path.with_name(path.name + ".gz").read_bytes())
    )
    return content.decode("utf-8").removesuffix("\n").split("\n")


def _read_sample(name: str) -> GoldSet:
    sample = read_sample(name, resource_path("samples"))
    sources, targets, gold = [], [], []
    for pair in (sample.test + sample.train)[:_SAMPLE_PAIRS]:
        assert pair.gold is not None, pair.source
        sources.append([pair.source[a:b].lower() for a, b in pair.gold.source_spans])
        targets.append([pair.target[a:b].lower() for a, b in pair.gold.target_spans])
        gold.append(pair.gold.alignment)
    return GoldSet(f"sample {name}", sources, targets, gold)


def _with_more(gold_set: GoldSet, paths: Sequence[Path]) -> GoldSet:
    more = [
        [line.lower().split() for line in path.read_text(encoding="utf-8").splitlines()]
        for path in paths
    ]
    sides = gold_set.sources + more[0], gold_set.targets + more[1]
    return GoldSet(f"{gold_set.name} and {len(more[0]):,} more", *sides, gold_set.gold)


def _measure(gold_set: GoldSet, eflomal: Path | None) -> list[Row]:
    def row(method: str, links: Sequence[Alignment], seconds: float) -> Row:
        tested = len(gold_set.gold)
        score = score_alignments(links[:tested], gold_set.gold)
        return Row(gold_set.name, tested, method, score.aer, score.precision, score.recall, seconds)

    rows = [row("diagonal", _diagonal(gold_set), 0.0)]
    for method, in_order in (("IBM model 1", False), ("hidden Markov model", True)):
        started = time.process_time()
        links = plain_links(gold_set.sources, gold_set.targets, in_order=in_order)
        rows.append(row(method, links, time.process_time() - started))
    if eflomal is not None:
        links, seconds = eflomal_links(gold_set, eflomal)
        rows.append(row("eflomal, grow-diag-final-and", links, seconds))
    started = time.process_time()
    found = align_corpus(gold_set.sources, gold_set.targets)
    seconds = time.process_time() - started
    assert found is not None
    for method, read in _readings(found):
        rows.append(row(f"ours, {method}", [read(pair) for pair in range(len(found))], seconds))
    return rows


def _readings(found: CorpusLinkChances) -> list[tuple[str, Callable[[int], Alignment]]]:
    return [
        ("confidence", lambda pair: found[pair].links()),
        (
            "grow-diag-final-and",
            lambda pair: found[pair].joined(Symmetrisation.GROW_DIAG_FINAL_AND),
        ),
    ]


def _diagonal(gold_set: GoldSet) -> list[Alignment]:
    """Each target word linked to the source word at the same part of its sentence."""
    return [
        Alignment(
            frozenset(
                Link(int((place + 0.5) * len(source) / len(target)), place)
                for place in range(len(target))
                if source
            )
        )
        for source, target in zip(gold_set.sources, gold_set.targets, strict=True)
    ]


def eflomal_links(gold_set: GoldSet, program: Path) -> tuple[list[Alignment], float]:
    """The links of both directions, joined, and the seconds of the processor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for ending, words in (("s", gold_set.sources), ("t", gold_set.targets)):
            text = "".join(" ".join(sentence) + "\n" for sentence in words)
            (folder / ending).write_text(text, encoding="utf-8")
        files = [argument for key in "stfr" for argument in (f"-{key}", str(folder / key))]
        before_s = os.times().children_user
        paths = os.pathsep.join((str(program.parent), os.environ.get("PATH", "")))
        subprocess.run(
            [program, *files],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PATH": paths},
        )
        seconds = os.times().children_user - before_s
        forward, backward = (
            [Alignment.from_pharaoh(line).sure for line in (folder / key).read_text().splitlines()]
            for key in "fr"
        )
    joined = [
        Alignment(symmetrise(first, second, Symmetrisation.GROW_DIAG_FINAL_AND))
        for first, second in zip(forward, backward, strict=True)
    ]
    return joined, seconds


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="a folder of sets with gold links")
    parser.add_argument("--set", action="append", default=[], help="only this one; repeatable")
    parser.add_argument(
        "--more", type=Path, nargs=2, metavar=("SRC", "TGT"), help="text to learn from beside it"
    )
    found = shutil.which("eflomal-align")
    parser.add_argument(
        "--eflomal", type=Path, default=found and Path(found), help="where eflomal-align is"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder of the results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
