import numpy as np
import pytest

from attnstudio.alignment.spelling import folded, is_punctuation, similarity


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("Ἰσαάκ", "ισαακ"),
        ("Été", "ete"),
        ("STRASSE", "strasse"),
        ("猫", "猫"),
        ("\u0301", "\u0301"),
    ],
)
def test_words_are_folded(word, plain):
    assert folded(word) == plain


@pytest.mark.parametrize("mark", [",", "…", "«", "。", "؟", "।", "--"])
def test_punctuation_has_neither_letters_nor_digits(mark):
    assert is_punctuation(mark)


@pytest.mark.parametrize("word", ["a", "7", "猫", "كتاب", "नमस्ते", "don't"])
def test_words_are_no_punctuation(word):
    assert not is_punctuation(word)


def alike(source, target):
    zero = np.zeros(1, np.int32)
    return float(similarity([source], [target], (zero, zero))[0])


def test_words_spelt_alike_are_alike():
    assert alike("president", "president") == 1
    assert 0.5 < alike("president", "presidente") < 1
    assert alike("president", "word") < 0.2
    assert alike("猫", "猫") == 1


def test_each_pair_of_words_is_compared(monkeypatch):
    monkeypatch.setattr("attnstudio.alignment.spelling._COMPARED_TOGETHER", 2)
    pairs = np.array([0, 0, 1, 1, 1], np.int32), np.array([0, 1, 0, 1, 0], np.int32)

    found = similarity(["ab", "cd"], ["ab", "cd"], pairs)

    assert found.tolist() == [1, 0, 0, 1, 0]


def test_half_a_letter_of_another_encoding_is_compared_too():
    assert alike("\ud800", "\ud800") == 1
