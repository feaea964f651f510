"""Paragraphs cut into sentences, and their translations as one paragraph again."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.documents.document import Filled
from attnstudio.documents.sentences import joined_filled, sentence_spans
from attnstudio.interpretation.words import words_of


def cut(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["A cat.", "A dog!", "Is it?", "Yes."],
        ["Dr. Smith met J. Doe in St. Paul.", "He left."],
        ["Am 3. Mai kam er z. B. an.", "Dann ging er."],
        ["In 2016. The end."],
        ["He said “Go.”", "She went."],
        ["He said e.g. this. and more"],
        ["Wait... What? no"],
        ["3.5 cats.", "12 dogs."],
        ["¿Qué?", "¡Sí!", "No."],
        ["مرحبا بالعالم.", "كيف حالك؟", "بخير."],
        ["यह घर है।", "वह पेड़ है।"],
        ["one"],
        [""],
    ],
)
def test_a_text_is_cut_where_sentences_end(sentences):
    assert cut(" ".join(sentences)) == sentences


def test_chinese_is_cut_without_spaces():
    assert cut("我来了。“你好吗？”好。") == ["我来了。", "“你好吗？”", "好。"]


@given(st.text(alphabet="aB. ?!。猫1\"'”)", max_size=30))
def test_nothing_is_lost_between_sentences(text):
    text = " ".join(text.split())
    spans = sentence_spans(text)

    assert spans[0].start == 0
    assert spans[-1].end == len(text)
    for one, other in pairwise(spans):
        assert text[one.end : other.start] in ("", " ")
    assert [word for part in cut(text) for word in words_of(part)] == words_of(text)


TEXT = "A bee. C dog."


def test_sentences_are_joined_with_their_links():
    spans = sentence_spans(TEXT)

    joined = joined_filled(
        TEXT, spans, [Filled("X y z.", ((0, 2), (1, 0))), Filled("W.", ((1, 0),))]
    )

    assert joined == Filled("X y z. W.", ((0, 2), (1, 0), (4, 4)))


def test_a_sentence_without_a_translation_stays():
    spans = sentence_spans(TEXT)

    assert joined_filled(TEXT, spans, [None, Filled("W v.")]) == Filled(
        "A bee. W v.", ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5))
    )
    assert joined_filled(TEXT, spans, [None, None]) is None
    assert joined_filled("A b", sentence_spans("A b"), [Filled("X")]) == Filled("X")


def test_chinese_sentences_are_joined_without_spaces():
    joined = joined_filled(TEXT, sentence_spans(TEXT), [Filled("我。"), Filled("你。")])

    assert joined.text == "我。你。"


def test_sentences_of_chinese_become_those_of_a_language_with_spaces():
    text = "我。你。"

    assert joined_filled(text, sentence_spans(text), [Filled("I."), Filled("You.")]).text == (
        "I. You."
    )
