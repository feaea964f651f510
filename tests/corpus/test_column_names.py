"""Which columns of a table are which side, as their names say."""

import pytest
from batch_records import records_in

from attnstudio.corpus.column_names import are_names, columns_by_name, is_name, languages_named
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("en", "de"), (0, 1)),
        (("id", "DE", "en-GB"), (2, 1)),
        (("translation.de", "translation.en"), (1, 0)),
        (("German", "English"), (1, 0)),
        (("Nr.", "Deutsch", "Englisch"), (2, 1)),
        (("deu", "eng"), (1, 0)),
        (("id", "sentence_de", "sentence_en"), (2, 1)),
        (("de_text", "en_text"), (1, 0)),
        (("English sentence", "German sentence"), (0, 1)),
        (("englishText", "germanText"), (0, 1)),
        (("target", "source"), (1, 0)),
        (("tgt", "src"), (1, 0)),
        (("source_lang", "target_lang", "source_text", "target_text"), (2, 3)),
        (("output", "input"), (1, 0)),
        (("en_score", "de_score", "en", "de"), (2, 3)),
        (("en_raw", "en_clean", "de_raw", "de_clean"), None),
        (("en", "fr"), None),
        (("I speak English now.", "Ich spreche jetzt Deutsch."), None),
        (("A", "B"), None),
        (("en-0", "de-0"), None),
    ],
)
def test_columns_by_their_names(header, columns):
    assert columns_by_name(header, EN_DE) == columns


def test_names_are_short_and_no_sentences():
    assert is_name("Source text")
    assert is_name("Nr.")
    assert not is_name("Hello.")
    assert not is_name("This is a sentence")
    assert not is_name(" ")


@pytest.mark.parametrize(
    ("first", "rows", "expected"),
    [
        (("A", "B"), [("one", "eins")], True),
        (("Text 1", "Text 2"), [("one", "eins")], True),
        (("source 1", "target 1"), [("one", "eins"), ("source 2", "target 2")], False),
        (("col1", "col2"), [("one", "eins")], True),
        (("0", "1"), [("one", "eins")], True),
        (("Foo", "Bar", "Score"), [("one", "eins", "0.5"), ("two", "zwei", "1,5")], True),
        (("Foo", "Bar"), [("one", "eins")], False),
        (("Introduction", "Einleitung"), [("This is it.", "Das ist es.")], False),
        (("A", "ein"), [("one", "eins")], False),
        (("814", "text"), [("815", "words")], False),
        (("A", "B"), [], False),
    ],
)
def test_a_first_row_of_names_is_told_from_a_first_pair(first, rows, expected):
    assert are_names(first, rows, (0, 1)) == expected


PAIRS = [
    SentencePair("This is the house.", "Das ist das Haus."),
    SentencePair("He is not in it.", "Er ist nicht darin."),
]


@pytest.mark.parametrize(
    "content",
    [
        "A,B\nThis is the house.,Das ist das Haus.\nHe is not in it.,Er ist nicht darin.\n",
        "B;A\nDas ist das Haus.;This is the house.\nEr ist nicht darin.;He is not in it.\n",
        "Das ist das Haus.;This is the house.\nEr ist nicht darin.;He is not in it.\n",
        "no|x|y\n1|This is the house.|Das ist das Haus.\n2|He is not in it.|Er ist nicht darin.\n",
    ],
)
def test_columns_without_known_names_are_known_by_their_texts(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")

    [item] = recognise([path], *EN_DE).items

    assert list(records_in(item.batches(EN_DE))) == PAIRS


def test_a_column_that_says_the_language_in_every_row_is_no_header(tmp_path):
    path = tmp_path / "x.tsv"
    rows = [f"{n}\teng\t{p.source}\t{n}\tdeu\t{p.target}\n" for n, p in enumerate(PAIRS)]
    path.write_text("".join(rows), encoding="utf-8")

    [item] = recognise([path], *EN_DE).items

    assert list(records_in(item.batches(EN_DE))) == PAIRS


@pytest.mark.parametrize(
    "content", ["fr,es\nun,uno\n", "en,fr\none,un\n", "English,Español\na,b\n"]
)
def test_columns_of_other_languages_are_listed_and_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CorpusError, match=r"no columns for both en and de\. It has: \w\w, \w\w\."):
        recognise([path], *EN_DE)


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (("en", "en", "de_DE"), ("en", "de_de")),
        (("id", "de", "en"), ("de", "en")),
        (("id", "en"), ("id", "en")),
        (("translation.en", "German", "score"), ("en", "de")),
        (("en-0", "the"), ()),
    ],
)
def test_the_languages_that_columns_are_named_after(header, languages):
    assert languages_named(header) == languages


def test_a_header_may_stand_below_empty_lines_and_a_title(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Our words\n\nde,en\neins,one\n", encoding="utf-8")

    [item] = recognise([path], *EN_DE).items
    pair, *problems = records_in(item.batches(EN_DE))

    assert pair == SentencePair("one", "eins")
    assert [problem.line for problem in problems] == [1, 2]


def test_columns_named_by_number_have_their_names_left_out(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,Foo,Bar\n1,one,eins\n2,two,zwei\n", encoding="utf-8")

    [item] = recognise([path], *EN_DE, columns=("2", "3")).items

    assert next(records_in(item.batches(EN_DE))) == SentencePair("one", "eins")
