"""Words by how often they stand in the training text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_BINS = ((0, "never"), (1, "1"), (5, "2-5"), (20, "6-20"), (100, "21-100"))
_MORE = "more"
FREQUENCY_BINS = (*(name for _, name in _BINS), _MORE)


@dataclass(frozen=True, slots=True)
class WordFrequencies:
    """How often words stand in the training text, capitals and small letters alike.

    Attributes:
        source: of source words in small letters; those that it lacks never stand there.
        target: of target words.
    """

    source: Mapping[str, int]
    target: Mapping[str, int]


def frequency_bin(count: int) -> int:
    """The place in `FREQUENCY_BINS` of a word that stands in the training text so often."""
    return next((place for place, (most, _) in enumerate(_BINS) if count <= most), len(_BINS))
