"""Links between the words of sentence pairs, read from a model's attention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record
from attnstudio.corpus.alignment import Alignment, Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.spacing import Spacing
from attnstudio.corpus.tokenised_text import TokenisedText, join_tokens
from attnstudio.corpus.training_texts import sample_training_texts
from attnstudio.inference.translator import Translator
from attnstudio.interpretation.links import word_links, word_weights
from attnstudio.reading import Measure, Reading

_Joiner = Callable[[Sequence[str]], TokenisedText]

_MOST_SPACED = 4_000  # sentences whose spaces are looked at: signs are soon all seen
_READ_TOGETHER = 256  # the attention of a pair is about 100 kB: a corpus of it fills a memory


@dataclass(frozen=True, slots=True)
class WordPair:
    """A sentence pair and where its words lie in it."""

    source: str
    target: str
    source_spans: Sequence[Span]
    target_spans: Sequence[Span]

    @property
    def reversed(self) -> WordPair:
        """The same for a model of the other direction."""
        return WordPair(self.target, self.source, self.target_spans, self.source_spans)

    @classmethod
    def of_tokens(cls, source: TokenisedText, target: TokenisedText) -> Self:
        """Two sentences that were given as tokens."""
        return cls(source.text, target.text, source.spans, target.spans)


def joiners_of(corpus: ParallelCorpus) -> tuple[_Joiner, _Joiner]:
    """What makes tokens of source and target the text that a model has learnt to read.

    Somebody else's tokens have spaces beside every sign. Where the model's corpus has none there,
    it has never seen such a text and links it worse.

    Args:
        corpus: that it has learnt, in its direction.
    """
    sources, targets = sample_training_texts(corpus, _MOST_SPACED)
    return (
        partial(join_tokens, language=corpus.source_language, spacing=Spacing(sources)),
        partial(join_tokens, language=corpus.target_language, spacing=Spacing(targets)),
    )


def align_words(
    translator: Translator,
    pairs: Sequence[WordPair],
    readings: Sequence[Reading],
    *,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[list[Alignment]] | None:
    """The links of each pair under each reading; pairs with an empty side have none.

    Args:
        translator: reads the pairs, the target as it stands.
        pairs: in the model's direction.
        readings: of its attention.
        progress: called with how many pairs are done.
        should_stop: asked before each batch.

    Returns:
        For each reading, the alignments in the order of the pairs; or None when stopped.

    Raises:
        AlignmentError: the model has no attention, or no such layer or head.
    """
    alignments = [[Alignment()] * len(pairs) for _ in readings]

    def link(place: int, record: Record) -> None:
        pair = pairs[place]
        for row, reading in zip(alignments, readings, strict=True):
            row[place] = word_links(record, reading, pair.source_spans, pair.target_spans)

    done = _read_all(translator, pairs, readings, link, progress, should_stop)
    return alignments if done else None


def weigh_words(
    translator: Translator,
    pairs: Sequence[WordPair],
    reading: Reading,
    *,
    progress: Callable[[int], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[NDArray[np.float64]] | None:
    """How much the words of each pair look at each other; nothing where a side is empty.

    As `align_words`, but for one reading.

    Returns:
        (target words, source words) of each pair; or None when stopped.
    """
    weights = [np.zeros((len(pair.target_spans), len(pair.source_spans))) for pair in pairs]

    def weigh(place: int, record: Record) -> None:
        pair = pairs[place]
        weights[place] = word_weights(record, reading, pair.source_spans, pair.target_spans)

    done = _read_all(translator, pairs, [reading], weigh, progress, should_stop)
    return weights if done else None


def _read_all(
    translator: Translator,
    pairs: Sequence[WordPair],
    readings: Sequence[Reading],
    take: Callable[[int, Record], None],
    progress: Callable[[int], None],
    should_stop: Callable[[], bool],
) -> bool:
    """Let each pair with two sides be read and its record be taken; False when stopped."""
    measures = {reading.measure for reading in readings} - {Measure.WEIGHTS}
    full = [i for i, pair in enumerate(pairs) if pair.source and pair.target]
    for start in range(0, len(full), _READ_TOGETHER):
        if should_stop():
            return False
        chosen = full[start : start + _READ_TOGETHER]
        records = translator.records(
            [translator.read_forced(pairs[i].source, pairs[i].target) for i in chosen],
            measures=measures,
        )
        for i, record in zip(chosen, records, strict=True):
            take(i, record)
        progress(start + len(chosen))
    return True
