import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.interpretation.lettering import (
    elide,
    graphemes,
    is_right_to_left,
    isolate,
    width_em,
    wrap,
)


def test_marks_stay_with_their_letter_and_emoji_together():
    assert graphemes("e\u0301a") == ["e\u0301", "a"]
    assert graphemes("👩\u200d👧!") == ["👩\u200d👧", "!"]


@given(st.text())
def test_graphemes_lose_nothing(text):
    assert "".join(graphemes(text)) == text


def test_wide_characters_are_as_wide_as_the_font_is_high_and_marks_take_no_room():
    assert width_em("学校") == 2.0
    assert width_em("e\u0301") == width_em("e") < 1.0


def test_what_fits_is_not_elided():
    assert elide("Katze", 12) == "Katze"


@given(st.text(min_size=1, max_size=60), st.floats(3, 20))
def test_an_elided_text_fits_and_cuts_no_character_apart(text, limit):
    short = elide(text, limit)
    if short != text:
        assert short.endswith("…")
        kept = graphemes(short.removesuffix("…"))
        assert kept == graphemes(text)[: len(kept)]
        assert len(kept) == 1 or width_em(short) <= limit + 1e-9


def test_lines_break_at_spaces():
    assert wrap("the little cat sat", 6, 3) == ["the little", "cat sat"]


def test_chinese_lines_break_between_characters():
    assert wrap("我们昨天去学校", 3, 3) == ["我们昨", "天去学", "校"]


def test_the_last_line_is_elided():
    lines = wrap("word " * 30, 10, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


@given(st.text(st.characters(codec="utf-8"), max_size=80), st.floats(4, 30))
def test_enough_lines_hold_all_words(text, limit):
    letters = "".join(text.split())
    assert "".join("".join(wrap(text, limit, 1_000)).split()) == letters


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["▁القطة"], True),
        (["▁", "12", "שלום"], True),
        (["▁The"], False),
        (["▁NASA", "قالت"], False),
        (["。", "1"], False),
        ([], False),
    ],
)
def test_the_first_letter_with_a_direction_decides(texts, expected):
    assert is_right_to_left(texts) is expected


def test_only_text_with_right_to_left_letters_is_isolated():
    assert isolate("▁cat") == "▁cat"
    isolated = isolate("▁القطة")
    assert [unicodedata.name(isolated[place]) for place in (0, -1)] == [
        "FIRST STRONG ISOLATE",
        "POP DIRECTIONAL ISOLATE",
    ]
    assert isolated[1:-1] == "▁القطة"
