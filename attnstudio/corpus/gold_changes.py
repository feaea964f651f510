"""A corpus once more, with other gold links of some of its pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import GoldLinks
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import SPLIT_CODES, ParallelCorpus
from attnstudio.corpus.sentence_pair import SentencePair

_SPLITS = {code: split for split, code in SPLIT_CODES.items()}


def add_with_gold(
    writer: CorpusWriter,
    corpus: ParallelCorpus,
    gold: Mapping[int, GoldLinks | None],
    split_codes: NDArray[np.uint8] | None = None,
    count_pairs: Callable[[int], None] = lambda _: None,
) -> None:
    """Append a whole corpus; what lies between the changed pairs is copied in blocks.

    Args:
        writer: of the new one.
        corpus: whose pairs, splits and other links.
        gold: the links of the pairs that get others, None where they get none.
        split_codes: the split of each pair; its own where there are none.
        count_pairs: told how many more were written; it may raise to give it up.

    Raises:
        CorpusError: the corpus is damaged.
    """
    codes = corpus.split_codes() if split_codes is None else split_codes
    start = 0
    for pair in [*sorted(gold), len(corpus)]:
        writer.add_pairs(corpus, np.arange(start, pair), codes[start:pair], count_pairs)
        if pair < len(corpus):
            changed = SentencePair(corpus.source(pair), corpus.target(pair), gold[pair])
            writer.add(changed, _SPLITS[int(codes[pair])])
            count_pairs(1)
        start = pair + 1
