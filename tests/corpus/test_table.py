import pytest
from batch_records import records_in

from attnstudio.corpus.delimited import DelimitedText
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.table import TableFile, read_table
from attnstudio.corpus.text_source import TextSource


@pytest.fixture
def read(tmp_path):
    def read(content, **columns):
        path = tmp_path / "x.tsv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = TableFile(DelimitedText(TextSource(path)), **columns)
        return list(records_in(read_table(table)))

    return read


def test_the_first_two_columns_are_source_and_target(read):
    assert [SentencePair("one", "eins"), SentencePair("two", "zwei")] == read(
        "one\teins\tCC-BY\ntwo\tzwei\n"
    )


def test_columns_can_be_chosen_below_a_header(read):
    assert [SentencePair("one", "eins")] == read(
        "de\tid\ten\neins\t1\tone\n", source_column=2, target_column=0, has_header=True
    )


def test_quotes_are_text(read):
    assert [SentencePair('"Stop', "„Halt"), SentencePair('a "b" c"', "x")] == read(
        '"Stop\t„Halt\na "b" c"\tx\n'
    )


def test_a_very_long_cell_is_read(read):
    assert [SentencePair("x" * 200_000, "y")] == read("x" * 200_000 + "\ty\n")


def test_bad_rows_are_dropped_with_their_lines(read):
    records = read(b"one\teins\n\nalone\n\tzwei\nthree\t \nf\xfcr\tfor\nsix\tsechs\n")

    assert [
        SentencePair("one", "eins"),
        SentencePair("six", "sechs"),
        Problem("x.tsv", 2, Reason.EMPTY, ""),
        Problem("x.tsv", 3, Reason.COLUMNS, "alone"),
        Problem("x.tsv", 4, Reason.EMPTY, "zwei"),
        Problem("x.tsv", 5, Reason.EMPTY, "three"),
        Problem("x.tsv", 6, Reason.UNDECODABLE, "f\ufffdr"),
    ] == records
