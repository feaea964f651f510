import gzip
import random

import pytest
from batch_records import records_in

from attnstudio.corpus.alignment import Alignment
from attnstudio.corpus.gold_reader import GoldNotation
from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.line_aligned import LineAlignedFiles, read_line_aligned
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource
from attnstudio.errors import AlignmentError, CorpusError


@pytest.fixture
def read(tmp_path):
    """The records of an English and a German text given as bytes or strings."""

    def read(source, target, links=None, languages=("en", "de"), **notation):
        contents = {"x.en": source, "x.de": target, "x.gold": links}
        for name, content in contents.items():
            if content is not None:
                content = content.encode() if isinstance(content, str) else content
                (tmp_path / name).write_bytes(content)
        files = LineAlignedFiles(
            TextSource(tmp_path / "x.en"),
            TextSource(tmp_path / "x.de"),
            None if links is None else TextSource(tmp_path / "x.gold"),
            GoldNotation(**notation),
        )
        return list(records_in(read_line_aligned(files, languages)))

    return read


def test_each_line_is_the_partner_of_its_number(read):
    pairs = read("one\n two \n", "eins\r\nzwei\r\n")

    assert [SentencePair("one", "eins"), SentencePair("two", "zwei")] == pairs


def test_text_is_stored_clean(read):
    assert [SentencePair("café, a b", "， x")] == read(
        "\ufeffcafe\u0301,\ta\u2028b\n", "，\u0085x\n"
    )


def test_a_line_without_text_is_dropped_and_shifts_nothing(read):
    records = read("one\n\nthree\n", "eins\nzwei\ndrei\n")

    assert [
        SentencePair("one", "eins"),
        SentencePair("three", "drei"),
        Problem("x.en", 2, Reason.EMPTY, "zwei"),
    ] == records


def test_a_line_of_nothing_but_spaces_and_marks_has_no_text(read):
    assert [Problem("x.de", 1, Reason.EMPTY, "one")] == read("one\n", "\u3000\ufeff \t\n")


def test_a_line_that_is_empty_on_both_sides_is_one_problem(read):
    assert [Problem("x.en", 1, Reason.EMPTY, "")] == read("\n", "\n")


def test_a_line_that_cannot_be_decoded_is_dropped_and_shifts_nothing(read):
    records = read("one\ntwo\n", b"eins f\xfcr\nzwei\n")

    assert [
        SentencePair("two", "zwei"),
        Problem("x.de", 1, Reason.UNDECODABLE, "eins f\ufffdr"),
    ] == records


