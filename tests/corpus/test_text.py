import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.corpus.text import clean_text

any_text = st.text(st.characters(exclude_categories=("Cs",)))


@given(any_text)
def test_stored_text_is_one_line_of_nfc_without_controls_or_outer_spaces(text):
    stored = clean_text(text)

    assert stored == unicodedata.normalize("NFC", stored)
    assert stored == stored.strip()
    assert len(stored.splitlines()) <= 1
    assert not any(unicodedata.category(character) == "Cc" for character in stored)


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text):
    assert clean_text(text) == clean_text(clean_text(text))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_what_splitlines_would_split_at_becomes_a_space(end):
    assert clean_text(f"a{end}b").replace("  ", " ") == "a b"


@pytest.mark.parametrize(
    "text", ["你好，世界！", "«Ça va ?»", "ﬁne ½ Å", "مرحبا", "👩‍👩‍👧", "a  b", "x²"]
)
def test_ordinary_text_is_not_rewritten(text):
    assert unicodedata.normalize("NFC", text) == clean_text(text)


def test_letters_and_their_accents_become_one_character():
    assert clean_text("e\u0301") == "é"


def test_marks_and_controls_inside_a_line_vanish():
    assert clean_text("\ufeffa\x00\x7f\ufeffb") == "ab"
