"""What a correction begins with, the order of the pairs, and what corrections tell."""

from dataclasses import replace

import numpy as np
import pytest
from word_spans import space_spans

from attnstudio.corpus.alignment import Alignment, GoldLinks, Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.project.corpus_links import PairLinks
from attnstudio.project.correction_progress import progress_of
from attnstudio.project.corrections import Correction, PairTexts, is_held_out
from attnstudio.project.link_editing import (
    are_least_certain,
    corrected_pairs,
    doubts_of_pairs,
    editable_pair,
)


def found(source, target, pharaoh, *confidences):
    links = sorted(Alignment.from_pharaoh(pharaoh).sure)
    return PairLinks(
        space_spans(source), space_spans(target), tuple(links), np.array(confidences, np.float32)
    )


def links(source, target, pharaoh):
    return GoldLinks(space_spans(source), space_spans(target), Alignment.from_pharaoh(pharaoh))


@pytest.fixture
def corpus(empty, fill):
    given = SentencePair("c d", "e f", links("c d", "e f", "0-1"))
    return fill(empty, train=["a b|x y", given, "g|h"], valid=["a b|x y"])


FOUND = [
    found("a b", "x y", "0-0 0-1 1-1", 0.9, 0.2, 0.5),
    found("c d", "e f", "0-0 1-1", 0.9, 0.9),
    found("g", "h", "0-0", 1.0),
    found("a b", "x y", "0-0", 0.45),
]


def test_a_pair_begins_with_what_was_found(corpus):
    pair = editable_pair(corpus, FOUND, {}, 0)

    assert pair.links == pair.found == Alignment.from_pharaoh("0-0 1-1")
    assert not pair.is_corrected
    assert pair.corrected(Alignment()).former is None


def test_given_links_come_before_found_ones(corpus):
    pair = editable_pair(corpus, FOUND, {}, 1)

    assert pair.links == Alignment.from_pharaoh("0-1")
    assert pair.found == Alignment.from_pharaoh("0-0 1-1")
    assert pair.corrected(Alignment()).former == corpus.gold(1)


def test_corrected_links_come_first_and_withdrawn_ones_no_more(corpus):
    correction = editable_pair(corpus, FOUND, {}, 0).corrected(Alignment.from_pharaoh("1p0"))
    withdrawn = replace(correction, is_withdrawn=True)

    again = editable_pair(corpus, FOUND, {correction.texts: correction}, 3)
    former = editable_pair(corpus, FOUND, {correction.texts: withdrawn}, 0)

    assert (again.links, again.is_corrected) == (Alignment.from_pharaoh("1p0"), True)
    assert (former.links, former.is_corrected) == (Alignment.from_pharaoh("0-0 1-1"), False)
    assert corrected_pairs(corpus, {correction.texts: correction}).tolist() == [0, 3]
    assert corrected_pairs(corpus, {correction.texts: withdrawn}).tolist() == []


def test_found_links_are_carried_to_words_that_are_cut_in_another_way(empty, fill):
    gold = GoldLinks((Span(0, 7),), (Span(0, 1), Span(1, 3)), Alignment.from_pharaoh("0-0"))
    corpus = fill(empty, train=[SentencePair("ice tea", "冰红茶", gold)])
    pair = PairLinks(
        space_spans("ice tea"),
        (Span(0, 1), Span(1, 2), Span(2, 3)),
        tuple(sorted(Alignment.from_pharaoh("0-0 1-2").sure)),
        np.ones(2, np.float32),
    )

    assert editable_pair(corpus, [pair], {}, 0).found == Alignment.from_pharaoh("0-0 0-1")


def test_the_least_certain_pair_comes_first():
    assert np.argsort(-doubts_of_pairs(FOUND), kind="stable").tolist() == [0, 3, 1, 2]
    assert doubts_of_pairs(FOUND, should_stop=lambda: True) is None


def correction(number, pharaoh, found="0-0 1-1"):
    texts = PairTexts(f"a {number}", f"b {number}")
    return Correction(texts, links(*texts, pharaoh), Alignment.from_pharaoh(found))


def test_errors_are_counted_over_all_corrections_and_over_the_held_out_ones():
    some = [correction(number, "0-0 1p1" if number % 2 else "0-0 1-0") for number in range(60)]
    held_out = sum(is_held_out(*each.texts) for each in some)

    progress = progress_of(
        [*some, Correction(PairTexts("x", "y"), some[0].links, some[0].found, is_withdrawn=True)]
    )

    assert progress.corrected.pairs == 60
    assert progress.held_out.pairs == held_out > 0
    # of 120 found links 30 are wrong; 90 are sure in the corrections, 60 of which were found
    assert progress.corrected.score.aer == pytest.approx(1 - (60 + 90) / (120 + 90))
    assert progress.corrected.aer.low < progress.corrected.score.aer < progress.corrected.aer.high


def test_nothing_corrected_tells_no_error():
    progress = progress_of([])

    assert (progress.corrected.pairs, progress.held_out.pairs) == (0, 0)


@pytest.mark.parametrize(
    ("pairs", "told"), [({90}, True), ({90, 99}, True), ({89}, False), (set(range(70, 100)), False)]
)
def test_pairs_are_among_the_least_certain(pairs, told):
    assert are_least_certain(pairs, np.arange(100)[::-1]) is told
    assert not are_least_certain(set(), np.arange(100))
