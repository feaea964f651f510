"""How sure the alignment error of one reading of the attention is."""

from __future__ import annotations

from collections.abc import Sequence

from attnstudio.axes import Reading, Record
from attnstudio.corpus.alignment import GoldLinks
from attnstudio.evaluation.alignment_report import score_with_interval
from attnstudio.evaluation.bootstrap import Interval
from attnstudio.interpretation.links import word_links


def interval_of_reading(
    records: Sequence[Record], golds: Sequence[GoldLinks], reading: Reading
) -> Interval:
    """Where the alignment error rate of a reading lies with 95 %, over sets of pairs like these.

    That the reading may have been chosen on the same pairs is not in it.

    Args:
        records: forced records of one model over the pairs.
        golds: their gold links, in the same order.
        reading: how the attention is read.
    """
    found = [
        word_links(record, reading, gold.source_spans, gold.target_spans)
        for record, gold in zip(records, golds, strict=True)
    ]
    return score_with_interval(found, [gold.alignment for gold in golds]).aer
