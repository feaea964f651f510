"""Which words of a source get exactly nothing of the attention, counted over many sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Matrix, Record
from attnstudio.interpretation.reach import reach_at
from attnstudio.interpretation.words import is_mark, joined, word_groups


@dataclass(frozen=True, slots=True)
class ZeroWord:
    """How often one word is left out.

    A look is a place of the target together with a head that could look at the word there; a word
    gets exactly nothing where all its pieces do. Where a head has no choice, as in a sentence of
    one piece or at the end of a window, it has no look.

    Attributes:
        word: as it is mostly written.
        occurrences: how often it stands in the sources.
        of_heads: the share of looks that give it exactly nothing, 0 to 1.
        by_all: the share of places of the target at which no head of any layer looks at it.
        never: the share of occurrences at which no head looks at it from any place.
    """

    word: str
    occurrences: int
    of_heads: float
    by_all: float
    never: float


class ZeroWordCounts:
    """Counts in one sentence after the other where the target looks at its source."""

    def __init__(self) -> None:
        self._counts: dict[str, _Counts] = {}

    def add(self, record: Record) -> None:
        """Take in a sentence, whose numbers are those that the model computed with."""
        site = record.cross
        if site is None or not record.has_text(site.keys):
            return
        units = record.text_of(site.keys)
        groups = word_groups(units)
        words = joined(units, groups)
        starts = [group[0] for group in groups]
        looks = _looks_of(record.matrices[site], starts, reach_at(site, 1, len(units)))
        for number, group in enumerate(groups):
            if not is_mark(units, group[0]):
                word = words.label(number)
                counts = self._counts.setdefault(word.lower(), _Counts())
                counts.add(word, looks.could[..., number], looks.did[..., number])

    def words(self, least: int = 1) -> tuple[ZeroWord, ...]:
        """The words, capitals and small letters alike, those that are left out most often first.

        Args:
            least: how often a word has to stand there.
        """
        found = [
            counts.word()
            for counts in self._counts.values()
            if counts.occurrences >= least and counts.looks
        ]
        return tuple(
            sorted(found, key=lambda it: (-it.of_heads, -it.by_all, -it.occurrences, it.word))
        )

    @property
    def zeros(self) -> int:
        """How many looks gave a word exactly nothing, of all words together."""
        return sum(counts.zeros for counts in self._counts.values())

    @property
    def looks(self) -> int:
        """How many there were."""
        return sum(counts.looks for counts in self._counts.values())


@dataclass(frozen=True, slots=True)
class _Looks:
    """Of one sentence, each (layers, heads, target places, source words).

    Attributes:
        could: whether a head that has a choice could look at a word.
        did: whether it gave any piece of it more than nothing.
    """

    could: NDArray[np.bool_]
    did: NDArray[np.bool_]


def _looks_of(matrix: Matrix, starts: list[int], everywhere: NDArray[np.bool_]) -> _Looks:
    weights = matrix.weights
    reached = everywhere if matrix.reached is None else matrix.reached
    reached = np.broadcast_to(reached, weights.shape)
    has_choice = reached.sum(axis=-1, keepdims=True) > 1
    could = np.logical_or.reduceat(reached, starts, axis=-1) & has_choice
    return _Looks(could, np.logical_or.reduceat(weights > 0.0, starts, axis=-1))


@dataclass(slots=True)
class _Counts:
    """Of one word."""

    written: Counter[str] = field(default_factory=Counter)
    occurrences: int = 0
    never: int = 0
    places: int = 0
    by_all: int = 0
    looks: int = 0
    zeros: int = 0

    def add(self, word: str, could: NDArray[np.bool_], did: NDArray[np.bool_]) -> None:
        """Of one occurrence, each (layers, heads, target places)."""
        self.written[word] += 1
        self.looks += int(could.sum())
        self.zeros += int((could & ~did).sum())
        is_place, is_seen = could.any(axis=(0, 1)), did.any(axis=(0, 1))
        self.places += int(is_place.sum())
        self.by_all += int((is_place & ~is_seen).sum())
        self.occurrences += bool(is_place.any())
        self.never += bool(is_place.any() and not is_seen.any())

    def word(self) -> ZeroWord:
        [(word, _)] = self.written.most_common(1)
        return ZeroWord(
            word,
            self.occurrences,
            self.zeros / self.looks,
            self.by_all / self.places,
            self.never / self.occurrences,
        )
