"""Searching a corpus."""

import re

import pytest

from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.lengths import measure_lengths
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.searching import (
    Order,
    PairQuery,
    Range,
    SearchedSide,
    find_pairs,
    text_matcher,
)
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.statistics import Measure
from attnstudio.errors import CorpusError


@pytest.fixture
def write(tmp_path):
    def write(pairs):
        with CorpusWriter(tmp_path, "en", "de") as writer:
            for number, (source, target) in enumerate(pairs):
                writer.add(SentencePair(source, target), list(Split)[number % 3])
            return ParallelCorpus(writer.finish())

    return write


@pytest.fixture
def corpus(write, pairs):
    return write([(pair.source, pair.target) for pair in pairs] * 20)  # over one block


def found(corpus, **query):
    return find_pairs(corpus, PairQuery(**query), measure_lengths(corpus)).tolist()


@pytest.mark.parametrize("text", ["HUND", "dog sees", "ö", "nowhere"])
@pytest.mark.parametrize("side", SearchedSide)
def test_hits_are_those_of_a_naive_loop(corpus, text, side):
    expected = []
    for index in range(len(corpus)):
        sides = {"source": [corpus.source(index)], "target": [corpus.target(index)]}
        texts = sides.get(side.value, [*sides["source"], *sides["target"]])
        if any(text.lower() in sentence.lower() for sentence in texts):
            expected.append(index)

    assert found(corpus, text=text, side=side) == expected


def test_an_expression_is_searched_in_each_sentence(corpus):
    pattern = re.compile(r"^heute \w+ (der|mein)\b", re.IGNORECASE)
    expected = [i for i in range(len(corpus)) if pattern.search(corpus.target(i))]

    assert expected
    assert found(corpus, text=r"^HEUTE \w+ (der|mein)\b", is_expression=True) == expected


def test_plain_text_is_no_expression(write):
    corpus = write([("a.c", "x"), ("abc", "x"), ("(", "x")])

    assert found(corpus, text="a.c") == [0]
    assert found(corpus, text="(") == [2]


def test_large_letters_with_two_small_ones_and_decomposed_accents_are_found(write):
    corpus = write([("Straße", "x"), ("café", "x")])

    assert found(corpus, text="STRASSE") == [0]
    assert found(corpus, text="cafe\u0301") == [1]


def test_a_split_alone_needs_no_reading(corpus):
    query = PairQuery(split=Split.VALID)

    assert not query.needs_lengths
    assert not query.looks_inside
    assert find_pairs(corpus, query).tolist() == corpus.indices(Split.VALID).tolist()


def test_all_parts_of_a_query_hold_together(corpus):
    everything = set(found(corpus, text="dog"))
    test = set(found(corpus, split=Split.TEST))

    assert set(found(corpus, text="dog", split=Split.TEST)) == everything & test


def test_lengths_lie_in_a_range_whose_end_is_not_inside(write):
    corpus = write([("w " * n, "w w") for n in range(1, 9)])

    assert found(corpus, ranges=(Range(Measure.SOURCE_LENGTH, 3, 5),)) == [2, 3]
    assert found(corpus, ranges=(Range(Measure.TARGET_LENGTH, 2, 3),)) == list(range(8))
    assert found(corpus, ranges=(Range(Measure.LENGTH_RATIO, 0.5, 2.0),)) == [1, 2, 3]
    assert found(corpus, ranges=(Range(Measure.LENGTH_RATIO, 0.5, 2.0, inside=False),)) == [
        0, 4, 5, 6, 7,
    ]  # fmt: skip


def test_several_ranges_hold_together(write):
    corpus = write([("w " * n, "v " * (9 - n)) for n in range(1, 9)])
    long_source = Range(Measure.SOURCE_LENGTH, 4, 9)
    long_target = Range(Measure.TARGET_LENGTH, 4, 9)

    assert found(corpus, ranges=(long_source, long_target)) == [3, 4]
    assert found(corpus, ranges=(long_source, long_target), split=Split.TRAIN) == [3]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, [0, 1, 2, 3, 4]),
        (Order(Measure.SOURCE_LENGTH), [1, 4, 0, 2, 3]),
        (Order(Measure.SOURCE_LENGTH, is_falling=True), [3, 0, 2, 1, 4]),
        (Order(Measure.TARGET_LENGTH), [0, 3, 1, 2, 4]),
        (Order(Measure.LENGTH_RATIO, is_falling=True), [4, 1, 2, 0, 3]),
    ],
)
def test_pairs_come_in_the_order_that_is_asked_for_and_equal_ones_stay(write, order, expected):
    corpus = write([("a b", "x"), ("a", "x y"), ("a b", "x y"), ("a b c", "x"), ("a", "x y z")])

    assert found(corpus, order=order) == expected


def test_lengths_of_a_language_without_spaces_are_characters(tmp_path):
    with CorpusWriter(tmp_path, "en", "zh") as writer:
        writer.add(SentencePair("two words", "我们 学习"), Split.TRAIN)
        lengths = measure_lengths(ParallelCorpus(writer.finish()))

    assert (lengths.source.tolist(), lengths.target.tolist()) == ([2], [4])
    assert lengths.by(Measure.LENGTH_RATIO).tolist() == [2.0]


def test_measuring_lengths_tells_how_far_it_is_and_can_be_stopped(corpus):
    told = []
    measure_lengths(corpus, progress=lambda done, total: told.append((done, total)))

    assert told == [(4_096, 6_400), (6_400, 6_400)]
    assert measure_lengths(corpus, should_stop=lambda: True) is None


def test_what_is_no_expression_is_said():
    with pytest.raises(CorpusError, match=r"^This is not a regular expression: .* at character 1 "):
        text_matcher("(", is_expression=True)


def test_a_search_tells_how_far_it_is_and_can_be_stopped(corpus):
    told = []
    find_pairs(corpus, PairQuery("x"), progress=lambda done, total: told.append((done, total)))

    assert told == [(4_096, 6_400), (6_400, 6_400)]
    assert find_pairs(corpus, PairQuery("x"), should_stop=lambda: True) is None
