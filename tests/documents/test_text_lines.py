"""Text documents: the lines that have words are translated, and nothing else changes."""

import codecs

import pytest

from attnstudio.documents.document import DocumentKind, Filled
from attnstudio.documents.reading import read_document


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b"one\ntwo\n", b"ONE\nTWO\n"),
        (b"one\r\n\r\n  two  \r\nthree", b"ONE\r\n\r\n  TWO  \r\nTHREE"),
        (b"one\rtwo\n\n\n", b"ONE\rTWO\n\n\n"),
        (codecs.BOM_UTF8 + b"one\n", codecs.BOM_UTF8 + b"ONE\n"),
        ("çà\n".encode(), "ÇÀ\n".encode()),
        ("one\r\ntwo\r\n".encode("utf-16"), "ONE\r\nTWO\r\n".encode("utf-16")),
        (
            codecs.BOM_UTF16_BE + "one\n".encode("utf-16-be"),
            codecs.BOM_UTF16_BE + "ONE\n".encode("utf-16-be"),
        ),
        (b"one\x0btwo\n", b"ONE TWO\n"),  # is one line
        (b"", b""),
        (b"\n \n", b"\n \n"),
    ],
)
def test_lines_are_replaced_in_their_places(translated, given, expected):
    assert translated(given, str.upper, name="a.txt") == expected


def test_a_line_says_where_it_stands(segments_of):
    found = segments_of("one\n\n  two words\n", name="a.txt")

    assert [(each.source, each.place) for each in found] == [
        ("one", "line 1"),
        ("two words", "line 3"),
    ]
    assert not any(each.is_done or each.needs_links or each.target for each in found)


def test_lines_without_a_translation_stay(translated):
    given = b"keep\nchange\n"

    changed = translated(given, lambda text: "X" if text == "change" else None, name="a.txt")

    assert changed == b"keep\nX\n"


def test_an_older_encoding_is_kept_unless_the_translation_needs_more(translated):
    given = "Füße über Straßen, größer als Bäume, für Käse\r\n".encode("cp1252")

    assert translated(given, lambda _: "né à Liège", name="a.txt") == "né à Liège\r\n".encode(
        "cp1252"
    )
    assert translated(given, lambda _: "在水边", name="a.txt") == "在水边\r\n".encode()


def test_chinese_and_arabic_come_through(translated):
    given = "مرحبا بالعالم\n你好，世界。\n"

    assert translated(given, lambda text: text[::-1], name="a.txt").decode() == (
        "ملاعلاب ابحرم\n。界世，好你\n"
    )


def test_a_translation_is_one_line(translated):
    assert translated(b"one\n", lambda _: "a\nb\u2028c", name="a.txt") == b"a b c\n"


def test_any_text_is_a_document(tmp_path):
    path = tmp_path / "sentences.en"
    path.write_text("one\n")

    document = read_document(path)

    assert document.kind is DocumentKind.TEXT
    assert document.content.filled([Filled("eins")]) == b"eins\n"
