"""Word links of a corpus from its own text: no model is trained before and none is downloaded.

The text is aligned several times, each time with its words cut in another way, and the chances are
averaged (Asgari et al. 2020 vote over segmentations likewise): whole words tell homonyms apart,
stems count rare forms together, and pieces let an ending translate a pronoun. Nothing is drawn by
chance, so that the same text always has the same links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.directions import BothDirections
from attnstudio.alignment.lexicon import Vocabulary
from attnstudio.alignment.link_chances import CorpusLinkChances
from attnstudio.alignment.segmentation import Cut, CutCorpus
from attnstudio.alignment.spelling import folded, is_punctuation
from attnstudio.errors import AlignmentError

_CUTS = (Cut(), Cut(4), Cut(3), Cut(4, keeps_rest=True), Cut(-3, keeps_rest=True))
_MIXED = 0.01  # weight of a link between a word and a punctuation mark
_MOST_CELLS = 250_000  # of one pair: 500 words on either side; memory and time grow with it
_PARTS = 1_000  # that the work on each cut is told in

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
        progress: called with how many parts of the work are done and the number of all.
        should_stop: asked at every step: of a large corpus some tenths of a second, and at each cut
            some seconds in which its words are looked up.

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
    forward, backward = np.zeros(len(cells), np.float32), np.zeros(len(cells), np.float32)
    for number, cut in enumerate(_CUTS):
        corpus = CutCorpus.of_words(cells, words[0], words[1], cut)
        models = _models_of(corpus)
        steps = models.steps()
        for step, _ in enumerate(models.learn(), start=1):
            progress(number * _PARTS + step * _PARTS // steps, len(_CUTS) * _PARTS)
            if should_stop():
                return None
        forward += corpus.forward_of_words(models.forward.posteriors) / len(_CUTS)
        backward += corpus.backward_of_words(models.backward.posteriors) / len(_CUTS)
    left_out = frozenset(range(len(lengths))) - frozenset(kept)
    return CorpusLinkChances(lengths, left_out, cells.starts, forward, backward)


def _cells_of(lengths: Sequence[tuple[int, int]], kept: Sequence[int]) -> Cells:
    """The cells of the pairs that are kept; the others stay as pairs without words."""
    sizes = np.zeros((len(lengths), 2), np.int64)
    if kept:
        sizes[kept] = np.asarray(lengths)[kept]
    return Cells.of_lengths(sizes[:, 0], sizes[:, 1])


def _models_of(corpus: CutCorpus) -> BothDirections:
    """The models of the pieces, before they have learnt."""
    pieces = corpus.sources.pieces, corpus.targets.pieces
    of_source, of_target = (
        np.fromiter(map(is_punctuation, side), np.bool_, len(side)) for side in pieces
    )
    mixed = of_source[corpus.cells.source_words] != of_target[corpus.cells.target_words]
    return BothDirections.of_corpus(
        corpus.cells,
        Vocabulary.of_words(pieces[0]),
        Vocabulary.of_words(pieces[1]),
        np.where(mixed, np.float32(_MIXED), np.float32(1.0)),
    )
