"""``lab``: what kinds of attention cost here."""

import json
import re
import signal
import sys
from xml.etree import ElementTree

import pytest

from attnstudio.lab.keeping import kept_report

TINY = ("--preset", "tiny", "--lengths", "8", "--lengths", "16")


@pytest.mark.slow
def test_a_measurement_is_told_drawn_and_kept(attnstudio, trained, tmp_path):
    picture = tmp_path / "lab.svg"
    kinds = ("--kinds", "transformer", "--kinds", "transformer.score=dot")
    reply = attnstudio("lab", trained, *TINY, *kinds, "--json", "-o", picture)

    assert reply.code == 0
    content = reply.json
    assert content["is_whole"]
    assert content["kinds"] == ["transformer", "transformer.score=dot"]
    curves = {(curve["kind"], curve["work"]): curve for curve in content["curves"]}
    assert len(curves) == 4
    for curve in curves.values():
        assert [point["length"] for point in curve["points"]] == [8, 16]
        assert all(point["seconds"] > 0 and point["memory_bytes"] > 0 for point in curve["points"])
    assert 0 < content["corpus"]["p5"] <= content["corpus"]["p95"] <= content["corpus"]["longest"]
    assert set(content["findings"]) == {
        "training_seconds", "training_memory", "decoding_seconds", "decoding_memory",
    }  # fmt: skip
    pictures = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert pictures == [
        "lab-decoding-memory.svg", "lab-decoding-seconds.svg", "lab-training-memory.svg", "lab.svg",
    ]  # fmt: skip
    for name in pictures:
        ElementTree.parse(tmp_path / name)
    kept = kept_report("tiny")
    assert [curve.kind for curve in kept.curves[:2]] == content["kinds"]
    assert kept.machine.torch == content["machine"]["torch"]


@pytest.mark.slow
def test_people_read_a_table(attnstudio):
    reply = attnstudio("lab", *TINY, "--kinds", "recurrent.attention=none")

    assert reply.code == 0
    assert reply.err.splitlines()[0] == (
        "Measuring with the sizes of preset tiny: Recurrent, No attention (scores)."
    )
    assert reply.lines[0].split() == [
        "Training", "step,", "ms,", "sentences", "of", "…", "pieces", "8", "16", "law",
    ]  # fmt: skip
    assert reply.lines[1].startswith("Recurrent, No attention (scores) ")
    assert reply.lines[1].endswith("  n")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_ctrl_c_ends_with_what_was_measured(start):
    program = start("lab", "--preset", "tiny", "--kinds", "transformer", "--json")
    for line in program.stderr:
        length = re.search(rb" ([\d,]+) pieces", line)
        if length and length[1] != b"8":  # a busy machine tells of some lengths only
            break
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=60)

    assert program.returncode == 130
    content = json.loads(out)
    assert not content["is_whole"]
    assert content["curves"][0]["points"][0]["length"] == 8


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--kinds", "magic"), "There is no kind of attention magic."),
        (("--preset", "huge"), "There is no preset huge."),
        (("-o", "lab.png"), "lab.png is no picture that can be written."),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_measured(attnstudio, arguments, message):
    reply = attnstudio("lab", *arguments, "--json")

    assert reply.code == 2
    assert reply.json["error"]["message"] == message
