"""Tables with tabs: one column is translated into another, and nothing else changes."""

import pytest

from attnstudio.documents.document import Filled
from attnstudio.documents.reading import read_document


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # Without names: from the first into the second.
        ("one\t\ntwo\tzwei\n", "one\tONE\ntwo\tzwei\n"),
        ("one\r\ntwo\r\n\r\n", "one\tONE\r\ntwo\tTWO\r\n\r\n"),
        ("one\t\tnote\nmore words", "one\tONE\tnote\nmore words\tMORE WORDS"),
        ("\tx\n", "\tx\n"),
        # The names say which.
        ("id\tde\ten\n7\t\tone\n", "id\tde\ten\n7\tONE\tone\n"),
        ("target\tsource\n\tone\n", "target\tsource\nONE\tone\n"),
        ("German\tnote\tEnglish\n\tn\tone\n", "German\tnote\tEnglish\nONE\tn\tone\n"),
        # There is no column for the target yet.
        ("id\ten\n7\tone\n8\ttwo\n", "id\ten\tde\n7\tone\tONE\n8\ttwo\tTWO\n"),
        ("source\nmine\n", "source\tde\nmine\tMINE\n"),
        # A row may lack cells.
        ("en\tx\tde\none\n", "en\tx\tde\none\t\tONE\n"),
        # Cells in quotes.
        ('"one"\t""\n', '"one"\t"ONE"\n'),
        ('"say ""one"""\t\n', '"say ""one"""\t"SAY ""ONE"""\n'),
        ('"one\nmore"\t\ntwo\t\n', '"one\nmore"\t"ONE MORE"\ntwo\tTWO\n'),
        ('"Hi," he said.\t\n', '"Hi," he said.\t"HI," HE SAID.\n'),
        ('5" wide\t\n', '5" wide\t5" WIDE\n'),
        ("", ""),
    ],
)
def test_cells_are_filled(translated, given, expected):
    assert translated(given, str.upper, name="a.tsv").decode() == expected


def test_rows_say_their_lines_and_what_is_done(segments_of):
    found = segments_of('"a\nb"\t\n\nc\td\n', name="a.tab")

    assert [(each.source, each.target, each.is_done, each.place) for each in found] == [
        ("a b", None, False, "line 1"),
        ("c", "d", True, "line 4"),
    ]


def test_nothing_filled_changes_nothing(translated):
    given = "id\ten\r\n7\tone\r\n".encode("utf-16")

    assert translated(given, lambda _: None, name="a.tsv") == given
    assert translated(given, lambda _: "猫", name="a.tsv") == (
        "id\ten\tde\r\n7\tone\t猫\r\n".encode("utf-16")
    )


def test_without_languages_roles_say_the_columns(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("note\tsource\ttarget\nn\tone\t\n")

    document = read_document(path)

    assert document.content.filled([Filled("eins")]) == b"note\tsource\ttarget\nn\tone\teins\n"
