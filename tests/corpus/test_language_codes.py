"""One table of languages for the names of files, folders and columns and for tags in files."""

import pytest

from attnstudio.corpus.column_names import columns_by_name, side_named
from attnstudio.corpus.language_codes import (
    Nearness,
    language_of,
    language_of_name,
    nearness,
    primary_language,
)
from attnstudio.corpus.language_guess import guess_language, looks_swapped
from attnstudio.corpus.side_names import languages_by_name, side_of, split_by_name

GERMAN = ["Das ist nicht das Haus.", "Er ist mit der Katze im Garten.", "Wir sind auf dem Weg."]
ENGLISH = ["This is not the house.", "He is in the garden with the cat.", "We are on the way."]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("deu", "de"), ("ger", "de"), ("DE_at", "de"), ("deu_Latn", "de"), ("fre-FR", "fr"),
        ("iw", "he"), ("in", "id"), ("ji", "yi"), ("cmn", "zh"), ("arb", "ar"), ("pes", "fa"),
        ("nob", "nb"), ("nor", "no"), ("tlh", "tlh"), ("src", "src"),
    ],
)  # fmt: skip
def test_the_stored_code_of_a_tag(tag, code):
    assert primary_language(tag) == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("German", "de"), ("DEUTSCH", "de"), ("Allemand", "de"), ("德语", "de"), ("espanol", "es"),
        ("Español", "es"), ("العربية", "ar"), ("tiếng việt", "vi"), ("Tedesco", "de"),
        ("house", ""),
    ],
)  # fmt: skip
def test_languages_are_known_by_name_with_and_without_accents(name, code):
    assert language_of_name(name) == code


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ("ger-DE", "de-DE", Nearness.SAME),
        ("German", "de", Nearness.SAME),
        ("iw", "he", Nearness.SAME),
        ("zh-CN", "zh-Hans", Nearness.SCRIPT),
        ("zh-TW", "zh-Hans", Nearness.WRITING),
        ("zh-TW", "zho_Hant", Nearness.SCRIPT),
        ("de-AT", "de", Nearness.GENERAL),
        ("en-US", "en-GB", Nearness.REGION),
        ("nb", "no", Nearness.INSIDE),
        ("no", "nn", Nearness.INSIDE),
        ("nb", "nn", None),
        ("yue", "zh", Nearness.INSIDE),
        ("de", "nl", None),
    ],
)
def test_how_near_tags_come(found, wanted, expected):
    assert nearness(found, wanted) == expected


@pytest.mark.parametrize(
    ("name", "languages", "side"),
    [
        ("train.deu", ("en", "de"), 1),
        ("train.eng", ("en", "de"), 0),
        ("deu_Latn.dev", ("en", "de"), 1),
        ("eng_Latn.devtest", ("en", "de"), 0),
        ("Deutsch.txt", ("en", "de"), 1),
        ("german corpus", ("en", "de"), 1),
        ("Anglais.txt", ("en", "de"), 0),
        ("德语.txt", ("en", "de"), 1),
        ("x.iw", ("en", "he"), 1),
        ("x.nb", ("no", "en"), 0),
        ("x.cmn", ("en", "zh"), 1),
        ("zho_Hans.dev", ("zh-TW", "zh-CN"), 1),
        ("values-pt-rBR", ("en", "pt"), 1),
        ("values-b+sr+Latn", ("en", "sr"), 1),
        ("German-English.txt", ("en", "de"), 0),
        ("garden.txt", ("en", "de"), None),
    ],
)
def test_names_say_their_language_by_any_code_and_in_words(name, languages, side):
    assert side_of(name, languages) == side


def test_names_in_words_tell_a_new_project_its_languages(tmp_path):
    paths = [tmp_path / "Deutsch.txt", tmp_path / "English.txt"]

    assert languages_by_name(paths) == ("en", "de")


def test_a_month_in_a_name_is_no_language(tmp_path):
    assert languages_by_name([tmp_path / "en.may.tsv"]) is None


@pytest.mark.parametrize(
    ("name", "split"),
    [("x.devtest", "test"), ("deu_Latn.dev", "valid"), ("Train-1", "train"), ("latest", None)],
)
def test_splits_by_name(name, split):
    assert split_by_name([name]) == split


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("Ausgangstext", "Zieltext", "Status", "Kommentar"), (0, 1)),
        (("Traduction", "Texte source"), (1, 0)),
        (("id", "原文", "译文"), (1, 2)),
        (("Oryginał", "Tłumaczenie"), (0, 1)),
        (("الترجمة", "النص المصدر"), (1, 0)),
        (("Übersetzung", "Quelltext"), (1, 0)),
        (("eng", "deu"), (0, 1)),
        (("eng_Latn", "deu_Latn"), (0, 1)),
        (("en", "Zieltext"), (0, 1)),
        (("English (UK)", "Allemand"), (0, 1)),
        (("context", "target"), None),
    ],
)
def test_columns_in_the_words_of_many_languages(header, columns):
    assert columns_by_name(header, ("en", "de")) == columns


def test_columns_go_by_the_nearest_tag():
    assert columns_by_name(("zh-TW", "zh-CN", "en"), ("en", "zh-Hans")) == (2, 1)
    assert columns_by_name(("nb", "en"), ("en", "no")) == (1, 0)


@pytest.mark.parametrize(
    ("header", "side"),
    [
        (("context", "target"), 1),
        (("English", "Comment"), 0),
        (("en", "de"), None),
        (("source", "target"), None),
        (("English", "Englisch"), None),  # two words of a list
        (("one", "eins"), None),
    ],
)
def test_one_side_alone_may_be_named(header, side):
    assert side_named(header, ("en", "de")) == side


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("и это не я, что вы как бы у него", "ru"),
        ("і це не я, що ви як від нього та до", "uk"),
        ("и не съм в това, че се с той от беше", "bg"),
        ("این کتاب را از آن من است و با که در", "fa"),
        ("یہ کتاب ہے اور اس میں کے کی نہیں", "ur"),
        ("det är inte och för att med som jag", "sv"),
        ("det er ikke og som jeg med til hvad af den", "da"),
        ("và không của là có những người với cho", "vi"),
        ("es is nich", None),
    ],
)
def test_languages_of_the_same_letters_are_told_apart_by_small_words(text, language):
    assert guess_language(text) == language


def test_sides_look_swapped_only_where_both_say_so():
    assert looks_swapped(GERMAN, ENGLISH, ("en", "de"))
    assert not looks_swapped(ENGLISH, GERMAN, ("en", "de"))
    assert not looks_swapped(GERMAN, GERMAN, ("en", "de"))
    assert not looks_swapped(ENGLISH, ENGLISH, ("en", "de"))
    assert not looks_swapped(GERMAN, ENGLISH, ("xx", "yy"))
    assert not looks_swapped(["Hund"], ["dog"], ("en", "de"))


def test_sides_in_other_letters_look_swapped_without_any_known_word():
    assert looks_swapped(["这本书很好看。"], ["Nice book indeed"], ("en", "zh"))
    assert not looks_swapped(["Nice book indeed"], ["这本书很好看。"], ("en", "zh"))
    assert looks_swapped(["أحب هذه القطة"], ["Cats everywhere"], ("en", "ar"))


def test_a_language_is_named_by_tag_or_word_and_not_by_other_words():
    assert language_of("eng-GB") == "en"
    assert language_of("English") == "en"
    assert language_of("target") == ""
