"""The alignment models of both directions, learnt so that they agree.

Each target word asks which source word it translates and each source word the opposite, first
without order (IBM model 1, Brown et al. 1993), then as hidden Markov models (Vogel et al. 1996)
with fertilities. The links that both count are the geometric mean of what the two say: Liang et al.
(2006) take the product, which loses the second word of every two that translate one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells, ChainGroup, sums
from attnstudio.alignment.chain import chain_posteriors
from attnstudio.alignment.fertility import fertility_factors
from attnstudio.alignment.jumps import JumpModel
from attnstudio.alignment.lexicon import Lexicon, Vocabulary

_UNLINKED = np.float32(0.2)  # chance of a word to translate none
ROUNDS_WITHOUT_ORDER = 5
ROUNDS_WITH_ORDER = 4  # more of them learn the corpus by heart

Chances = NDArray[np.float32]


@dataclass(slots=True)
class Direction:
    """Every word of one side and which word of the other it translates.

    Attributes:
        words: that ask: the side which is gone through.
        word_places: of each cell, the place of its asking word.
        states: words that are asked for.
        state_places: of each cell, the place of its asked word.
        groups: the chains through the asking words.
        state_lengths: asked words of each pair: (pairs,).
        jumps: how the asked words follow each other.
        unlinked: chance of each asking word's place, if it translates none.
        posteriors: chance of each cell's link, given the sentences: (cells,).
        log_likelihood: of all asking words, as of the last look.
    """

    words: Vocabulary
    word_places: NDArray[np.int32]
    states: Vocabulary
    state_places: NDArray[np.int32]
    groups: Sequence[ChainGroup]
    state_lengths: NDArray[np.int64]
    jumps: JumpModel = field(default_factory=JumpModel.uniform)
    unlinked: Chances = field(init=False)
    posteriors: Chances = field(init=False)
    log_likelihood: float = 0.0

    def __post_init__(self) -> None:
        self.unlinked = self.words.unlinked()
        self.posteriors = np.zeros(len(self.word_places), np.float32)

    def look_without_order(self, chances: Chances, weights: Chances) -> None:
        """Set the posteriors by IBM model 1.

        Args:
            chances: of each cell's asking word under the asked one: (cells,).
            weights: of each cell before anything is known: (cells,).
        """
        places = len(self.words.ids)
        share = sums(self.word_places, weights, places)
        joint = sums(self.word_places, weights * chances, places)
        share = (1.0 - _UNLINKED) / np.maximum(share, 1e-30)
        chance = share * joint + _UNLINKED * self.unlinked
        self.log_likelihood = float(np.log(np.maximum(chance, 1e-300)).sum())
        factor = (share / np.maximum(chance, 1e-300)).astype(np.float32)
        self.posteriors = weights * chances * factor[self.word_places]

    def look_in_order(self, chances: Chances) -> Iterator[None]:
        """Set the posteriors by the HMM and learn its jumps; a pause after each group of chains.

        Args:
            chances: of each cell, weighted: (cells,).
        """
        posteriors = np.zeros_like(self.posteriors)
        counts = np.zeros_like(self.jumps.weights)
        self.log_likelihood = 0.0
        for group in self.groups:
            found = chain_posteriors(
                group,
                chances[group.cells] * (1 - _UNLINKED),
                self.unlinked[group.words] * _UNLINKED,
                self.jumps.chances(group.states),
            )
            posteriors[group.cells] = found.links
            counts += found.jumps
            self.log_likelihood += found.log_likelihood
            yield
        self.posteriors = posteriors
        self.jumps = JumpModel.from_counts(counts, self.state_lengths)

    def count_unlinked(self) -> None:
        """Learn which words translate none."""
        linked = sums(self.word_places, self.posteriors, len(self.words.ids))
        unlinked = np.maximum(1.0 - linked, 0.0)
        counts = sums(self.words.ids, unlinked, len(self.words.words))
        self.unlinked = self.words.unlinked(counts)

    def fertilities(self) -> Chances:
        """By how much each cell's link changes the chance of its asked word's fertility."""
        return fertility_factors(self.states, self.state_places, self.posteriors)


@dataclass(slots=True)
class BothDirections:
    """One segmentation of a corpus and its two models.

    Attributes:
        lexicon: which both share.
        forward: the target words ask.
        backward: the source words ask.
        weights: of each cell before anything is known: (cells,).
    """

    lexicon: Lexicon
    forward: Direction
    backward: Direction
    weights: Chances

    @classmethod
    def of_corpus(
        cls,
        cells: Cells,
        sources: Vocabulary,
        targets: Vocabulary,
        weights: Chances,
    ) -> BothDirections:
        """The models before they have learnt.

        Args:
            cells: of the corpus.
            sources: the words of its source side.
            targets: those of its target side.
            weights: of each cell before anything is known.
        """
        source_places, target_places = cells.source_words, cells.target_words
        over_targets, over_sources = list(cells.over_targets()), list(cells.over_sources())
        return cls(
            Lexicon.of_corpus(cells, sources, targets),
            Direction(
                targets, target_places, sources, source_places, over_targets, cells.source_lengths
            ),
            Direction(
                sources, source_places, targets, target_places, over_sources, cells.target_lengths
            ),
            weights,
        )

    def steps(self) -> int:
        """How often `learn` pauses."""
        groups = len(self.forward.groups) + len(self.backward.groups)
        return ROUNDS_WITHOUT_ORDER + (ROUNDS_WITH_ORDER + 1) * groups

    def learn(self) -> Iterator[None]:
        """Learn from the corpus; the posteriors of both directions are the last look's."""
        for _ in range(ROUNDS_WITHOUT_ORDER):
            self.forward.look_without_order(self.lexicon.target_chances(), self.weights)
            self.backward.look_without_order(self.lexicon.source_chances(), self.weights)
            self._agree()
            yield
        for _ in range(ROUNDS_WITH_ORDER):
            yield from self._look_in_order()
            self._agree()
        yield from self._look_in_order()

    def _agree(self) -> None:
        self.lexicon.count(np.sqrt(self.forward.posteriors * self.backward.posteriors))
        self.forward.count_unlinked()
        self.backward.count_unlinked()

    def _look_in_order(self) -> Iterator[None]:
        for direction, chances in (
            (self.forward, self.lexicon.target_chances()),
            (self.backward, self.lexicon.source_chances()),
        ):
            chances *= self.weights
            chances *= direction.fertilities()
            yield from direction.look_in_order(chances)
