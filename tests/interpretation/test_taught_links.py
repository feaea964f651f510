"""A head that was taught links gives all that it looks at enough; every other its maximum."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record
from word_spans import space_spans

from attnstudio.axes import Matrix, Meaning
from attnstudio.corpus.alignment import Alignment, GoldLinks, Link
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.evaluation.reading import choose_reading
from attnstudio.interpretation.links import word_links
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Measure, Reading, ReadingMethod
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token, end_token

TAUGHT = Reading(1, 0, ReadingMethod.SHIFTED)
SOURCE_WORDS = ((0, 1), (2,), (3, 4, 5))  # the places of the pieces of each word
TARGET_WORDS = ((0,), (1, 2), (3,))
SOURCE = (
    "abcd ef ghijkl",
    (
        Token("▁ab", 0, 2),
        Token("cd", 2, 4),
        Token("▁ef", 4, 7),
        Token("▁gh", 7, 10),
        Token("ij", 10, 12),
        Token("kl", 12, 14),
        end_token("abcd ef ghijkl"),
    ),
)
TARGET = (
    "uv wxyz s",
    (
        Token("▁uv", 0, 2),
        Token("▁wx", 2, 5),
        Token("yz", 5, 7),
        Token("▁s", 7, 9),
        end_token("uv wxyz s"),
    ),
)
SPANS = space_spans(SOURCE[0]), space_spans(TARGET[0])


def record_of(seed):
    random = np.random.default_rng(seed)
    cross = random.random((2, 2, 5, 7)) ** 3
    cross /= cross.sum(axis=-1, keepdims=True)
    norms = Matrix(random.random((2, 2, 5, 7)), Meaning.MAGNITUDE)
    record = make_record(SOURCE, TARGET, cross=cross)
    return replace(record, taught=TAUGHT, measured={Measure.NORMS: {CROSS: norms}})


def by_threshold(record):
    """The links of the taught head, cell by cell."""
    head = record.matrices[CROSS].weights[TAUGHT.layer, TAUGHT.head].astype(np.float64)
    rows = [head[min(place + 1, len(head) - 1)] for place in range(len(head))]
    return {
        Link(source, target)
        for source, columns in enumerate(SOURCE_WORDS)
        for target, places in enumerate(TARGET_WORDS)
        if np.mean([sum(rows[place][column] for column in columns) for place in places]) > 0.3
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_taught_head_links_all_that_it_looks_at_enough(seed):
    record = record_of(seed)

    assert word_links(record, TAUGHT, *SPANS).sure == by_threshold(record)
    assert view_of(record, TAUGHT, words=True).links == by_threshold(record)


def test_a_word_may_have_several_links_or_none():
    weights = np.full((2, 2, 5, 7), 1 / 7)
    shares = np.array([0.2, 0.2, 0.4, 0.0, 0.0, 0.0, 0.2]), np.array([0.1] * 4 + [0.0, 0.0, 0.6])
    weights[1, 0, 1], weights[1, 0, 2:] = shares
    record = replace(make_record(SOURCE, TARGET, cross=weights), taught=TAUGHT)

    assert word_links(record, TAUGHT, *SPANS).to_pharaoh() == "0-0 1-0"
    pieces = view_of(record, TAUGHT).links
    assert pieces == {Link(2, 0)}  # a piece alone is linked to the one that it looks at most


@pytest.mark.parametrize(
    "reading",
    [
        replace(TAUGHT, method=ReadingMethod.NAIVE),
        replace(TAUGHT, measure=Measure.NORMS),
        replace(TAUGHT, head=1),
        replace(TAUGHT, head=None),
    ],
)
def test_what_was_not_taught_is_read_by_its_maximum(reading):
    record = record_of(3)
    nobody_taught = replace(record, taught=None)

    assert word_links(record, reading, *SPANS) == word_links(nobody_taught, reading, *SPANS)
    found, other = (view_of(each, reading, words=True) for each in (record, nobody_taught))
    assert found.links == other.links


def test_the_error_of_a_taught_head_is_that_of_its_links():
    records = [record_of(seed) for seed in range(6)]
    golds = [
        GoldLinks(*SPANS, Alignment(frozenset({Link(n % 3, 0), Link(2, n % 3)}))) for n in range(6)
    ]

    choice = choose_reading(records, golds)

    for row in choice.table:
        found = [word_links(record, row.reading, *SPANS) for record in records]
        score = score_alignments(found, [gold.alignment for gold in golds])
        assert row.aer == pytest.approx(score.aer)
