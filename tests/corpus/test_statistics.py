"""Statistics of a corpus."""

from collections import Counter
from statistics import median

import numpy as np
import pytest

from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.statistics import (
    WordCount,
    compute_statistics,
    length_bins,
    longest,
    ratio_bins,
    shortest,
)


@pytest.fixture
def write(tmp_path):
    def write(pairs, languages=("en", "de"), split=Split.TRAIN):
        with CorpusWriter(tmp_path, *languages) as writer:
            for source, target in pairs:
                writer.add(SentencePair(source, target), split)
            return ParallelCorpus(writer.finish())

    return write


@pytest.fixture
def corpus(write, pairs):
    return write([(pair.source, pair.target) for pair in pairs])


def test_numbers_are_those_of_a_naive_count(corpus, pairs):
    statistics = compute_statistics(corpus)

    words = Counter(word for pair in pairs for word in pair.target.lower().split())
    assert statistics.pairs == {Split.TRAIN: 320, Split.VALID: 0, Split.TEST: 0}
    assert statistics.source.lengths.tolist() == [len(pair.source.split()) for pair in pairs]
    assert statistics.target.tokens == words.total()
    assert statistics.target.words == words.total()
    assert statistics.target.vocabulary == len(words)
    assert dict(statistics.target.frequent) == dict(words.most_common(20))
    assert statistics.target.type_token_ratio == len(words) / words.total()
    ratios = [len(pair.target.split()) / len(pair.source.split()) for pair in pairs]
    assert statistics.ratios.tolist() == ratios
    assert statistics.median_ratio == median(ratios)
    assert not statistics.is_sample


def test_words_are_counted_without_case_and_punctuation(write):
    statistics = compute_statistics(write([("The dog, the DOG – it's “the” one.", "x")]))

    assert statistics.source.frequent[:2] == (WordCount("the", 3), WordCount("dog", 2))
    assert ("it's", 1) in statistics.source.frequent
    assert statistics.source.words == 7
    assert statistics.source.tokens == 8  # the dash stands between spaces


def test_characters_are_counted_where_there_are_no_spaces(write):
    statistics = compute_statistics(write([("I love you.", "我 爱你。")], ("en", "zh-Hans")))

    assert statistics.target.lengths.tolist() == [4]
    assert {entry.word for entry in statistics.target.frequent} == {"我", "爱", "你"}


def test_a_large_corpus_is_sampled_evenly_from_end_to_end(corpus, pairs):
    statistics = compute_statistics(corpus, most_pairs=100)

    assert statistics.is_sample
    assert len(statistics.read) == 100
    assert (statistics.read[0], statistics.read[-1]) == (0, 319)
    assert set(np.diff(statistics.read).tolist()) == {3, 4}
    expected = [len(pairs[i].target.split()) for i in statistics.read]
    assert statistics.target.lengths.tolist() == expected


def test_length_bins_hold_every_sentence_and_the_last_is_open(write):
    corpus = write([("w " * n, "w") for n in [*range(1, 300), 5_000]])
    source, target = length_bins(compute_statistics(corpus))

    assert source.edges == target.edges
    assert source.edges[0] == 1
    assert source.edges[-1] == np.inf
    assert sum(source.counts) == sum(target.counts) == 300
    assert target.counts[0] == 300
    assert source.counts[0] == source.edges[1] - 1


def test_ratio_bins_part_usual_from_unusual_pairs(write):
    usual = [("w w", "w w")] * 20
    corpus = write([*usual, ("w " * 7, "w w"), ("w", "w " * 4), ("w", "w w w"), ("w w w", "w")])
    statistics = compute_statistics(corpus)
    bins = ratio_bins(statistics)

    assert statistics.usual_ratios == (1 / 3, 3.0)
    assert statistics.outliers == 3  # 2/7, 4 and 3, which is no longer inside; 1/3 is
    assert bins.counts[0] == 1
    assert bins.counts[-1] == 2
    assert sum(bins.counts) == len(corpus)


def test_the_longest_and_the_shortest_sentence_are_found_in_the_corpus(corpus):
    statistics = compute_statistics(corpus, most_pairs=7)
    lengths = np.array([2, 5, 1, 5, 1, 2, 2])

    assert longest(lengths, statistics.read) == (statistics.read[1], 5)
    assert shortest(lengths, statistics.read) == (statistics.read[2], 1)


def test_progress_ends_at_the_total(corpus):
    told = []
    compute_statistics(corpus, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (320, 320)


def test_a_stopped_computation_gives_nothing(corpus):
    assert compute_statistics(corpus, should_stop=lambda: True) is None
