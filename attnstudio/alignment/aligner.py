"""Word links of a corpus from its own text: no model is trained before and none is downloaded.

The text is aligned several times, each time with its words cut in another way, and the chances are
averaged (Asgari et al. 2020 vote over segmentations likewise): whole words tell homonyms apart,
stems count rare forms together, and pieces let an ending translate a pronoun. Nothing is drawn by
chance, so that the same text always has the same links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.directions import ROUNDS_WITHOUT_ORDER, BothDirections
from attnstudio.alignment.lexicon import Vocabulary
from attnstudio.alignment.link_chances import CorpusLinkChances
from attnstudio.alignment.segmentation import Cut, CutCorpus
from attnstudio.alignment.spelling import folded, is_punctuation
from attnstudio.errors import AlignmentError

# With their shares of the time, measured on 1,000 and 4,000 English and German captions.
_CUTS = (
    (Cut(), 0.16),
    (Cut(4), 0.14),
    (Cut(3), 0.14),
    (Cut(4, keeps_rest=True), 0.33),
    (Cut(-3, keeps_rest=True), 0.23),
)
_MIXED = 0.01  # weight of a link between a word and a punctuation mark
_MOST_CELLS = 250_000  # of one pair: 500 words on either side; memory and time grow with it
_PARTS = 100_000  # that the work is told in
_CUTTING, _WITHOUT_ORDER = 0.14, 0.10  # of the time of a cut; the rest learns with order

Sentences = Sequence[Sequence[str]]
Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CutsDone:
    """What is known of the links of a corpus once it has been aligned with some of the cuts.

    Attributes:
        cuts: how many of them, the first ones.
        forward: the sum of the chances that they give, divided by the number of all cuts: (cells,).
        backward: likewise.
    """

    cuts: int
    forward: Chances
    backward: Chances


def share_of_time(cuts: int) -> float:
    """The share of the time of an alignment that so many of the first cuts take."""
    return sum(time for _, time in _CUTS[:cuts])


def align_corpus(
    sources: Sentences,
    targets: Sentences,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    should_stop: Callable[[], bool] = lambda: False,
    begun: CutsDone | None = None,
    keep: Callable[[CutsDone], None] = lambda _: None,
) -> CorpusLinkChances | None:
    """Find the links between the words of sentence pairs.

    Args:
        sources: the words of each source sentence.
        targets: those of its translation.
        progress: called with how many parts of the work are done and the number of all.
        should_stop: asked at every step: of a large corpus some tenths of a second, and at each cut
            some seconds in which its words are looked up.
        begun: what `keep` got for the same sentences, to go on from there; None to begin, and of
            another number of words it is not gone on with.
        keep: called after each cut, so that a stop loses no more than one.

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
    done = begun
    if done is None or {len(done.forward), len(done.backward)} != {len(cells)}:
        nothing: Chances = np.zeros(len(cells), np.float32)
        done = CutsDone(0, nothing, nothing)
    for cut, time in _CUTS[done.cuts :]:
        corpus = CutCorpus.of_words(cells, words[0], words[1], cut)
        models = _models_of(corpus)
        steps = models.steps()
        for step, _ in enumerate(chain((None,), models.learn())):
            share = share_of_time(done.cuts) + time * _time_until(step, steps)
            progress(round(_PARTS * share), _PARTS)
            if should_stop():
                return None
        cuts = np.float32(len(_CUTS))
        forward = done.forward + corpus.forward_of_words(models.forward.posteriors) / cuts
        backward = done.backward + corpus.backward_of_words(models.backward.posteriors) / cuts
        done = CutsDone(done.cuts + 1, forward, backward)
        keep(done)
    left_out = frozenset(range(len(lengths))) - frozenset(kept)
    return CorpusLinkChances(lengths, left_out, cells.starts, done.forward, done.backward)


def _time_until(step: int, steps: int) -> float:
    """What share of the time of a cut has passed after some of the steps of its models."""
    without_order = min(step, ROUNDS_WITHOUT_ORDER) / ROUNDS_WITHOUT_ORDER
    in_order = max(0, step - ROUNDS_WITHOUT_ORDER) / max(1, steps - ROUNDS_WITHOUT_ORDER)
    learning = (1.0 - _CUTTING - _WITHOUT_ORDER) * in_order
    return _CUTTING + _WITHOUT_ORDER * without_order + learning


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
