"""Word links of a corpus from its own text: no model is trained before and none is downloaded.

The words and their stems of five to three letters are aligned each by themselves
(`attnstudio.alignment.directions`) and their posteriors averaged: words tell homonyms apart, stems
count rare forms together (Asgari et al. 2020 vote over segmentations likewise). Nothing is drawn by
chance, so that the same text always has the same links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.directions import BothDirections
from attnstudio.alignment.lexicon import Vocabulary
from attnstudio.alignment.link_chances import CorpusLinkChances
from attnstudio.alignment.spelling import folded, is_punctuation
from attnstudio.errors import AlignmentError

_STEMS = (None, 5, 4, 3)  # letters; None is the whole word
_MIXED = 0.01  # weight of a link between a word and a punctuation mark
_MOST_CELLS = 250_000  # of one pair: 500 words on either side; memory and time grow with it

Sentences = Sequence[Sequence[str]]


def align_corpus(
    sources: Sentences,
    targets: Sentences,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> CorpusLinkChances | None:
    """Find the links between the words of sentence pairs.

    Args:
        sources: the words of each source sentence.
        targets: those of its translation.
        progress: called with the steps that are done and the number of all.
        should_stop: asked at every step, each some tenths of a second for a large corpus.

    Returns:
        The chances of each pair's links, in the order of the pairs; None if it was stopped.

    Raises:
        AlignmentError: the numbers of sentences differ.
    """
    if len(sources) != len(targets):
        raise AlignmentError(
            "There are {sources} source sentences, but {targets} target sentences.",
            hint="Each needs its partner, in the same order.",
            sources=len(sources),
            targets=len(targets),
        )
    lengths = tuple((len(a), len(b)) for a, b in zip(sources, targets, strict=True))
    kept = [pair for pair, (a, b) in enumerate(lengths) if 0 < a * b <= _MOST_CELLS]
    cells = _cells_of(lengths, kept)
    words = [[folded(word) for pair in kept for word in side[pair]] for side in (sources, targets)]
    groups = list(cells.over_targets()), list(cells.over_sources())
    weights = _weights(cells, *words)
    forward, backward = np.zeros(len(cells), np.float32), np.zeros(len(cells), np.float32)
    for number, stem in enumerate(_STEMS):
        source_words, target_words = (
            Vocabulary.of_words([word[:stem] for word in side]) for side in words
        )
        models = BothDirections.of_corpus(cells, source_words, target_words, groups, weights)
        steps = models.steps()
        for step, _ in enumerate(models.learn(), start=number * steps + 1):
            progress(step, len(_STEMS) * steps)
            if should_stop():
                return None
        forward += models.forward.posteriors / len(_STEMS)
        backward += models.backward.posteriors / len(_STEMS)
    left_out = frozenset(range(len(lengths))) - frozenset(kept)
    return CorpusLinkChances(lengths, left_out, cells.starts, forward, backward)


def _cells_of(lengths: Sequence[tuple[int, int]], kept: Sequence[int]) -> Cells:
    """The cells of the pairs that are kept; the others stay as pairs without words."""
    sizes = np.zeros((len(lengths), 2), np.int64)
    if kept:
        sizes[kept] = np.asarray(lengths)[kept]
    return Cells.of_lengths(sizes[:, 0], sizes[:, 1])


def _weights(cells: Cells, sources: Sequence[str], targets: Sequence[str]) -> NDArray[np.float32]:
    """Little where a word stands beside a punctuation mark, else 1: (cells,)."""
    of_source, of_target = (
        np.fromiter(map(is_punctuation, side), np.bool_, len(side)) for side in (sources, targets)
    )
    mixed = of_source[cells.source_words] != of_target[cells.target_words]
    return np.where(mixed, np.float32(_MIXED), np.float32(1.0))
