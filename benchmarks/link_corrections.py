"""How fast the error of word links falls when a person corrects sentences, by their order.

::

    python benchmarks/link_corrections.py --set FOLDER/NAME_SRC-TGT --out FOLDER
    python benchmarks/link_corrections.py --set FOLDER/NAME_SRC-TGT --pairs 1500 --out FOLDER

The set is as for `word_alignment.py`; its first pairs are aligned from their text alone. Corrected
sentences get their gold links, all others keep those that were found. The error is of the whole
set; beside it stand how many wrong or missing links a corrected sentence had and how long it was,
both sides together: long sentences have more to mend and are more to read. At random is the mean
of many orders.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from machine import machine_facts
from numpy.typing import NDArray
from word_alignment import read_set

from attnstudio.alignment.aligner import align_corpus
from attnstudio.corpus.alignment import Alignment
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.interpretation.link_doubts import doubt_of, expected_errors

_CORRECTED = (0, 10, 30, 100)
_LEAST_CONFIDENCE = 0.1  # of what the program keeps of each pair
_RANDOM_ORDERS = 100
_HEAD = (
    "| order | corrected | AER | mended a sentence | words a sentence |\n|---|---|---|---|---|\n"
)


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve.

    Attributes:
        order: of the corrections.
        corrected: sentences.
        aer: of the whole set then.
        mended: wrong and missing links of a corrected sentence.
        words: of both sides of a corrected sentence.
    """

    order: str
    corrected: int
    aer: float
    mended: float
    words: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """What was found, beside what is right: one entry a pair."""

    found: list[Alignment]
    gold: list[Alignment]
    mended: NDArray[np.int64]
    words: NDArray[np.int64]

    def point(self, order: str, first: NDArray[np.int64]) -> Point:
        """The error when some pairs are corrected."""
        corrected = set(first.tolist())
        links = [
            Alignment(gold.sure) if pair in corrected else found
            for pair, (found, gold) in enumerate(zip(self.found, self.gold, strict=True))
        ]
        count = max(1, len(first))
        return Point(
            order,
            len(first),
            score_alignments(links, self.gold).aer,
            float(self.mended[first].sum() / count),
            float(self.words[first].sum() / count),
        )


def main() -> None:
    """Measure and write ``link_corrections.json`` and ``link_corrections.md``."""
    arguments = _parse_arguments()
    gold_set = read_set(arguments.set)
    sources, targets = gold_set.sources[: arguments.pairs], gold_set.targets[: arguments.pairs]
    chances = align_corpus(sources, targets)
    assert chances is not None  # nothing stops it
    found = [chances[pair].links() for pair in range(len(chances))]
    gold = gold_set.gold[: len(found)]
    confidences = [chances[pair].confidence for pair in range(len(chances))]
    kept = [each[each > _LEAST_CONFIDENCE] for each in confidences]
    words = np.array([len(a) + len(b) for a, b in zip(sources, targets, strict=True)])
    mended = np.array([len(a.sure ^ b.sure) for a, b in zip(found, gold, strict=True)])
    pairs = Pairs(found, gold, mended, words)
    doubts = {
        "least certain first": [doubt_of(*each) for each in zip(kept, words.tolist(), strict=True)],
        "expected errors": [expected_errors(each) for each in kept],
        "expected errors a word": [
            expected_errors(each) / count for each, count in zip(kept, words.tolist(), strict=True)
        ],
        "errors, if they were known": mended.tolist(),
    }
    points = [
        pairs.point(order, np.argsort(-np.array(doubt), kind="stable")[:count])
        for order, doubt in doubts.items()
        for count in _CORRECTED
    ]
    points += [_random_point(pairs, count) for count in _CORRECTED]
    arguments.out.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine_facts(), "points": [asdict(point) for point in points]}
    (arguments.out / "link_corrections.json").write_text(json.dumps(result, indent=2), "utf-8")
    table = _HEAD + "".join(map(_line, points))
    (arguments.out / "link_corrections.md").write_text(table, "utf-8")
    print(table, file=sys.stdout)


def _random_point(pairs: Pairs, count: int) -> Point:
    generator = np.random.default_rng(1)
    found = [
        pairs.point("at random", generator.permutation(len(pairs.found))[:count])
        for _ in range(_RANDOM_ORDERS)
    ]
    aer, mended, words = (
        float(np.mean([getattr(point, name) for point in found]))
        for name in ("aer", "mended", "words")
    )
    return Point("at random", count, aer, mended, words)


def _line(point: Point) -> str:
    numbers = f"{point.aer:.3f} | {point.mended:.1f} | {point.words:.0f}"
    return f"| {point.order} | {point.corrected} | {numbers} |\n"


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--set", type=Path, required=True, help="the folder of a set with gold")
    parser.add_argument("--pairs", type=int, help="only so many, the first")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
