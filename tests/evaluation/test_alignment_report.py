"""Errors by group and with intervals, beside a recomputation link by link and draw by draw."""

import random
from dataclasses import asdict

import numpy as np
import pytest

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.alignment_report import report_alignments, score_with_interval
from attnstudio.evaluation.bootstrap import Interval
from attnstudio.evaluation.word_frequency import FREQUENCY_BINS, WordFrequencies, frequency_bin

WORDS = ["the", "Dog", "sees", "a", "bird", ".", ",", "xyzzy"]
COUNTS = {"the": 500, "dog": 21, "sees": 20, "a": 5, "bird": 1}
FREQUENCIES = WordFrequencies(COUNTS, {word: 2 * count for word, count in COUNTS.items()})
BIN_OF = {"the": "more", "dog": "21-100", "sees": "6-20", "a": "2-5", "bird": "1"}


@pytest.fixture(scope="module")
def made():
    """Eighty pairs with links at random, the half of which is gold."""
    chance = random.Random(3)

    def drawn(share):
        places = [Link(s, t) for s in range(6) for t in range(5)]
        return frozenset(link for link in places if chance.random() < share)

    golds = [Alignment(drawn(0.1), drawn(0.1)) for _ in range(80)]
    found = [Alignment((gold.sure | drawn(0.1)) - drawn(0.4)) for gold in golds]
    sides = [[chance.choices(WORDS, k=size) for _ in golds] for size in (6, 5)]
    return found, golds, *sides


def kept(alignments, sources, targets, is_wanted):
    """The alignments with those links alone whose two words are wanted."""
    return [
        Alignment(
            *(
                frozenset(
                    link for link in links if is_wanted(source[link.source], target[link.target])
                )
                for links in (alignment.sure, alignment.possible)
            )
        )
        for alignment, source, target in zip(alignments, sources, targets, strict=True)
    ]


def is_sign(word):
    return word in {".", ","}


def score_of(made, is_wanted):
    found, golds, sources, targets = made
    return score_alignments(
        kept(found, sources, targets, is_wanted), kept(golds, sources, targets, is_wanted)
    )


def test_the_whole_is_what_the_plain_score_says(made):
    report = report_alignments(*made, FREQUENCIES)

    assert report.pairs == 80
    assert report.whole.score == score_alignments(*made[:2])
    assert report.whole == score_with_interval(*made[:2])


def test_punctuation_is_apart_from_words(made):
    words, signs = report_alignments(*made, FREQUENCIES).parts

    assert words.score == score_of(made, lambda s, t: not (is_sign(s) or is_sign(t)))
    assert signs.score == score_of(made, lambda s, t: is_sign(s) or is_sign(t))


@pytest.mark.parametrize("side", [0, 1])
def test_links_are_told_apart_by_how_often_their_word_was_seen(made, side):
    report = report_alignments(*made, FREQUENCIES)
    groups = (report.by_source, report.by_target)[side]
    doubled = {"sees": "21-100", "a": "6-20", "bird": "2-5"}
    bins = BIN_OF | doubled if side else BIN_OF

    assert [group.group for group in groups] == [
        name for name in FREQUENCY_BINS if name in {"never", *bins.values()}
    ]
    for group in groups:
        score = score_of(
            made, lambda *words, name=group.group: bins.get(words[side].lower(), "never") == name
        )
        assert group.score == score


@pytest.mark.parametrize(
    ("count", "name"),
    [(0, "never"), (1, "1"), (2, "2-5"), (5, "2-5"), (6, "6-20"), (20, "6-20"), (21, "21-100"),
     (100, "21-100"), (101, "more"), (10**9, "more")],
)  # fmt: skip
def test_where_the_bins_end(count, name):
    assert FREQUENCY_BINS[frequency_bin(count)] == name


def test_intervals_are_those_of_pairs_drawn_again(made):
    """A loop over draws, with another generator: the ends agree as far as chance lets them."""
    found, golds = made[:2]
    chance = random.Random(9)
    rates = []
    for _ in range(4_000):
        drawn = chance.choices(range(len(golds)), k=len(golds))
        score = score_alignments([found[i] for i in drawn], [golds[i] for i in drawn])
        rates.append((score.aer, score.precision, score.recall))
    ends = np.quantile(np.array(rates), (0.025, 0.975), axis=0)

    whole = score_with_interval(found, golds)

    for interval, low, high in zip((whole.aer, whole.precision, whole.recall), *ends, strict=True):
        assert asdict(interval) == pytest.approx({"low": low, "high": high}, abs=0.012)
        assert 0.03 < interval.high - interval.low < 0.25


def test_more_pairs_make_it_surer_and_one_pair_tells_nothing_of_others(made):
    found, golds = made[:2]
    few, many = (score_with_interval(found[:20] * n, golds[:20] * n).aer for n in (1, 16))

    assert 3 < (few.high - few.low) / (many.high - many.low) < 5
    score = score_alignments(found[:1], golds[:1]).aer
    assert score_with_interval(found[:1], golds[:1]).aer == Interval(score, score)


def test_nothing_to_compare():
    report = report_alignments([], [], [], [], FREQUENCIES)

    assert (report.pairs, report.parts, report.by_source, report.by_target) == (0, (), (), ())
    assert report.whole.aer == Interval(0, 0)
    assert report.whole.precision == Interval(1, 1)


def test_links_without_a_partner_are_an_error(made):
    with pytest.raises(AlignmentError, match="79 alignments to score, but 80 gold"):
        report_alignments(made[0][1:], *made[1:], FREQUENCIES)
