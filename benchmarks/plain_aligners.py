"""IBM model 1 and the hidden Markov model as first published, for better ones to be held against.

Brown et al. 1993 and Vogel et al. 1996, whole words, each direction by itself, nothing imagined
beside what was counted. Links are where the geometric mean of both directions' posteriors is
above a quarter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells, ChainGroup, sums
from attnstudio.alignment.chain import chain_posteriors
from attnstudio.alignment.jumps import JumpModel
from attnstudio.alignment.lexicon import Vocabulary
from attnstudio.corpus.alignment import Alignment, Link

_UNLINKED = np.float32(0.2)
_ROUNDS = 5  # of each model
_THRESHOLD = 0.25
_LEAST = np.float32(1e-30)


def plain_links(
    sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]], *, in_order: bool
) -> list[Alignment]:
    """The links of each pair.

    Args:
        sources: the words of each source sentence.
        targets: those of its translation.
        in_order: whether the hidden Markov model follows IBM model 1.
    """
    lengths = np.array([[len(a), len(b)] for a, b in zip(sources, targets, strict=True)], np.int64)
    cells = Cells.of_lengths(lengths[:, 0], lengths[:, 1])
    read, written = (
        Vocabulary.of_words([word for sentence in side for word in sentence])
        for side in (sources, targets)
    )
    places = cells.source_words, cells.target_words
    forward = _posteriors(
        read, written, places, list(cells.over_targets()) if in_order else [], lengths[:, 0]
    )
    backward = _posteriors(
        written, read, places[::-1], list(cells.over_sources()) if in_order else [], lengths[:, 1]
    )
    joint = np.sqrt(forward * backward)
    links = []
    for pair, (_, width) in enumerate(lengths.tolist()):
        linked = np.flatnonzero(joint[cells.starts[pair] : cells.starts[pair + 1]] > _THRESHOLD)
        links.append(Alignment(frozenset(Link(*divmod(cell, width)) for cell in linked.tolist())))
    return links


def _posteriors(
    states: Vocabulary,
    words: Vocabulary,
    places: tuple[NDArray[np.int32], NDArray[np.int32]],
    chains: Sequence[ChainGroup],
    state_lengths: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Chance of each cell's link, where the words ask which state they translate: (cells,)."""
    pairs = states.ids[places[0]].astype(np.int64) * len(words.words) + words.ids[places[1]]
    found, entries = np.unique(pairs, return_inverse=True)
    entry_states = (found // len(words.words)).astype(np.int32)
    table = np.ones(len(found))  # t(word | state), before it is made to sum to 1
    unlinked = (words.frequencies / words.frequencies.sum()).astype(np.float32)[words.ids]
    share = (1.0 - _UNLINKED) / np.bincount(places[1], minlength=len(words.ids))  # of each state
    jumps = JumpModel.uniform()
    posteriors = np.zeros(len(entries), np.float32)
    for round_ in range(_ROUNDS * (2 if chains else 1)):
        table /= np.maximum(sums(entry_states, table, len(states.words)), 1e-30)[entry_states]
        chances = table[entries].astype(np.float32)
        if round_ < _ROUNDS:
            whole = share * sums(places[1], chances, len(words.ids)) + _UNLINKED * unlinked
            posteriors = chances * (share / np.maximum(whole, _LEAST))[places[1]]
        else:
            counts = np.zeros_like(jumps.weights)
            for group in chains:
                found_links = chain_posteriors(
                    group,
                    chances[group.cells] * (1 - _UNLINKED),
                    unlinked[group.words] * _UNLINKED,
                    jumps.chances(group.states),
                )
                posteriors[group.cells] = found_links.links
                counts += found_links.jumps
            jumps = JumpModel.from_counts(counts, state_lengths)
        table = sums(entries, posteriors, len(found)).astype(np.float64)
    return posteriors.astype(np.float32)
