import tracemalloc

import numpy as np
import pytest

from attnstudio.alignment import aligner
from attnstudio.alignment.aligner import align_corpus
from attnstudio.alignment.segmentation import Cut
from attnstudio.corpus.samples.store import read_sample
from attnstudio.errors import AlignmentError
from attnstudio.evaluation.alignment_error import score_alignments
from attnstudio.resources import resource_path

SOURCES = [line.split() for line in ["das haus .", "das buch .", "ein buch .", "ein haus ."]] * 3
TARGETS = [line.split() for line in ["the house .", "the book .", "a book .", "a house ."]] * 3


@pytest.fixture(scope="module")
def sample():
    pairs = read_sample("en-de", resource_path("samples")).train[:300]

    def words(text, spans):
        return [text[span.start : span.end] for span in spans]

    sources = [words(pair.source, pair.gold.source_spans) for pair in pairs]
    targets = [words(pair.target, pair.gold.target_spans) for pair in pairs]
    return sources, targets, [pair.gold.alignment for pair in pairs]


def test_a_sample_is_aligned_well_from_300_pairs(sample):
    sources, targets, gold = sample

    found = align_corpus(sources, targets)

    score = score_alignments([found[pair].links() for pair in range(len(found))], gold)
    assert score.aer < 0.08


def test_the_same_text_has_the_same_links(sample):
    sources, targets, _ = sample

    first, second = (align_corpus(sources[:50], targets[:50]) for _ in range(2))

    assert (first.forward == second.forward).all()
    assert (first.backward == second.backward).all()


def test_sides_may_be_exchanged(sample):
    sources, targets, _ = sample

    there, back = align_corpus(sources[:50], targets[:50]), align_corpus(targets[:50], sources[:50])

    for pair in range(50):
        np.testing.assert_allclose(there[pair].forward, back[pair].backward.T, atol=2e-3)


def test_each_pair_has_its_links():
    found = align_corpus(SOURCES, TARGETS)

    for pair in range(len(SOURCES)):
        assert found[pair].links().to_pharaoh() == "0-0 1-1 2-2"


def test_pairs_with_an_empty_side_are_left_out_and_the_others_stay_the_same():
    holes = align_corpus([[], *SOURCES, ["ja"]], [["yes"], *TARGETS, []])
    alone = align_corpus(SOURCES, TARGETS)

    assert holes.left_out == {0, len(SOURCES) + 1}
    assert holes[0].confidence.shape == (0, 1)
    assert holes[len(SOURCES) + 1].confidence.shape == (1, 0)
    for pair in range(len(SOURCES)):
        assert (holes[pair + 1].forward == alone[pair].forward).all()


@pytest.mark.parametrize("sides", [([], []), ([[]], [[]])])
def test_a_corpus_without_words_has_no_links(sides):
    found = align_corpus(*sides)

    assert len(found) == len(sides[0])
    assert not found.forward.size


def test_one_word_links_one_word():
    found = align_corpus([["猫"]] * 5, [["قطة"]] * 5)

    assert found[0].links().to_pharaoh() == "0-0"


def test_chinese_and_arabic_words_are_linked():
    chinese = [["看", "书"], ["买", "书"], ["看", "猫"], ["买", "猫"]] * 4
    arabic = [["كتاب", "أرى"], ["كتاب", "أشتري"], ["قطة", "أرى"], ["قطة", "أشتري"]] * 4

    found = align_corpus(chinese, arabic)

    assert found[0].links().to_pharaoh() == "0-1 1-0"
    assert found[3].links().to_pharaoh() == "0-1 1-0"


def test_words_are_not_linked_to_punctuation_without_need():
    found = align_corpus([["x", "y"]] * 6, [["a", "!"]] * 6)
    words = align_corpus([["x", "y"]] * 6, [["a", "b"]] * 6)

    assert found[0].confidence[1, 1] < 0.2
    assert words[0].confidence[1, 1] > 0.3


def test_capitals_and_accents_do_not_part_words():
    found = align_corpus([["Été", "été"]] * 4, [["summer", "SUMMER"]] * 4)
    same = align_corpus([["ete", "ete"]] * 4, [["summer", "summer"]] * 4)

    assert (found.forward == same.forward).all()


def test_what_is_done_is_told_until_all_is():
    told = []
    align_corpus(SOURCES, TARGETS, progress=lambda done, of: told.append((done, of)))

    done, of = zip(*told, strict=True)
    assert list(done) == sorted(set(done))
    assert set(of) == {done[-1]}
    assert max(np.diff(done)) < 0.05 * done[-1]


def test_cuts_that_take_longer_are_more_of_the_work(monkeypatch):
    monkeypatch.setattr(aligner, "_CUTS", ((Cut(), 0.2), (Cut(4), 0.8)))
    told = []
    align_corpus(SOURCES, TARGETS, progress=lambda done, of: told.append(done / of))

    assert told[len(told) // 2 - 1] == pytest.approx(0.2)
    assert np.diff(told)[-1] == pytest.approx(4 * np.diff(told)[len(told) // 2 - 2], rel=1e-3)


def test_a_stop_ends_it_at_the_next_step():
    told = []

    found = align_corpus(
        SOURCES,
        TARGETS,
        progress=lambda done, _: told.append(done),
        should_stop=lambda: len(told) == 7,
    )

    assert found is None
    assert len(told) == 7


def test_too_long_pairs_are_left_out_before_they_need_memory():
    long = ["x"] * 1_500
    tracemalloc.start()
    try:
        found = align_corpus([long, *SOURCES], [long, *TARGETS])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found.left_out == {0}
    assert found[1].links().to_pharaoh() == "0-0 1-1 2-2"
    assert peak < 30e6


def test_the_longest_pairs_that_are_aligned_need_little_memory(monkeypatch):
    monkeypatch.setattr(aligner, "_CUTS", ((Cut(), 1.0),))
    words = [f"w{number}" for number in range(500)]
    tracemalloc.start()
    try:
        found = align_corpus([words], [words])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert not found.left_out
    assert peak < 200e6


def test_sides_of_different_lengths_are_refused():
    with pytest.raises(AlignmentError, match="There are 2 source sentences, but 1 target") as error:
        align_corpus([["a"], ["b"]], [["c"]])
    assert error.value.hint == "Each needs its partner, in the same order."
