"""CSV and its dialects, as programs write them."""

import pytest
from batch_records import records_in

from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.quotes import has_quoted_cells
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import CorpusError

EN_DE = ("en", "de")


@pytest.fixture
def read(tmp_path):
    def read(content, name="x.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [item] = recognise([path], *EN_DE, **options).items
        return list(records_in(item.batches(EN_DE)))

    return read


def pairs(records):
    return [(r.source, r.target) for r in records if isinstance(r, SentencePair)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("en;de\nHello, world;Hallo, Welt\n", [("Hello, world", "Hallo, Welt")]),
        ('sep=;\nen;de\n"a;b";c\n', [("a;b", "c")]),
        ("SEP=|\none|eins\n", [("one", "eins")]),
        ('en,de\n"a\nb","c ""d"""\n', [("a b", 'c "d"')]),
        ('en, de\n"one", "eins, zwei"\n', [("one", "eins, zwei")]),
        (r'en,de' "\n" r'"say \"a, b\"","x \"y\""' "\n", [('say "a, b"', 'x "y"')]),
        ("en;de\rone;eins\rtwo;zwei\r", [("one", "eins"), ("two", "zwei")]),
        ("en;de;;\none;eins;;\n", [("one", "eins")]),
        ('en,de\n5" disk,say "x"\n', [('5" disk', 'say "x"')]),
        ('en,de\n"Stop" he said,x\n', [('"Stop" he said', "x")]),
    ],
)  # fmt: skip
def test_dialects(read, content, expected):
    assert pairs(read(content)) == expected


LATE = 3_000  # lines before the first quote


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        ('"He said ""no"", and left."\t"Er sagte ""nein""."\n',
         [('He said "no", and left.', 'Er sagte "nein".')]),
        ('"two\nlines"\t"zwei\nZeilen"\n', [("two lines", "zwei Zeilen")]),
        ('"a\ttab"\teins\n', [("a tab", "eins")]),
        ('"Yes."\t"Ja."\n', [('"Yes."', '"Ja."')]),  # as it may stand in a corpus
        ('"No," he said.\t"Nein", sagte er.\n', [('"No," he said.', '"Nein", sagte er.')]),
        ('"It begins\t"Es beginnt\nand ends."\tund endet."\n',
         [('"It begins', '"Es beginnt'), ('and ends."', 'und endet."')]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["x.tsv", "x.txt"])
def test_quotes_that_begin_late_in_a_table_with_tabs(read, late, expected, name):
    head = "en\tde\n" + "one\teins\n" * LATE

    found = read(head + late + "two\tzwei\n", name)

    assert pairs(found) == [*[("one", "eins")] * LATE, *expected, ("two", "zwei")]
    assert len(found) == LATE + len(expected) + 1


def test_a_few_bare_quotes_among_many_of_a_spreadsheet_do_not_turn_the_table(read):
    rows = '"say ""a"""\t"sag ""a"""\n' * 50 + '5" disk\tx\n'

    assert pairs(read("en\tde\n" + rows, "x.tsv"))[-2:] == [
        ('say "a"', 'sag "a"'),
        ('5" disk', "x"),
    ]


def test_backslashes_before_quotes_that_begin_late(read):
    head = "en,de\n" + "one,eins\n" * LATE

    found = pairs(read(head + r'"say \"a, b\"","x \"y\""' + "\n"))

    assert found[-1] == ('say "a, b"', 'x "y"')


@pytest.mark.parametrize("lines_after", [3, 1_000])
def test_a_quote_that_is_never_closed_swallows_no_rows(read, lines_after):
    content = 'en,de\n"Stop! he said,Halt\n' + "one,eins\n" * lines_after
    expected = [('"Stop! he said', "Halt")] + [("one", "eins")] * lines_after

    assert pairs(read(content)) == expected
    assert pairs(read(content + 'x,y "z"\n')) == [*expected, ("x", 'y "z"')]


def test_a_row_of_too_many_cells_is_dropped_since_nobody_knows_where_it_is_cut(read):
    records = read("id,en,de\n1,Hello, world,Hallo, Welt\n2,one,eins\n")

    assert records == [
        SentencePair("one", "eins"),
        Problem("x.csv", 2, Reason.COLUMNS, "1,Hello,world,Hallo,Welt"),
    ]


def test_after_a_quote_that_is_never_closed_lines_are_numbered_as_they_stand(read):
    content = 'en,de\n"Stop! he said,Halt\n' + "one,eins\n" * 300 + "alone\n"

    assert read(content)[-1] == Problem("x.csv", 303, Reason.COLUMNS, "alone")


def test_a_cell_under_a_heading_is_kept_though_most_rows_have_none(read):
    content = "en,de,note\n" + "one,eins\n" * 9 + "two,zwei,good\n"

    assert pairs(read(content))[-1] == ("two", "zwei")


def test_ragged_rows_are_kept_where_both_sides_are_there(read):
    records = read("en,de,note\none\ntwo,zwei\nthree,drei,good,\n")

    assert pairs(records) == [("two", "zwei"), ("three", "drei")]
    assert records[-1] == Problem("x.csv", 2, Reason.COLUMNS, "one")


@pytest.mark.parametrize(
    "content",
    [
        'en,de\none,eins\n"a, b",c\n',
        "one;eins\na, b;c\n",
        "one ||| eins\na, b ||| c\n",
        'en\tde\r\none\teins\r\n"a,\r\nb"\tc\r\n'.encode("utf-16"),
    ],
)
def test_a_table_is_known_by_its_content_alone(read, content):
    assert pairs(read(content, "data.txt"))[-1] == ("a, b", "c")


def test_sentences_with_commas_are_no_table(read):
    with pytest.raises(CorpusError, match=r"data\.txt has no partner"):
        read("Yes, indeed.\nNo, never.\n", "data.txt")


def test_a_tab_table_may_begin_like_json(read):
    assert pairs(read('{"a"}\tx\none\teins\n', "x.tsv")) == [('{"a"}', "x"), ("one", "eins")]


def test_tabs_between_quoted_cells(read):
    content = '"en"\t"de"\n"one"\t"eins"\n'

    assert pairs(read(content, "x.tsv")) == pairs(read(content)) == [("one", "eins")]


def test_a_mark_before_the_header_is_no_part_of_it(read):
    content = "\ufeffde,en\neins,one\n"

    assert pairs(read(content)) == pairs(read(content, encoding="utf-8")) == [("one", "eins")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (['"It begins\t"Es beginnt', 'and ends."\tund endet."'], False),
        (['"two', 'lines"\teins'], True),
    ],
)
def test_lines_that_are_rows_in_themselves_are_not_joined_by_quotes(tmp_path, lines, expected):
    path = tmp_path / "x.tsv"
    path.write_text("\n".join(["one\teins", *lines, ""]))

    assert has_quoted_cells(TextSource(path), "\t", ["one\teins"]) == expected
