"""Which of the translations that CTranslate2 finds our own search would have chosen.

Its search keeps the beams that ours keeps, step by step, and differs in when it ends and in how it
weighs lengths. Without a weight for lengths it ends at the first step whose likeliest candidate is
an end, or later where more ends are asked for. There ours has ended too, as what has just ended is
at least as good as all that goes on; so all that ours can choose from is among what it found. And
among that, ours holds the likeliest: what was likelier than all ends kept it going. It chooses
another only where that one is longer, better once lengths count, and was found before ours ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OnTheWay = Mapping[int, Sequence[float]]
"""Of what was found, by its number: the log probability of each of its beginnings."""


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


def to_be_scored(
    found: Sequence[Found], on_the_way: OnTheWay, alpha: float, longest: int
) -> list[int]:
    """Of which beginnings have to be scored before `choose` can say what is ours; often of one.

    Args:
        found: see `choose`, also for the others.
        on_the_way: of those that were scored already.
        alpha: see there.
        longest: see there.
    """
    choice = _choose(found, on_the_way, alpha, longest)
    return choice if isinstance(choice, list) else []


def choose(found: Sequence[Found], on_the_way: OnTheWay, alpha: float, longest: int) -> int | None:
    """Our choice by the number of what was found; None where ours goes on to its longest length.

    Ours ends at the first length at which the best that has ended scores at least as high as the
    best that has not, both over the penalty of their lengths.

    Args:
        found: likeliest first.
        on_the_way: for each that `to_be_scored` named the log probabilities of its beginnings, of
            one piece, of two and so on.
        alpha: of the penalty.
        longest: how many pieces ours allows, ``</s>`` included.
    """
    choice = _choose(found, on_the_way, alpha, longest)
    assert not isinstance(choice, list)  # all that has to be scored was scored
    return choice


def _choose(
    found: Sequence[Found], on_the_way: OnTheWay, alpha: float, longest: int
) -> int | list[int] | None:
    """Our choice, or what has to be scored first."""
    scores = [_score(each, alpha) for each in found]
    for length in range(1, longest):
        ended = [n for n, each in enumerate(found) if each.is_whole and each.length <= length]
        if not ended:
            continue
        best = max(ended, key=scores.__getitem__)
        going = [n for n, each in enumerate(found) if n not in ended and each.length >= length]
        if not going:
            return best
        # No beginning is less likely than the whole.
        least = [on_the_way[n][length - 1] if n in on_the_way else found[n].total for n in going]
        if max(least) / length_penalty(length, alpha) > scores[best]:
            continue
        unknown = [n for n in going if n not in on_the_way]
        if not unknown:
            return best
        if all(
            found[n].is_whole and found[n].length < longest and scores[n] < scores[best]
            for n in going
        ):
            return best  # at this length or later: nothing better comes
        # Ours goes on if the one that would be chosen is ahead, as it mostly is.
        first = max(going, key=scores.__getitem__)
        return [first] if first in unknown else unknown
    return None


def _score(found: Found, alpha: float) -> float:
    return found.total / length_penalty(found.length, alpha)
