import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.corpus.text import clean_text
from attnstudio.corpus.tokenised_text import join_tokens

raw_lines = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


def words_of(joined):
    return [joined.text[span.start : span.end] for span in joined.spans]


@pytest.mark.parametrize(
    ("language", "tokens", "text"),
    [
        ("de", "Hallo , Welt !", "Hallo , Welt !"),
        ("zh", "我 喜欢 猫 。", "我喜欢猫。"),
        ("zh-CN", "我 喜欢 猫 。", "我喜欢猫。"),
        ("zh", "我 用 Windows 11 电脑", "我用Windows 11电脑"),
        ("ja", "猫 が 好き です 。", "猫が好きです。"),
        ("th", "ผม ชอบ แมว", "ผมชอบแมว"),
        ("ko", "나는 고양이를 좋아한다", "나는 고양이를 좋아한다"),
    ],
)
def test_tokens_are_joined_as_the_language_is_written(language, tokens, text):
    joined = join_tokens(tokens.split(), language)

    assert text == joined.text
    assert tokens.split() == words_of(joined)


@given(raw_lines, st.sampled_from(["en", "zh", "th"]))
def test_spans_always_hold_the_cleaned_tokens(line, language):
    joined = join_tokens(line.split(), language)

    assert [clean_text(token) for token in line.split()] == words_of(joined)
    assert unicodedata.is_normalized("NFC", joined.text)
    assert joined.text == clean_text(joined.text)


def test_a_token_of_which_nothing_is_left_keeps_its_number():
    joined = join_tokens(["a", "\x7f", "b"], "en")

    assert joined.text == "a b"
    assert words_of(joined) == ["a", "", "b"]


def test_tokens_that_would_melt_together_stay_apart():
    joined = join_tokens(["か", "\u3099"], "ja")

    assert joined.text == "か \u3099"


@pytest.mark.parametrize("language", ["zh-Hans", "chi", "jpn", "tha", "lo_LA"])
def test_every_code_of_a_language_without_spaces_joins_its_words(language):
    assert join_tokens(["我", "们"], language).text == "我们"
