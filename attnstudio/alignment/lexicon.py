"""Which word translates which, counted with a Dirichlet prior, each cell's own count left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells, sums
from attnstudio.alignment.spelling import similarity

_IMAGINED = 0.01  # counts of every word under every word
_IMAGINED_ALIKE = 3.0  # counts of words that are spelt alike
_IMAGINED_UNLINKED = 10.0  # counts of words that translate nothing, shared by their frequency

Counts = NDArray[np.float64]
Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The different words of one side.

    Attributes:
        words: each once.
        ids: which of them stands at each place of the corpus: (words of the corpus,).
        frequencies: how often each occurs: (vocabulary,).
    """

    words: tuple[str, ...]
    ids: NDArray[np.int32]
    frequencies: NDArray[np.int64]

    @classmethod
    def of_words(cls, words: list[str]) -> Vocabulary:
        """Count the words of a corpus, in their order."""
        known: dict[str, int] = {}
        ids = np.fromiter(
            (known.setdefault(word, len(known)) for word in words), np.int32, len(words)
        )
        return cls(tuple(known), ids, np.bincount(ids, minlength=len(known)))

    def unlinked(self, counts: Counts | None = None) -> Chances:
        """Chance of each place's word among those that translate nothing.

        Args:
            counts: how often each word translated nothing: (vocabulary,); none at the beginning.
        """
        chances: Counts = self.frequencies / max(self.frequencies.sum(), 1)
        if counts is not None:
            chances = (counts + _IMAGINED_UNLINKED * chances) / (counts.sum() + _IMAGINED_UNLINKED)
        return chances.astype(np.float32)[self.ids]


@dataclass(slots=True)
class Lexicon:
    """Expected counts of the words that translate each other.

    Both directions count the same links, since they are made to agree. A cell's chance is taken
    from the counts of all others: that is collapsed variational Bayes of order zero (Asuncion et
    al. 2009), the mean of what a Gibbs sampler does (Östling and Tiedemann 2016). Without it, words
    that occur once or twice learn their sentences by heart.

    Attributes:
        cells: of the corpus.
        sources: its source words.
        targets: its target words.
        entries: of each cell, its pair of words among those that occur: (cells,).
        entry_sources: source word of each entry: (entries,).
        entry_targets: target word of each entry: (entries,).
        prior: imagined counts of each entry beside those of all: (entries,).
        links: expected number of links of each cell, as counted last: (cells,).
        counts: their sums over each entry: (entries,).
    """

    cells: Cells
    sources: Vocabulary
    targets: Vocabulary
    entries: NDArray[np.int32]
    entry_sources: NDArray[np.int32]
    entry_targets: NDArray[np.int32]
    prior: Counts
    links: Chances = field(init=False)
    counts: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.count(np.zeros(len(self.cells), np.float32))

    @classmethod
    def of_corpus(cls, cells: Cells, sources: Vocabulary, targets: Vocabulary) -> Lexicon:
        """Find the pairs of words that occur, before anything is counted."""
        size = max(len(targets.words), 1)
        pairs = sources.ids[cells.source_words].astype(np.int64) * size
        pairs += targets.ids[cells.target_words]
        found, entries = np.unique(pairs, return_inverse=True)
        of_sources, of_targets = (part.astype(np.int32) for part in np.divmod(found, size))
        alike = similarity(sources.words, targets.words, (of_sources, of_targets))
        prior = _IMAGINED_ALIKE * alike.astype(np.float64) ** 3
        return cls(cells, sources, targets, entries.astype(np.int32), of_sources, of_targets, prior)

    def count(self, links: Chances) -> None:
        """Take these expected links as the counts."""
        self.links = links
        self.counts = sums(self.entries, links, len(self.prior))

    def target_chances(self) -> Chances:
        """Chance of each cell's target word as a translation of its source word: (cells,)."""
        return self._chances(
            self.entry_sources, self.sources, self.cells.source_words, len(self.targets.words)
        )

    def source_chances(self) -> Chances:
        """Chance of each cell's source word as a translation of its target word: (cells,)."""
        return self._chances(
            self.entry_targets, self.targets, self.cells.target_words, len(self.sources.words)
        )

    def _chances(
        self,
        givens: NDArray[np.int32],
        given: Vocabulary,
        places: NDArray[np.int32],
        translations: int,
    ) -> Chances:
        """Chance of each cell's translation of a given word.

        Args:
            givens: that word, of each entry: (entries,).
            given: the words of its side.
            places: of the given words, of each cell: (cells,).
            translations: how many words the other side knows.
        """
        imagined = self.prior + _IMAGINED
        totals = sums(givens, self.counts + self.prior, len(given.words))
        totals += _IMAGINED * translations
        others = (self.counts + imagined).astype(np.float32)[self.entries] - self.links
        others = np.maximum(others, imagined.astype(np.float32)[self.entries])  # rounding
        chances: Chances = others / (totals.astype(np.float32)[given.ids][places] - self.links)
        return chances