def test_unequal_counts_are_refused_with_the_first_suspicious_line(read):
    chance = random.Random(3)
    lengths = [chance.randint(2, 25) for _ in range(200)]
    english = [" ".join(["house"] * n) for n in lengths]
    german = [" ".join(["Gebäude"] * (n + n // 9)) for n in lengths]
    del german[36]

    with pytest.raises(CorpusError) as refusal:
        read("\n".join(english), "\n".join(german))

    assert (
        refusal.value.message
        == "x.en has 200 lines, x.de has 199; they seem to come apart at line 37."
    )
    assert "Each line needs its partner" in refusal.value.hint


@pytest.mark.parametrize(("source", "target"), [("a\nb\n", ""), ("", "a\nb\n")])
def test_an_empty_partner_is_refused(read, source, target):
    counts = (2, 0) if source else (0, 2)

    with pytest.raises(CorpusError, match="^x.en has {} lines, x.de has {};".format(*counts)):
        read(source, target)


@pytest.mark.parametrize("damaged", ["x.en.gz", "x.de.gz"])
def test_of_two_files_the_damaged_one_is_named(tmp_path, damaged):
    for name in ("x.en.gz", "x.de.gz"):
        content = gzip.compress(b"word\n" * 1000)
        (tmp_path / name).write_bytes(content[:-12] if name == damaged else content)
    files = LineAlignedFiles(TextSource(tmp_path / "x.en.gz"), TextSource(tmp_path / "x.de.gz"))

    with pytest.raises(CorpusError, match=f"^{damaged} could not be read"):
        list(read_line_aligned(files, ("en", "de")))


def test_gold_links_know_where_their_tokens_are(read):
    (pair,) = read("The  cafe\u0301 .\n", "Das Café .\n", "0-0 1-1 2p2\n")

    assert SentencePair("The café .", "Das Café .", pair.gold) == pair
    assert Alignment.from_pharaoh("0-0 1-1 2p2") == pair.gold.alignment
    assert [pair.source[a:b] for a, b in pair.gold.source_spans] == ["The", "café", "."]


def test_gold_links_of_chinese_fit_text_without_spaces(read):
    (pair,) = read("I like cats\n", "我 喜欢 猫\n", "0-0 1-1 2-2\n", ("en", "zh"))

    assert pair.target == "我喜欢猫"
    assert [pair.target[a:b] for a, b in pair.gold.target_spans] == ["我", "喜欢", "猫"]


def test_an_empty_line_of_links_means_none(read):
    pairs = read("a\nb\n", "x\ny\n", "\n0-0\n")

    assert [pair.gold is not None for pair in pairs] == [False, True]


@pytest.mark.parametrize("links", ["0-0 2-0", "0-1", "0-0 nonsense", b"0-0 \xff"])
def test_links_that_do_not_fit_their_pair_are_dropped_with_it(read, links):
    links = links.encode() if isinstance(links, str) else links
    records = read("a b\nc\n", "x\ny\n", links + b"\n0-0\n")

    text = links.decode("utf-8", "replace")
    assert Problem("x.gold", 1, Reason.LINKS, text) == records[-1]
    assert records[0].source == "c"


def test_gold_links_may_count_from_1(read):
    first, second = read("a b\nc d\n", "x\ny z\n", "2p1 1-1\n0-0\n", base=1)

    assert first.gold.alignment == Alignment.from_pharaoh("0-0 1p0")
    assert second == Problem("x.gold", 2, Reason.LINKS, "0-0")


@pytest.mark.parametrize(("pairs", "refused"), [(9, False), (10, True)])
def test_many_links_of_which_none_names_word_0_are_refused(read, pairs, refused):
    given = "a b\n" * pairs, "x y\n" * pairs, "1-1\n" * pairs
    if refused:
        with pytest.raises(AlignmentError, match=r"^No link in x\.gold names word 0"):
            read(*given)
    else:
        assert len(read(*given)) == pairs
    assert len(read(*given, base=0)) == pairs
    assert len(read(*given, base=1)) == pairs


def test_links_may_have_a_line_each(read):
    naacl = "1 1 1 S\n0001 2 1 P 0.4\n\n3 1 2\n3 1 0\n"
    first, second, third = read("a b\nc\nd\n", "x y\nz\nv w\n", naacl)

    assert first.gold.alignment == Alignment.from_pharaoh("0-0 1p0")
    assert second.gold is None
    assert third.gold.alignment == Alignment.from_pharaoh("0-1")


def test_a_link_of_a_line_that_does_not_fit_is_named_by_its_line(read):
    records = read("a b\nc\n", "x\ny\n", "1 1 1\n1 2 1\n2 1 2\n2 1 1\n")

    assert Problem("x.gold", 3, Reason.LINKS, "1-2 1-1") == records[-1]


@pytest.mark.parametrize("line", ["1 2", "0 1 1", "1 1-1", "1 1 1 X"])
def test_what_is_no_link_of_a_line_is_refused_with_its_line(read, line):
    with pytest.raises(AlignmentError, match=r"^x\.gold, line 2: '.+' is not a link\."):
        read("a\n", "x\n", f"1 1 1 S\n{line}\n")


def test_links_of_pairs_that_are_not_there_are_refused(read):
    with pytest.raises(AlignmentError, match=r"^x\.gold has links of pair 3, x\.en has 2 lines\."):
        read("a\nb\n", "x\ny\n", "1 1 1 S\n3 1 1 S\n")


LONGER_TARGETS = "a b\n" * 12, "x y z\n" * 12


def test_reversed_links_are_refused(read):
    with pytest.raises(AlignmentError, match=r"^x\.gold seems to be reversed: 11 of its 12 lines"):
        read(*LONGER_TARGETS, "0-0 2-1\n" * 11 + "0-1\n")


def test_links_that_are_called_reversed_are_turned(read):
    pairs = read(*LONGER_TARGETS, "0-0 2p1\n" * 12, is_reversed=True)

    assert {pair.gold.alignment.to_pharaoh() for pair in pairs} == {"0-0 1p2"}


def test_links_that_were_not_reversed_are_not_turned(read):
    with pytest.raises(AlignmentError, match=r"^x\.gold seems to be reversed"):
        read(*LONGER_TARGETS, "0-0 1-2\n" * 12, is_reversed=True)


def test_lines_that_fit_neither_way_are_problems_of_their_own(read):
    records = read(*LONGER_TARGETS, "0-0 1-2\n" * 10 + "3-3\n2-1\n")

    assert [record.reason for record in records[10:]] == [Reason.LINKS, Reason.LINKS]


def test_one_first_word_is_enough_to_count_from_0(read):
    assert len(read("a b\n" * 12, "x y\n" * 12, "1-0\n" + "1-1\n" * 11)) == 12


@pytest.mark.parametrize(("links", "count"), [("0-0\n", 1), ("0-0\n0-0\n0-0\n", 3), ("", 0)])
def test_another_number_of_link_lines_is_refused(read, links, count):
    with pytest.raises(
        AlignmentError, match=rf"^x\.gold has {count} lines, x\.en has 2\. Each pair needs"
    ):
        read("a\nb\n", "x\ny\n", links)
