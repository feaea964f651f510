"""What a person corrects: the pairs in their order, and the links that each begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Alignment, GoldLinks, Link, Span
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.interpretation.link_doubts import doubt_of
from attnstudio.project.corpus_links import CorpusLinks, PairLinks
from attnstudio.project.corrections import Correction, PairTexts

_TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class EditablePair:
    """A pair whose links can be corrected.

    Attributes:
        index: in the corpus.
        texts: both sentences.
        source_spans: the source words, as characters.
        target_spans: the target words.
        found: the links that were found between them.
        links: what the pair has now: corrected, given with the corpus, or else those found.
        former: the gold links that it had before it was ever corrected.
        is_corrected: whether a person corrected or confirmed the links.
        confidences: of `links` where they were found; None where a person gave them.
    """

    index: int
    texts: PairTexts
    source_spans: tuple[Span, ...]
    target_spans: tuple[Span, ...]
    found: Alignment
    links: Alignment
    former: GoldLinks | None
    is_corrected: bool
    confidences: Mapping[Link, float] | None = None

    def corrected(self, links: Alignment) -> Correction:
        """The correction that leaves the pair with these links."""
        gold = GoldLinks(self.source_spans, self.target_spans, links)
        return Correction(self.texts, gold, self.found, self.former)


def editable_pair(
    corpus: ParallelCorpus,
    links: CorpusLinks,
    corrections: Mapping[PairTexts, Correction],
    index: int,
) -> EditablePair:
    """A pair with the links that it has.

    Args:
        corpus: read from the first language to the second.
        links: that were found in it.
        corrections: the last of each pair.
        index: of the pair.
    """
    texts = PairTexts(corpus.source(index), corpus.target(index))
    correction = corrections.get(texts)
    is_corrected = correction is not None and not correction.is_withdrawn
    former = correction.former if correction is not None else corpus.gold(index)
    gold = correction.links if correction is not None and is_corrected else former
    pair = links[index]
    if gold is None:
        found = pair.alignment()
        spans = pair.source_spans, pair.target_spans
        confidences = dict(zip(pair.links, pair.confidences.tolist(), strict=True))
        return EditablePair(index, texts, *spans, found, found, None, False, confidences)
    found = _found_between(pair, gold.source_spans, gold.target_spans)
    spans = gold.source_spans, gold.target_spans
    return EditablePair(index, texts, *spans, found, gold.alignment, former, is_corrected)


def doubts_of_pairs(
    links: CorpusLinks,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> NDArray[np.float64] | None:
    """How much a look at each pair is expected to mend, see `doubt_of`; None when stopped."""
    doubts = np.zeros(len(links))
    for pair in range(len(links)):
        if pair % _TOLD_EVERY == 0:
            if should_stop():
                return None
            progress(pair, len(links))
        found = links[pair]
        words = len(found.source_spans) + len(found.target_spans)
        doubts[pair] = doubt_of(found.confidences, words)
    return doubts


def are_least_certain(pairs: set[int], doubt_order: NDArray[np.int64]) -> bool:
    """Whether pairs are among the first tenth, or the first twice their number, of all pairs.

    Args:
        pairs: of the corpus; none are not.
        doubt_order: all pairs, the most doubtful first.
    """
    reach = max(len(doubt_order) // 10, 2 * len(pairs))
    if not pairs or 2 * reach > len(doubt_order):  # half of all pairs are nothing special
        return False
    return pairs <= set(doubt_order[:reach].tolist())


def corrected_pairs(
    corpus: ParallelCorpus, corrections: Mapping[PairTexts, Correction]
) -> NDArray[np.int64]:
    """The pairs that a person corrected, in the order of the corpus."""
    corrected = {each.texts for each in corrections.values() if not each.is_withdrawn}
    if not corrected:
        return np.array([], np.int64)
    return np.array(
        [
            pair
            for block in corpus.blocks(np.arange(len(corpus)))
            for pair, source, target in zip(*block, strict=True)
            if (source, target) in corrected
        ],
        np.int64,
    )


def _found_between(
    pair: PairLinks, source_spans: Sequence[Span], target_spans: Sequence[Span]
) -> Alignment:
    """The links that were found, between words that may be cut in another way.

    Words are linked where words that they share a character with are.
    """
    found = pair.alignment()
    if (pair.source_spans, pair.target_spans) == (tuple(source_spans), tuple(target_spans)):
        return found
    sources = _overlaps(pair.source_spans, source_spans)
    targets = _overlaps(pair.target_spans, target_spans)
    return Alignment(
        frozenset(
            Link(source, target)
            for link in found.sure
            for source in sources[link.source]
            for target in targets[link.target]
        )
    )


def _overlaps(words: Sequence[Span], others: Sequence[Span]) -> list[list[int]]:
    """For each word the others that share a character with it."""
    return [
        [place for place, other in enumerate(others) if other.start < end and start < other.end]
        for start, end in words
    ]
