"""Alignment errors over a whole set: with intervals, apart for punctuation and rare words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.corpus.text import makes_words
from attnstudio.evaluation.alignment_error import AlignmentScore, score_alignments
from attnstudio.evaluation.bootstrap import Interval, interval_of, resampled_totals
from attnstudio.evaluation.word_frequency import FREQUENCY_BINS, WordFrequencies, frequency_bin

WHOLE = "all"
PARTS = ("words", "punctuation")
_COUNTS = 5  # |A|, |S|, |P|, |A∩S|, |A∩P|, as in `AlignmentScore`

Words = Sequence[Sequence[str]]
_GroupOf = Callable[[Link], int]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """How well some of the links were found.

    Attributes:
        group: which links: `WHOLE`, one of `PARTS` or of `FREQUENCY_BINS`.
        score: counts and rates.
        aer: where the alignment error rate lies with 95 %, over sets of pairs like this one.
        precision: where the precision lies.
        recall: where the recall lies.
    """

    group: str
    score: AlignmentScore
    aer: Interval
    precision: Interval
    recall: Interval


@dataclass(frozen=True, slots=True)
class AlignmentReport:
    """How well links were found over a set of pairs; groups without any link are left out.

    Attributes:
        pairs: how many pairs were compared.
        whole: all links.
        parts: links between words, and those that touch a sign.
        by_source: links by how often their source word stands in the training text.
        by_target: links by how often their target word does.
    """

    pairs: int
    whole: GroupScore
    parts: tuple[GroupScore, ...]
    by_source: tuple[GroupScore, ...]
    by_target: tuple[GroupScore, ...]


def report_alignments(
    hypotheses: Sequence[Alignment],
    golds: Sequence[Alignment],
    sources: Words,
    targets: Words,
    frequencies: WordFrequencies,
) -> AlignmentReport:
    """Compare links with gold ones, in all and in groups; every link is in one group of each kind.

    Args:
        hypotheses: the links under test; all of them count, sure and possible ones alike.
        golds: the links that people drew, in the same order.
        sources: the words of each source sentence, which the links count.
        targets: those of its translation.
        frequencies: of these words in the training text.

    Raises:
        AlignmentError: the numbers of sentence pairs differ.
    """
    score_alignments(hypotheses, golds)  # refuses what does not belong together
    pairs = list(zip(hypotheses, golds, sources, targets, strict=True))

    def of_groups(
        names: Sequence[str], group_of: Callable[[Sequence[str], Sequence[str]], _GroupOf]
    ) -> tuple[GroupScore, ...]:
        counts = [
            _count(hypothesis, gold, group_of(source, target), len(names))
            for hypothesis, gold, source, target in pairs
        ]
        return _scores(names, np.array(counts, np.int64).reshape(-1, len(names) * _COUNTS))

    return AlignmentReport(
        pairs=len(pairs),
        whole=score_with_interval(hypotheses, golds),
        parts=_with_links(of_groups(PARTS, _by_part)),
        by_source=_with_links(
            of_groups(
                FREQUENCY_BINS, lambda source, _: _by_frequency(source, frequencies.source, 0)
            )
        ),
        by_target=_with_links(
            of_groups(
                FREQUENCY_BINS, lambda _, target: _by_frequency(target, frequencies.target, 1)
            )
        ),
    )


def score_with_interval(hypotheses: Sequence[Alignment], golds: Sequence[Alignment]) -> GroupScore:
    """The rates over all links of a set, and where they lie with 95 %.

    Args:
        hypotheses: the links under test.
        golds: the links that people drew, in the same order.

    Raises:
        AlignmentError: the numbers of sentence pairs differ.
    """
    score_alignments(hypotheses, golds)  # refuses what does not belong together
    counts = [
        _count(hypothesis, gold, lambda _: 0, 1)
        for hypothesis, gold in zip(hypotheses, golds, strict=True)
    ]
    (whole,) = _scores((WHOLE,), np.array(counts, np.int64).reshape(-1, _COUNTS))
    return whole


def _by_part(source: Sequence[str], target: Sequence[str]) -> _GroupOf:
    is_sign = [[not any(map(makes_words, word)) for word in side] for side in (source, target)]
    return lambda link: int(is_sign[0][link.source] or is_sign[1][link.target])


def _by_frequency(words: Sequence[str], counts: Mapping[str, int], side: int) -> _GroupOf:
    bins = [frequency_bin(counts.get(word.lower(), 0)) for word in words]
    return lambda link: bins[link[side]]


def _count(
    hypothesis: Alignment, gold: Alignment, group_of: _GroupOf, groups: int
) -> NDArray[np.int64]:
    """The counts of one pair, those of the first group first: (groups × counts,)."""
    found = hypothesis.possible
    kinds = (found, gold.sure, gold.possible, found & gold.sure, found & gold.possible)
    places = [group_of(link) * _COUNTS + kind for kind, links in enumerate(kinds) for link in links]
    return np.bincount(np.array(places, np.int64), minlength=groups * _COUNTS)


def _scores(names: Sequence[str], counts: NDArray[np.int64]) -> tuple[GroupScore, ...]:
    """The score of each group from the counts of each pair: (pairs, groups × counts)."""
    totals = counts.sum(axis=0).reshape(-1, _COUNTS)
    drawn = resampled_totals(counts).reshape(-1, len(names), _COUNTS)
    return tuple(
        GroupScore(name, AlignmentScore(*totals[group].tolist()), *_intervals(drawn[:, group]))
        for group, name in enumerate(names)
    )


def _intervals(drawn: NDArray[np.int64]) -> tuple[Interval, Interval, Interval]:
    """Of the three rates, which are those of `AlignmentScore` here for all draws at once."""
    links, sure, _, links_sure, links_possible = drawn.T
    error = 1 - _share(links_sure + links_possible, links + sure)
    return (
        interval_of(error),
        interval_of(_share(links_possible, links)),
        interval_of(_share(links_sure, sure)),
    )


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """1 where there is nothing to be wrong or missed."""
    return np.where(whole > 0, part / np.maximum(whole, 1), 1.0)


def _with_links(groups: Sequence[GroupScore]) -> tuple[GroupScore, ...]:
    return tuple(group for group in groups if group.score.links or group.score.possible)
