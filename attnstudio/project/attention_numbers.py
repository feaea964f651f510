"""What a validation tells of the attention itself, from one reading of a few pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from attnstudio.axes import Record
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.evaluation.attention_scores import attention_scores
from attnstudio.evaluation.head_numbers import HeadTotals
from attnstudio.inference.reader import PairToRead
from attnstudio.inference.translator import Translator
from attnstudio.model.learnt_numbers import head_count, learnt_alphas, learnt_spans
from attnstudio.plain_values import Rows
from attnstudio.reading import Measure
from attnstudio.training.head_quantities import HeadNumbers, HeadPlace, HeadQuantity, to_log

_MOST_TOGETHER = 32
_HEADS_TOGETHER = 4_096  # of all pairs that are read at once: 20 pairs of a model of 200 heads


@dataclass(frozen=True, slots=True)
class AttentionNumbers:
    """What is told of an attention (see `Validation`).

    Attributes:
        scores: of all heads together, by their names.
        head_numbers: of each head.
    """

    scores: Mapping[str, float]
    head_numbers: Mapping[str, Rows]


def attention_numbers(translator: Translator, pairs: Sequence[SentencePair]) -> AttentionNumbers:
    """How a model looks in the pairs' own translations, the same text at every validation.

    Args:
        translator: of the model.
        pairs: few; none for what is learnt alone.
    """
    totals = HeadTotals()
    forced = [translator.read_forced(pair.source, pair.target) for pair in pairs]

    def read() -> Iterator[Record]:
        for some in parts_to_read(translator, forced):
            for record in translator.records(some, measures=[Measure.ALTI]):
                totals.add(record)
                yield record

    scores = attention_scores(read())
    return AttentionNumbers(scores, to_log({**totals.means(), **learnt_numbers(translator)}))


def parts_to_read(
    translator: Translator, pairs: Sequence[PairToRead]
) -> Iterator[Sequence[PairToRead]]:
    """The pairs, of deep models a few at a time, so that the memory of their records is bounded."""
    together = min(_MOST_TOGETHER, max(1, _HEADS_TOGETHER // max(1, head_count(translator.model))))
    for begin in range(0, len(pairs), together):
        yield pairs[begin : begin + together]


def learnt_numbers(translator: Translator) -> HeadNumbers:
    """What the parts of a model's attention have learnt, of the sites where they learn anything."""
    return {
        HeadPlace(site, quantity): table
        for quantity, tables in (
            (HeadQuantity.ALPHA, learnt_alphas(translator.model)),
            (HeadQuantity.SPAN, learnt_spans(translator.model)),
        )
        for site, table in tables.items()
    }
