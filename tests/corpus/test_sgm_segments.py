"""WMT's older test sets."""

import pytest
from batch_records import records_in

from attnstudio.corpus import sgm_segments
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.recognise import recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.errors import CorpusError

NAMES = ("newstest2014-deen-src.de.sgm", "newstest2014-deen-ref.en.sgm")
SOURCE = """<srcset setid="newstest2014" srclang="any">
<doc docid="1" genre="news" origlang="de">
<p>
<seg id="1">eins &amp; R&D</seg>
<SEG id="2">zwei
zwei</SEG>
</p><p><seg id="3">drei</seg></p>
</doc>
</srcset>
"""
REFERENCE = """<?xml version="1.0"?><!DOCTYPE refset SYSTEM "x.dtd">
<refset setid="newstest2014" srclang="any" trglang="en">
<doc sysid="ref"><hl><seg id="1">one &#38; R&amp;D</seg></hl>
<seg id="2">two</seg><seg id="3"></seg></doc></refset>
"""


@pytest.fixture
def test_set(tmp_path):
    def write(source, reference):
        for name, content in zip(NAMES, (source, reference), strict=True):
            (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize("is_folder", [True, False])
def test_segments_are_partners_by_their_order(test_set, is_folder):
    folder = test_set(SOURCE, REFERENCE)
    paths = [folder] if is_folder else [folder / name for name in NAMES]

    [item] = recognise(paths, "en", "de").items

    assert list(records_in(item.batches(("en", "de")))) == [
        SentencePair("one & R&D", "eins & R&D"),
        SentencePair("two", "zwei zwei"),
        Problem(NAMES[1], 3, Reason.EMPTY, "drei", Counted.UNIT),
    ]


def test_sets_of_unequal_length_are_refused(test_set):
    folder = test_set(SOURCE.replace('<seg id="3">drei</seg>', ""), REFERENCE)
    [item] = recognise([folder], "de", "en").items

    with pytest.raises(CorpusError, match=r"src\.de\.sgm has 2 lines, .*ref\.en\.sgm has 3"):
        list(item.batches(("de", "en")))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_segments_come_in_batches_whatever_lines_they_lie_in(size):
    batches = [[f"{line}\n"] for line in SOURCE.split("\n")]

    found = list(sgm_segments.segment_batches(batches, size))

    assert [segment for batch in found for segment in batch] == [
        "eins & R&D",
        "zwei zwei",
        "drei",
    ]
    assert {len(batch) for batch in found[:-1]} <= {size}
