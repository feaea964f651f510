"""A text as a source: cleaned, in pieces, cut where it is too long, and closed."""

import numpy as np
import pytest

from attnstudio.config import DecodingConfig, TokenizerConfig
from attnstudio.model.spec import TextSpec
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import END, END_ID, Tokenizer, train_tokenizer

TEXTS = ("the dog sees a bone", "a dog sleeps", "")


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer(train_tokenizer(TEXTS * 10, TokenizerConfig(vocabulary_size=280)).model)


@pytest.fixture
def source(tokenizer):
    return TextSource(tokenizer)


@pytest.mark.parametrize("with_units", [False, True])
def test_every_text_is_closed_also_one_that_is_empty_or_cut(source, tokenizer, with_units):
    for most in (1, 3, 100):
        for item, text in zip(
            source.encode(TEXTS, most, with_units=with_units), TEXTS, strict=True
        ):
            ids = tokenizer.encode(text)
            assert item.values.tolist() == [*ids[: most - 1], END_ID]
            assert item.values.dtype == np.int64
            assert (len(item), item.whole_length) == (min(most, len(ids) + 1), len(ids) + 1)
            assert item.is_cut is (len(ids) + 1 > most)


def test_units_stand_at_the_places_of_the_values(source, tokenizer):
    [short, whole] = (source.encode(TEXTS[:1], most, with_units=True)[0] for most in (3, 100))
    pieces = [token.text for token in tokenizer.tokens(TEXTS[0])]

    assert [whole.units.label(place) for place in range(len(whole))] == [*pieces, END]
    assert [short.units.label(place) for place in range(len(short))] == [*pieces[:2], END]
    assert whole.units.text == short.units.text == TEXTS[0]
    assert source.encode(TEXTS, 100)[0].units is None


def test_it_says_what_a_builder_has_to_know(source, tokenizer):
    assert source.spec == TextSpec(tokenizer.size, is_shared=False)
    assert TextSource(tokenizer, is_shared=True).spec == TextSpec(tokenizer.size, is_shared=True)


def test_it_is_cleaned_as_corpora_are(source):
    assert source.clean(" a\u00ad dog\t") == "a dog"
    assert source.clean("\u200b ") == ""


def test_a_translation_may_grow_with_its_text(source):
    assert source.most_target_tokens(7, DecodingConfig(max_length_ratio=1.5)) == 20
    assert source.most_target_tokens(1, DecodingConfig(max_length_ratio=3.0)) == 13


@pytest.mark.parametrize(("length", "suits"), [(19, False), (20, True), (120, True), (121, False)])
def test_sentences_of_a_line_are_watched(source, length, suits):
    assert source.suits_watching("x" * length) is suits
