import unicodedata

import pytest

from attnstudio.corpus.languages import scripts_of
from attnstudio.corpus.normal_forms import loose_form, script_shares, tight_form


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("Ｔｏｍ　１２", "Tom 12"),
        ("a  b \u2009 c", "a b c"),
        ("A dog!", "A dog!"),
        ("ﬁn", "fin"),
    ],
)
def test_the_tight_form_keeps_all_but_widths_and_spaces(sentence, form):
    assert tight_form([sentence, "next"]) == [form, "next"]


@pytest.mark.parametrize(
    ("sentence", "form"),
    [
        ("A dog!", "a dog"),
        ("  «Straße» – 2", "strasse 2"),
        ("don't snake_case", "don t snake case"),
        ("你好。", "你好"),
        ("أَنتَ!", "أَنتَ"),
        ("हिन्दी?", "हिन्दी"),
        ("𑀓𑁆 𝄞", "𑀓𑁆"),
        ("… ?!", ""),
        ("", ""),
    ],
)
def test_the_loose_form_keeps_letters_marks_and_digits(sentence, form):
    assert loose_form([sentence, "next"]) == [unicodedata.normalize("NFKC", form), "next"]


def test_only_letters_marks_and_digits_survive_of_all_of_unicode():
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    stable = [c for c in characters if c != "\n" and loose_of_letters(c) == c]
    kept = [c if unicodedata.category(c)[0] in "LMN" else "" for c in stable]

    assert loose_form(stable) == kept


def loose_of_letters(character):
    return unicodedata.normalize("NFKC", character).casefold()


@pytest.mark.parametrize(
    ("language", "sentence", "share"),
    [
        ("zh", "我爱北京", 1.0),
        ("zh", "我爱 Beijing today", 0.5),
        ("zh", "only English", 0.0),
        ("ja", "カタカナ と 漢字", 1.0),
        ("ja", "ｶﾀｶﾅ", 1.0),
        ("ko", "한국어 text", 0.5),
        ("ar", "هذا جيد", 1.0),
        ("ar", "this is not", 0.0),
        ("ru", "Привет Tom", 0.5),
        ("sr-Latn", "ово je mešano", 1.0),
        ("de", "Grüße", 1.0),
        ("de", "Привет", 0.0),
        ("el", "αυτό", 1.0),
        ("hi", "यह हिन्दी है", 1.0),
        ("en", "12:30", 1.0),
        ("xx", "что угодно", 1.0),
    ],
)
def test_how_much_is_written_as_its_language_is(language, sentence, share):
    assert script_shares([sentence], language) == [share]


def test_a_tag_says_its_language_whatever_its_region():
    assert scripts_of("de_AT") == scripts_of("DE") == {"LATIN"}
    assert scripts_of("zh-Hans") >= {"CJK"}
    assert scripts_of("tlh") == frozenset()
