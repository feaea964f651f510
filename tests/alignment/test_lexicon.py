import numpy as np
import pytest

from attnstudio.alignment.cells import Cells
from attnstudio.alignment.lexicon import Lexicon, Vocabulary


def lexicon_of(*pairs):
    sources, targets = zip(*((a.split(), b.split()) for a, b in pairs), strict=True)
    lengths = np.array([(len(a), len(b)) for a, b in zip(sources, targets, strict=True)])
    sides = [
        Vocabulary.of_words([word for words in side for word in words])
        for side in (sources, targets)
    ]
    return Lexicon.of_corpus(Cells.of_lengths(lengths[:, 0], lengths[:, 1]), *sides)


def test_words_are_counted_in_their_order():
    words = Vocabulary.of_words(["b", "a", "b"])

    assert words.words == ("b", "a")
    assert words.ids.tolist() == [0, 1, 0]
    assert words.frequencies.tolist() == [2, 1]


def test_words_that_translate_nothing_are_learnt_and_smoothed_by_frequency():
    words = Vocabulary.of_words(["b", "a", "b", "c"])

    assert words.unlinked().tolist() == [0.5, 0.25, 0.5, 0.25]
    learnt = words.unlinked(np.array([0.0, 10.0, 0.0]))
    np.testing.assert_allclose(learnt, [0.25, 0.625, 0.25, 0.125])


def test_a_pair_of_words_has_one_entry_wherever_it_stands():
    lexicon = lexicon_of(("xx yy", "qq"), ("yy", "ww qq"))

    assert lexicon.entries.tolist() == [0, 1, 2, 1]


def test_words_are_equally_likely_before_anything_is_counted():
    lexicon = lexicon_of(("xx yy", "qq ww"), ("xx", "ww"))

    np.testing.assert_allclose(lexicon.target_chances(), 0.5, rtol=1e-5)
    np.testing.assert_allclose(lexicon.source_chances(), 0.5, rtol=1e-5)


def test_words_spelt_alike_are_likely_before_anything_is_counted():
    lexicon = lexicon_of(("madrid the", "el madrid"))

    assert lexicon.target_chances()[1] > 0.9


def test_a_cell_is_judged_by_the_counts_of_the_others():
    lexicon = lexicon_of(("xx", "qq"), ("xx", "ww"), ("xx", "qq"), ("xx", "qq"))
    lexicon.count(np.ones(4, np.float32))

    counted = (2 + 0.01) / (3 + 2 * 0.01)  # two of the three others
    alone = 0.01 / (3 + 2 * 0.01)  # none of them
    expected = [counted, alone, counted, counted]
    np.testing.assert_allclose(lexicon.target_chances(), expected, rtol=1e-5)
    np.testing.assert_allclose(lexicon.source_chances(), 1, rtol=1e-5)  # there is one word only


@pytest.mark.parametrize("repetitions", [1, 50])
def test_chances_stay_chances_after_rounding(repetitions):
    lexicon = lexicon_of(*[("xx yy", "qq ww")] * repetitions)
    lexicon.count(np.random.default_rng(0).uniform(0, 1, len(lexicon.entries)).astype(np.float32))

    for chances in (lexicon.target_chances(), lexicon.source_chances()):
        assert (chances > 0).all()
        assert (chances < 1).all()
