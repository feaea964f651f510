"""Which layer, head and step of a model align best: found per model, from links of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.corpus.alignment import GoldLinks, Link
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import AlignmentScore
from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals
from attnstudio.interpretation.links import linked_words
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS, Site

MEASURES = tuple(Measure)
_CLOSE = 0.1  # of doubt


class ChosenBy(StrEnum):
    """Whose links decide which reading is the best."""

    GOLD = "gold"  # those that people drew: it makes the fewest errors
    TEXT = "text"  # those that the program found in the text: it agrees with them most


@dataclass(frozen=True, slots=True)
class ReadingError:
    """How far the links of one reading are from those that they are held against.

    Attributes:
        reading: which.
        aer: their alignment error rate; against links that are all sure it is 1 - F1, how much the
            two disagree.
    """

    reading: Reading
    aer: float


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The reading with the lowest alignment error rate, and how sure it is that it is the best.

    Attributes:
        reading: the best one; of equal ones the simplest.
        score: how well it aligns.
        table: every reading that was tried, the simplest first.
        pairs: how many sentence pairs say so.
        interval: where its error rate lies, 95 %, if other such pairs had been asked.
        runner_up: the next best; None where there is one reading only.
        doubt: in which share of other such pairs the runner-up were better, 0 to 1.
        by: whose links decided.
    """

    reading: Reading
    score: AlignmentScore
    table: tuple[ReadingError, ...]
    pairs: int
    interval: Interval
    runner_up: ReadingError | None
    doubt: float
    by: ChosenBy

    @property
    def is_close(self) -> bool:
        """Whether the runner-up may as well be the better one."""
        return self.doubt > _CLOSE

    def error_of(self, reading: Reading) -> float | None:
        """The error rate of a reading; None where it was not tried.

        A single layer or head has that of the average, which stands for it in the table.
        """
        of_layer = replace(reading, head=None)
        for tried in (reading, of_layer, replace(of_layer, layer=None)):
            for row in self.table:
                if row.reading == tried:
                    return row.aer
        return None


def choose_reading(
    records: Sequence[Record],
    golds: Sequence[GoldLinks],
    by: ChosenBy = ChosenBy.GOLD,
    measures: Sequence[Measure] = MEASURES,
    only: Reading | None = None,
) -> ReadingChoice:
    """Try every reading of a model on sentence pairs with links.

    Tried are the average of everything, each layer's average and each single head, read naively
    and shifted, by weights and, where the records have them, by other measures. Choose on
    other sentences than those you report: the best of many is lucky too.

    Args:
        records: forced records of one model over the pairs.
        golds: their links, in the same order.
        by: whose links they are.
        measures: what of the attention is tried, where the records have it.
        only: nothing but this reading is tried.

    Raises:
        AlignmentError: nothing to choose from: no pairs, no links for a record, no attention, or
            none of the measures.
    """
    if not records or len(records) != len(golds):
        raise AlignmentError(
            "There are {records} attention records and {golds} gold alignments.",
            hint="Give at least one sentence pair, and gold links for each.",
            records=len(records),
            golds=len(golds),
        )
    site = records[0].cross or CROSS  # reading one that is not there says so in words
    named = Reading(site=site).by(measures[0])
    readings = [only] if only is not None else every_reading(records[0], site, measures) or [named]
    counts = np.stack(
        [_count(record, gold, readings) for record, gold in zip(records, golds, strict=True)]
    )  # (pairs, readings, 3)
    sizes = np.array(
        [[len(gold.alignment.sure), len(gold.alignment.possible)] for gold in golds], np.int64
    )
    sure, possible = sizes.sum(axis=0).tolist()
    scores = [
        AlignmentScore(links, sure, possible, links_sure, links_possible)
        for links, links_sure, links_possible in counts.sum(axis=0).tolist()
    ]
    in_order = sorted(range(len(readings)), key=lambda index: scores[index].aer)  # stable
    best, after = in_order[0], in_order[1:2]
    table = tuple(
        ReadingError(reading, score.aer) for reading, score in zip(readings, scores, strict=True)
    )
    drawn = _drawn_errors(counts[:, in_order[:2]], sizes[:, 0])
    return ReadingChoice(
        reading=readings[best],
        score=scores[best],
        table=table,
        pairs=len(records),
        interval=interval_of(drawn[:, 0]),
        runner_up=table[after[0]] if after else None,
        doubt=float((drawn[:, -1] < drawn[:, 0]).mean()),
        by=by,
    )


def every_reading(
    record: Record, site: Site, measures: Sequence[Measure] = MEASURES
) -> list[Reading]:
    """The simplest first: averages before heads, weights before others, naive before shifted.

    Args:
        record: that is to be read.
        site: which attention.
        measures: of which those that the record has are among them.
    """
    layers, heads = record.shape_of(site)
    places: list[tuple[int | None, int | None]] = [(None, None)]
    if layers > 1:  # else its average is that of everything
        places += [(layer, None) for layer in range(layers)]
    if heads > 1:  # else they are what was tried already
        places += [(layer, head) for layer in range(layers) for head in range(heads)]
    return [
        Reading(layer, head, method, site, measure)
        for layer, head in places
        for measure in record.measures_of(site)
        if measure in measures and (head is None or measure is not Measure.ALTI)
        for method in ReadingMethod
    ]


def _drawn_errors(counts: NDArray[np.int64], sure: NDArray[np.int64]) -> NDArray[np.float64]:
    """The error rates of readings over pairs that are drawn again and again: (draws, readings).

    Args:
        counts: |A|, |A∩S| and |A∩P| of each pair: (pairs, readings, 3).
        sure: |S| of each pair.
    """
    flat = np.concatenate((counts.reshape(len(counts), -1), sure[:, None]), axis=1)
    totals = resampled_totals(flat)
    links, links_sure, links_possible = np.moveaxis(
        totals[:, :-1].reshape(len(totals), -1, 3), -1, 0
    )
    whole = links + totals[:, -1:]
    right = (links_sure + links_possible) / np.maximum(whole, 1)
    return np.where(whole > 0, 1.0 - right, 0.0)


def _count(record: Record, gold: GoldLinks, readings: Sequence[Reading]) -> NDArray[np.int64]:
    """|A|, |A∩S| and |A∩P| of one sentence pair: (readings, 3)."""
    linked = linked_words(record, readings, gold.source_spans, gold.target_spans)
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
