"""Which layer, head and step of a model align best: found from gold links, per model."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import CROSS, Measure, Reading, ReadingMethod, Record, Site
from attnstudio.corpus.alignment import GoldLinks, Link
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import AlignmentScore
from attnstudio.interpretation.links import linked_words
from attnstudio.interpretation.matrices import matrix_of


@dataclass(frozen=True, slots=True)
class ReadingError:
    """The alignment error rate of one reading."""

    reading: Reading
    aer: float


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The reading with the lowest alignment error rate.

    Attributes:
        reading: the best one; of equal ones the simplest.
        score: how well it aligns.
        table: every reading that was tried, the simplest first.
    """

    reading: Reading
    score: AlignmentScore
    table: tuple[ReadingError, ...]


def choose_reading(records: Sequence[Record], golds: Sequence[GoldLinks]) -> ReadingChoice:
    """Try every reading of a model on sentence pairs with gold links.

    Tried are the average of everything, each layer's average and each single head, read naively
    and shifted, by weights and, where the records have them, by norms. Choose on
    other sentences than those you report: the best of many is lucky too.

    Args:
        records: forced records of one model over the pairs.
        golds: their gold links, in the same order.

    Raises:
        AlignmentError: nothing to choose from: no pairs, no gold for a record, no attention.
    """
    if not records or len(records) != len(golds):
        raise AlignmentError(
            "There are {records} attention records and {golds} gold alignments.",
            hint="Give at least one sentence pair, and gold links for each.",
            records=len(records),
            golds=len(golds),
        )
    site = records[0].cross or CROSS  # reading one that is not there says so in words
    readings = every_reading(records[0], site)
    counts = sum(
        (_count(record, gold, readings) for record, gold in zip(records, golds, strict=True)),
        start=np.zeros((len(readings), 3), dtype=np.int64),
    )
    sure = sum(len(gold.alignment.sure) for gold in golds)
    possible = sum(len(gold.alignment.possible) for gold in golds)
    scores = [
        AlignmentScore(links, sure, possible, links_sure, links_possible)
        for links, links_sure, links_possible in counts.tolist()
    ]
    best = min(range(len(readings)), key=lambda index: scores[index].aer)  # the first of equals
    return ReadingChoice(
        reading=readings[best],
        score=scores[best],
        table=tuple(
            ReadingError(reading, score.aer)
            for reading, score in zip(readings, scores, strict=True)
        ),
    )


def every_reading(record: Record, site: Site) -> list[Reading]:
    """The simplest first: averages before single heads, weights before norms, naive before shifted.

    Args:
        record: whose norms are among them if it has any.
        site: which attention.
    """
    layers, heads = record.shape_of(site)
    measures = list(Measure) if site in record.norms else [Measure.WEIGHTS]
    places: list[tuple[int | None, int | None]] = [(None, None)]
    places += [(layer, None) for layer in range(layers)]
    places += [(layer, head) for layer in range(layers) for head in range(heads)]
    return [
        Reading(*place, method, site, measure)
        for place in places
        for measure in measures
        for method in ReadingMethod
    ]


def _count(record: Record, gold: GoldLinks, readings: Sequence[Reading]) -> NDArray[np.int64]:
    """|A|, |A∩S| and |A∩P| of one sentence pair: (readings, 3)."""
    weights = np.stack([matrix_of(record, reading) for reading in readings])
    linked = linked_words(weights, record, gold.source_spans, gold.target_spans)
    sure = _as_matrix(gold.alignment.sure, gold)
    possible = _as_matrix(gold.alignment.possible, gold)
    return np.stack(
        [cells.sum(axis=(1, 2)) for cells in (linked, linked & sure, linked & possible)], axis=1
    )


def _as_matrix(links: Iterable[Link], gold: GoldLinks) -> NDArray[np.bool_]:
    """True where words are linked: (target words, source words)."""
    matrix = np.zeros((len(gold.target_spans), len(gold.source_spans)), dtype=np.bool_)
    for source, target in links:
        matrix[target, source] = True
    return matrix
