"""How long the sentences of every pair are: measured once, then ordered and chosen by at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.statistics import Measure, has_spaces, length_ratios, token_counts

_BLOCK = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class PairLengths:
    """The lengths of all pairs of a corpus, in words or, without spaces, in characters.

    Attributes:
        source: of the source sentences.
        target: of the target sentences.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]

    def by(self, measure: Measure) -> NDArray[np.float64]:
        """One value a pair."""
        match measure:
            case Measure.SOURCE_LENGTH:
                return self.source.astype(np.float64)
            case Measure.TARGET_LENGTH:
                return self.target.astype(np.float64)
            case Measure.LENGTH_RATIO:
                return length_ratios(self.source.astype(np.int64), self.target.astype(np.int64))


def measure_lengths(
    corpus: ParallelCorpus,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> PairLengths | None:
    """Read a corpus once for its lengths, which take eight bytes a pair.

    Args:
        corpus: what to read.
        progress: told now and then how many pairs of how many were read.
        should_stop: asked now and then.

    Returns:
        None when it was stopped.
    """
    count = len(corpus)
    source, target = (np.zeros(count, dtype=np.int32) for _ in range(2))
    for start in range(0, count, _BLOCK):
        if should_stop():
            return None
        end = min(start + _BLOCK, count)
        for lengths, sentences, language in (
            (source, corpus.sources(start, end), corpus.source_language),
            (target, corpus.targets(start, end), corpus.target_language),
        ):
            lengths[start:end] = token_counts(sentences, has_spaces=has_spaces(language))
        progress(end, count)
    return PairLengths(source, target)
