"""The pieces that words are cut into, and what links of pieces say about links of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.alignment.cells import Cells, sums

_MARK = "\n"  # no ending is counted as the word that is written like it
_LEAST_BEFORE_ENDING = 2  # letters

Chances = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut words: into pieces, or to a stem.

    Attributes:
        letters: that the first piece has, or if negative the last one; None leaves words whole.
        keeps_rest: whether what is cut off stays as a second piece.
    """

    letters: int | None = None
    keeps_rest: bool = False

    def pieces(self, word: str) -> tuple[str, ...]:
        """The pieces of a word, one or two."""
        if self.letters is None:
            return (word,)
        place = self.letters if self.letters > 0 else len(word) + self.letters
        if place >= len(word) or (self.letters < 0 and place <= _LEAST_BEFORE_ENDING):
            return (word,)
        rest = (_MARK + word[place:],) if self.keeps_rest else ()
        return (word[:place], *rest)


@dataclass(frozen=True, slots=True)
class CutSide:
    """The pieces of all words of one side of a corpus.

    Attributes:
        pieces: in their order.
        words: the place of the word that each belongs to: (pieces,).
        lengths: pieces of each sentence: (pairs,).
    """

    pieces: list[str]
    words: NDArray[np.int32]
    lengths: NDArray[np.int64]

    @classmethod
    def of_words(cls, words: Sequence[str], lengths: NDArray[np.int64], cut: Cut) -> CutSide:
        """Cut the words of sentences which have so many of them."""
        parts = [cut.pieces(word) for word in words]
        sizes = np.fromiter(map(len, parts), np.int64, len(parts))
        ends = np.concatenate(([0], np.cumsum(sizes)))
        last = np.cumsum(lengths)
        return cls(
            [piece for part in parts for piece in part],
            np.repeat(np.arange(len(parts), dtype=np.int32), sizes),
            ends[last] - ends[last - lengths],
        )


@dataclass(frozen=True, slots=True)
class CutCorpus:
    """A corpus cut into pieces.

    Attributes:
        words: the cells of its words.
        sources: the pieces of its source side.
        targets: those of its target side.
        cells: the cells of its pieces.
    """

    words: Cells
    sources: CutSide
    targets: CutSide
    cells: Cells

    @classmethod
    def of_words(
        cls, words: Cells, sources: Sequence[str], targets: Sequence[str], cut: Cut
    ) -> CutCorpus:
        """Cut both sides in the same way."""
        sides = (
            CutSide.of_words(sources, words.source_lengths, cut),
            CutSide.of_words(targets, words.target_lengths, cut),
        )
        return cls(words, *sides, Cells.of_lengths(sides[0].lengths, sides[1].lengths))

    def forward_of_words(self, posteriors: Chances) -> Chances:
        """Chances that the target words translate the source words.

        A piece translates a word if it translates any of its pieces; a word does what the most
        willing of its pieces does.

        Args:
            posteriors: that a target piece translates a source piece: (cells of pieces,).
        """
        mixed = Cells.of_lengths(self.words.source_lengths, self.targets.lengths)
        places = mixed.find(self.sources.words[self.cells.source_words], self.cells.target_words)
        chances = sums(places, posteriors, len(mixed))
        places = self.words.find(mixed.source_words, self.targets.words[mixed.target_words])
        return _greatest(places, chances, len(self.words))

    def backward_of_words(self, posteriors: Chances) -> Chances:
        """Chances that the source words translate the target words, likewise."""
        mixed = Cells.of_lengths(self.sources.lengths, self.words.target_lengths)
        places = mixed.find(self.cells.source_words, self.targets.words[self.cells.target_words])
        chances = sums(places, posteriors, len(mixed))
        places = self.words.find(self.sources.words[mixed.source_words], mixed.target_words)
        return _greatest(places, chances, len(self.words))


def _greatest(places: NDArray[np.int64], chances: NDArray[np.float64], size: int) -> Chances:
    """The greatest of the chances at each place, and never above 1: (size,)."""
    result = np.zeros(size, np.float32)
    np.maximum.at(result, places, chances.astype(np.float32))
    return np.minimum(result, np.float32(1.0))
