import random

import pytest

from attnstudio.corpus.batches import RawPairs, clean_blocks, clean_pairs
from attnstudio.corpus.import_report import Problem, ProblemCounter, Reason
from attnstudio.corpus.line_block import LineBlock
from attnstudio.corpus.text import is_plain

CLEAN = ("a", "the house", "größer", "дом", "你好。", "“x” – y", "ठीक", "a  b")
WIDE = ("你　好", "　你", "你　", "　")
SPOILT = (
    *(
        "",
        " ",
        " a",
        "a ",
        "\ta",
        "a\x00b",
        "a\xa0b",
        "a\u202f!",
        "\u2007a",
        "a\u200bb",
        "e\u0301",
        "\u0301",
        "\xad",
    ),
    *("a\x85b", "\u2028", "\x7f", "\ufeffa", "\ud800", "f\udcfcr", "\udcc3\udca9", "ç\udca9"),
)


def as_bytes(lines):
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def drawn(seed, count, share):
    spoilt = random.Random(seed)
    lines = (*SPOILT, *WIDE)
    return [spoilt.choice(lines if spoilt.random() < share else CLEAN) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1_000, 4_096])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.2, 1.0])
def test_blocks_are_cleaned_like_their_lines(count, share):
    sources, targets = drawn(1, count, share), drawn(2, count, share)
    blocks = [LineBlock(as_bytes(side), errors="surrogatepass") for side in (sources, targets)]

    block = clean_blocks(*blocks, 5, "x.en", "x.de")
    lines = clean_pairs(sources, targets, range(5, 5 + count), "x.en", "x.de")

    assert list(block.pairs()) == list(lines.pairs())
    assert list(block.problems) == list(lines.problems)


def test_clean_lines_go_on_as_the_bytes_that_were_read():
    blocks = [LineBlock(as_bytes(CLEAN[:4] * 500)) for _ in range(2)]

    batch = clean_blocks(*blocks, 1, "x.en", "x.de")

    assert [batch.sources.text, batch.targets.text] == [block.text for block in blocks]


def test_no_break_spaces_alone_are_mended_together():
    block = LineBlock(as_bytes(["a", "b\xa0!", "c\u202f?", "d"]))

    spaced, places = block.spaced()

    assert (spaced.lines(), places) == (["a", "b !", "c ?", "d"], [1, 2])
    assert LineBlock(b"a\n").spaced()[1] == []


@pytest.mark.parametrize("line", [line for line in (*CLEAN, *SPOILT) if line])
def test_a_line_is_doubtful_if_it_is_not_clean(line):
    block = LineBlock(as_bytes(["a", line, "b"]), errors="surrogatepass")
    clean = is_plain(line) and line == line.strip()

    assert block.doubtful().tolist() == ([] if clean else [1])


def test_no_letter_that_is_doubtful_passes_as_clean():
    letters = [chr(code) for code in range(0x20, 0x3000)]
    block = LineBlock(as_bytes([f"a{letter}b" for letter in letters]))

    sure = set(range(len(letters))) - set(block.doubtful().tolist())
    assert all(is_plain(f"a{letters[line]}b") for line in sure)
    assert ord("ÿ") - 0x20 in sure


def test_lines_of_a_block_are_picked_and_replaced():
    block = LineBlock(as_bytes(["a", "", "größer", "d"]))

    assert block.at([0, 2]) == ["a", "größer"]
    assert block.replaced([0, 2, 3], ["x", None, "你"]).lines() == ["x", "", "你"]
    assert block.replaced([], []).text == block.text


def test_parts_of_a_block_are_its_lines():
    lines = ["a", "", "c", "größer"]
    block = LineBlock(as_bytes(lines))

    for start in range(5):
        for end in range(start, 5):
            part = block.part(start, end)
            assert lines[start:end] == list(part) == part.part(0, 4).lines()
            assert end - start == len(part)


def test_few_long_texts_are_a_batch_too():
    raw = RawPairs("x.en")
    raw.add(1, "a", "b")
    assert not raw.is_full
    raw.add(2, "a" * 5_000_000, "b")
    assert raw.is_full
    raw.take()
    assert not raw.is_full


def test_of_a_long_text_a_report_keeps_the_start():
    counter = ProblemCounter()
    counter.add([Problem("x.en", 1, Reason.EMPTY, "a" * 5_000)])

    assert [len(problem.text) for problem in counter.first] == [1_000]
