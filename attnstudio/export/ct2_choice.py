"""Which of the translations that CTranslate2 finds our own search would have chosen.

Its search keeps the beams that ours keeps, step by step, and differs in when it ends and in how it
weighs lengths. Without a weight for lengths it ends at the first step whose likeliest candidate is
an end, or later where more ends are asked for. There ours has ended too, as what has just ended is
at least as good as all that goes on; so all that ours can choose from is among what it found. And
among that, ours holds the likeliest: what was likelier than all ends kept it going. It chooses
another only where that one is longer, better once lengths count, and was found before ours ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A translation that a search without a weight for lengths has found.

    Attributes:
        length: in pieces, ``</s>`` included.
        total: its log probability.
        is_whole: whether it ended with ``</s>`` and not at the longest length.
    """

    length: int
    total: float
    is_whole: bool = True


def length_penalty(length: int, alpha: float) -> float:
    """((5 + length) / 6) ** alpha (Wu et al. 2016, equation 14), without torch."""
    return float(((5 + length) / 6) ** alpha)


def is_plain(found: Sequence[Found], alpha: float, longest: int) -> bool:
    """Whether the likeliest, which is the first, is our choice for certain."""
    if any(not each.is_whole or each.length > longest for each in found):
        return False
    return all(_score(each, alpha) <= _score(found[0], alpha) for each in found)


def to_be_scored(found: Sequence[Found]) -> list[int]:
    """Of which the log probability at each of their pieces decides."""
    first = min((each.length for each in found if each.is_whole), default=0)
    return [number for number, each in enumerate(found) if each.length > first]


def choose(
    found: Sequence[Found], on_the_way: dict[int, Sequence[float]], alpha: float, longest: int
) -> int | None:
    """Our choice by the number of what was found; None where ours goes on to its longest length.

    Ours ends at the first length at which the best that has ended scores at least as high as the
    best that has not, both over the penalty of their lengths.

    Args:
        found: likeliest first.
        on_the_way: for each of `to_be_scored` the log probabilities of its beginnings, of one
            piece, of two and so on.
        alpha: of the penalty.
        longest: how many pieces ours allows, ``</s>`` included.
    """
    for length in range(1, longest):
        ended = [n for n, each in enumerate(found) if each.is_whole and each.length <= length]
        if not ended:
            continue
        best = max(ended, key=lambda n: _score(found[n], alpha))
        going = [
            totals[length - 1]
            for number, totals in on_the_way.items()
            if number not in ended and len(totals) >= length
        ]
        if not going or _score(found[best], alpha) >= max(going) / length_penalty(length, alpha):
            return best
    return None


def _score(found: Found, alpha: float) -> float:
    return found.total / length_penalty(found.length, alpha)
