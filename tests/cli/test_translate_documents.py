"""``translate`` of documents: what is filled, what is said, what is refused."""

import re

import pytest
from documents import parsed

GREEDY = ("--beam", "1")
TMX = """<?xml version="1.0"?>
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>the <hi>dog</hi> sees a bird today</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>the man</seg></tuv><tuv xml:lang="de"><seg>der Mann</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>the bird</seg></tuv></tu>
</body></tmx>
"""


@pytest.fixture
def memory(tmp_path):
    path = tmp_path / "a.tmx"
    path.write_text(TMX)
    return path


def test_a_document_is_filled_and_counted(attnstudio, trained, memory, tmp_path):
    to = tmp_path / "b.tmx"

    reply = attnstudio("translate", trained, memory, "-o", to, *GREEDY, "--json")

    assert reply.code == 0, reply.err
    counts = reply.json["units"]
    assert reply.json["kind"] == "tmx"
    assert (counts["total"], counts["filled"], counts["left_alone"]) == (3, 2, 1)
    assert counts["with_tags_among_words"] == 1
    assert counts["tags_by_alignment"] in (0, 1)  # a model of 30 steps may link no word
    units = parsed(to.read_bytes()).findall("body/tu")
    texts = [["".join(s.itertext()) for s in unit.findall("tuv/seg")] for unit in units]
    lines = attnstudio(
        "translate", trained, *GREEDY, given=b"the dog sees a bird today\nthe bird\n"
    ).lines
    assert [text[1] for text in texts] == [lines[0], "der Mann", lines[1]]
    assert len(units[0].findall("tuv[2]/seg/hi")) == 1


def test_a_person_reads_what_was_done(attnstudio, trained, memory, tmp_path):
    reply = attnstudio("translate", trained, memory, "-o", tmp_path / "b.tmx", *GREEDY)

    assert reply.lines[0] == "2 of 3 units filled, 1 left alone."
    assert re.fullmatch(
        r"Tags among words: in 1 units, put back by word links in [01]\.", reply.lines[1]
    )


def test_a_text_stays_lines_in_and_lines_out(attnstudio, trained, tmp_path):
    (tmp_path / "a.txt").write_text("the dog\n\nthe bird\n")

    assert len(attnstudio("translate", trained, tmp_path / "a.txt", *GREEDY).lines) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "needs a file of its own"),
        (("-o", "{folder}/b.tmx", "--nbest", "2"), "one translation for each segment"),
        (("-o", "{folder}/a.tmx"), "a.tmx is not written over itself"),
        (("-o", "{folder}/x/b.tmx"), "There is no folder"),
    ],
)
def test_what_cannot_be_is_refused(attnstudio, trained, memory, tmp_path, options, said):
    options = [option.format(folder=tmp_path) for option in options]

    reply = attnstudio("translate", trained, memory, *options)

    assert reply.code == 2
    assert said in reply.err
    assert memory.read_text() == TMX


def test_another_language_is_refused(attnstudio, trained, tmp_path):
    path = tmp_path / "a.xlf"
    path.write_text(
        '<xliff version="1.2"><file source-language="en" target-language="fr"><body>'
        "<trans-unit id='1'><source>a</source></trans-unit></body></file></xliff>"
    )

    reply = attnstudio("translate", trained, path, "-o", tmp_path / "b.xlf")

    assert reply.code == 2
    assert "is to be translated from en into fr, not from en into de" in reply.err
    assert not (tmp_path / "b.xlf").exists()


def test_a_segment_that_is_cut_is_said(attnstudio, trained, tmp_path):
    path = tmp_path / "a.tmx"
    path.write_text(TMX.replace("the bird", "the bird " * 400))

    reply = attnstudio("translate", trained, path, "-o", tmp_path / "b.tmx", *GREEDY)

    assert "Unit 3 is longer than" in reply.err
