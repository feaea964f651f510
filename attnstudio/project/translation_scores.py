"""How far the two sides of each pair of a corpus translate each other, by its word links.

Two figures are averaged: how surely the words are linked in the pair, signs left out, and how
surely its words translate each other in other pairs. Either is divided by what is usual in the
corpus, since both depend on its languages and size. Together they find pairs that are none better
than each alone: see `benchmarks/wrong_pairs.py`. Who links words of a pair says that they translate
each other, however few these are and whatever other pairs tell: such a pair counts as usual.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.spelling import is_punctuation
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.project.word_partners import (
    LinkedPair,
    LinksOfPairs,
    WordPartners,
    linked_pairs,
)

DOUBTFUL = 0.5  # below this times the usual, most pairs are no translations
_TOLD_EVERY = 200  # pairs

Scores = NDArray[np.float32]


def translation_scores(
    corpus: ParallelCorpus,
    links: LinksOfPairs,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Scores | None:
    """Score every pair of a corpus.

    Args:
        corpus: in the direction of its links.
        links: of this corpus.
        progress: told how much of how much was read.
        should_stop: asked now and then.

    Returns:
        1 for what is usual in the corpus and where a person linked words, 0 where no word
        translates another, not a number (NaN) where a pair was too long to be aligned: (pairs,).
        None when it was stopped.
    """
    partners = WordPartners()
    count = len(corpus)
    for number, pair in enumerate(linked_pairs(corpus, links)):
        partners.add(pair)
        if number % _TOLD_EVERY == 0:
            progress(number, 2 * count)
            if should_stop():
                return None
    figures = np.zeros((count, 2), dtype=np.float32)  # (pairs, 2)
    are_linked_by_people = np.zeros(count, dtype=np.bool_)
    for number, pair in enumerate(linked_pairs(corpus, links)):
        figures[number] = _linked_here(pair), _mean(partners.translated_elsewhere(pair))
        are_linked_by_people[number] = pair.are_given and bool(pair.links)
        if number % _TOLD_EVERY == 0:
            progress(count + number, 2 * count)
            if should_stop():
                return None
    progress(2 * count, 2 * count)
    scores: Scores = np.nanmean(_beside_usual(figures), axis=1)
    scores[np.isnan(links.scores)] = np.nan
    scores[are_linked_by_people] = 1.0
    return scores


def _beside_usual(figures: Scores) -> Scores:
    """Each figure divided by its median over the pairs; one that is not known is the other's."""
    divided = np.full_like(figures, np.nan)
    for place, column in enumerate(figures.T):
        known = column[~np.isnan(column)]
        usual = float(np.median(known)) if len(known) else 0.0
        divided[:, place] = column / (usual or 1.0)
    return divided


def _linked_here(pair: LinkedPair) -> float:
    """The mean over the words of both sides of the best confidence of each, signs left out."""
    best = [np.zeros(len(words), np.float32) for words in pair.words]
    for link, confidence in zip(pair.links, pair.confidences, strict=True):
        for side in (0, 1):
            best[side][link[side]] = max(best[side][link[side]], confidence)
    is_word = [not is_punctuation(word) for words in pair.words for word in words]
    figures = np.concatenate(best)
    if not (len(best[0]) and len(best[1])):
        return 0.0
    return float(figures[is_word].mean() if any(is_word) else figures.mean())


def _mean(figures: Scores) -> float:
    """Of those that are known; not a number where none is."""
    known = figures[~np.isnan(figures)]
    return float(known.mean()) if len(known) else np.nan
