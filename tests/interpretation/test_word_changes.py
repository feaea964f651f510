"""Words of a text that are hidden, replaced or taken out, and where two texts differ."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import TextUnits
from attnstudio.corpus.alignment import Span
from attnstudio.errors import UsageError
from attnstudio.interpretation.word_changes import (
    ChangedWords,
    changed_words,
    hidden,
    span_of_word,
    text_difference,
    text_words,
    with_word,
    without_word,
    word_numbered,
)
from attnstudio.sites import CROSS, ENCODER_SELF, SOURCE, TARGET, Site
from attnstudio.tokenizer import Token

TEXT = "die Katze, rot"
TOKENS = (
    Token("▁die", 0, 3),
    Token("▁Ka", 3, 6),
    Token("tze", 6, 9),
    Token(",", 9, 10),
    Token("▁rot", 10, 14),
    Token("</s>", 14, 14),
)
UNITS = TextUnits(TEXT, TOKENS)


def shown(text, spans):
    return [text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("a cat sits", "a cat sits", [], []),
        ("a cat sits", "a dog sits", ["cat"], ["dog"]),
        ("a cat sits", "a black cat sits.", [], ["black", "."]),
        ("a black cat", "a cat", ["black"], []),
        ("", "a cat", [], ["a", "cat"]),
        ("黑猫坐", "白猫坐", ["黑"], ["白"]),
        ("the the the", "the the", ["the"], []),
    ],
)
def test_words_that_differ_are_named_in_both_texts(before, after, gone, new):
    difference = text_difference(before, after)
    assert shown(before, difference.before) == gone
    assert shown(after, difference.after) == new
    assert difference.is_none is (before == after)


def test_words_are_pieces_joined_and_signs_and_no_end():
    assert text_words(UNITS) == [[0], [1, 2], [3], [4]]
    assert word_numbered(UNITS, 1) == [1, 2]


def test_the_bytes_of_a_character_are_one_word():
    text = "我的"
    tokens = (
        Token("▁", 0, 0),
        Token("<0xE6>", 0, 0),
        Token("<0x88>", 0, 0),
        Token("<0x91>", 0, 1),
        Token("的", 1, 2),
        Token("</s>", 2, 2),
    )
    units = TextUnits(text, tokens)
    words = text_words(units)
    assert words == [[0, 1, 2, 3], [4]]
    assert [text[slice(*span_of_word(units, word))] for word in words] == ["我", "的"]


@pytest.mark.parametrize("number", [-1, 4])
def test_a_word_that_is_not_there_is_refused(number):
    with pytest.raises(UsageError, match=f"no word {number}. Words .* the last is 3"):
        word_numbered(UNITS, number)


@pytest.mark.parametrize(
    ("pieces", "span"), [([0], (0, 3)), ([1, 2], (4, 9)), ([3], (9, 10)), ([4], (11, 14))]
)
def test_a_word_stands_in_its_text_without_the_spaces_around_it(pieces, span):
    assert span_of_word(UNITS, pieces) == Span(*span)


@pytest.mark.parametrize(
    ("word", "replaced", "without"),
    [
        ((0, 3), "eine Katze, rot", "Katze, rot"),
        ((4, 9), "die eine, rot", "die, rot"),
        ((9, 10), "die Katzeeine rot", "die Katze rot"),
        ((11, 14), "die Katze, eine", "die Katze,"),
    ],
)
def test_a_word_is_replaced_or_taken_out(word, replaced, without):
    assert with_word(TEXT, Span(*word), " eine ") == replaced
    assert without_word(TEXT, Span(*word)) == without


def test_a_word_between_words_leaves_one_space():
    assert without_word("a red cat", Span(2, 5)) == "a cat"


def test_the_only_word_leaves_nothing():
    assert without_word("cat", Span(0, 3)) == ""


def test_a_word_is_hidden_from_all_that_look_at_the_source():
    record = make_record(
        (TEXT, TOKENS),
        ("x", (Token("▁x", 0, 1), Token("</s>", 1, 1))),
        cross=np.full((1, 1, 2, 6), 1 / 6),
        encoder_self=np.full((1, 1, 6, 6), 1 / 6),
        decoder_self=np.array([[[[1.0, 0.0], [0.5, 0.5]]]]),
    )
    worked_out = Site("worked_out", TARGET, SOURCE)  # no part of the model: nobody looks there
    record = replace(record, matrices={**record.matrices, worked_out: record.matrices[CROSS]})
    pieces = frozenset({1, 2})
    assert hidden(record, [1, 2]) == {CROSS: pieces, ENCODER_SELF: pieces}


@pytest.mark.parametrize(
    ("before", "after", "gone", "new"),
    [
        ("er ist nicht da", "er ist da", ("nicht",), ()),
        ("da ist er", "er ist da", (), ()),
        ("die die Katze", "die Katze Katze", ("die",), ("Katze",)),
        ("我不去", "我去", ("不",), ()),
    ],
)
def test_words_that_only_moved_are_neither_gone_nor_new(before, after, gone, new):
    assert changed_words(before, after) == ChangedWords(gone, new)
