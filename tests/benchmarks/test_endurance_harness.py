"""What the endurance harness calls a failure, and that it can make one happen."""

import errno
import json
import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(_BENCHMARKS))
from endurance import judging, recovery, running  # noqa: E402 - found in the folder above
from endurance.commands import RESUME  # noqa: E402
from endurance.places import place_at  # noqa: E402
from endurance.spoiling import spoil  # noqa: E402
from endurance.victims import Reply  # noqa: E402

sys.path.remove(str(_BENCHMARKS))


@pytest.fixture
def place(tmp_path):
    place = place_at(tmp_path / "case")
    for folder in (place.project, place.files, place.outside, place.folder / "tmp"):
        folder.mkdir(parents=True)
    (place.outside / "diary.txt").write_text("nobody's business")
    return place


def reply(code=0, err="", out="", **more):
    return Reply(code, out, err, 0.1, **more)


def failed(message, hint=""):
    return reply(1, out=json.dumps({"error": {"message": message, "hint": hint}}) + "\n")


def test_a_sentence_and_an_exit_code_are_fine():
    assert judging.against_reply(failed("No.", "Try again.")) == []
    assert judging.against_reply(reply(2, err="Error: No.\n  Try again.\n")) == []


@pytest.mark.parametrize(
    ("ending", "complaint"),
    [
        (reply(1, "Traceback (most recent call last):\n"), "traceback"),
        (reply(1, "Error: Unexpected OSError: x\n"), "called our bug"),
        (reply(1), "fails without a sentence"),
        (reply(7), "exit code 7"),
        (reply(-11), "ended by signal 11"),
        (reply(-9, hung=True), "hangs"),
        (reply(grew_kb=2 << 20), "takes too much memory"),
    ],
)
def test_how_a_command_must_not_end(ending, complaint):
    assert complaint in judging.against_reply(ending)


def test_a_sentence_names_file_reason_and_a_way_out(place):
    path = place.project / "runs" / "r" / "events.jsonl"

    def against(said):
        return judging.against_sentence(said, errno.ENOSPC, path, place)

    assert against(failed(f"{path}: No space left on device.", "Make room.")) == []
    assert against(failed("events.jsonl: the disk is full.", "Make room.")) == []
    assert against(failed("It failed.")) == ["names no file", "says no reason", "gives no hint"]


def test_temporary_files_are_left_over_unless_they_are_in_the_trash(place):
    assert judging.against_leftovers(place) == []
    (place.project / "trash" / ".x.new").mkdir(parents=True)
    assert judging.against_leftovers(place) == []

    (place.project / "runs" / ".r.new").mkdir(parents=True)

    assert judging.leftovers(place) == ["project/runs/.r.new"]


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place.outside / "diary.txt").write_text("read"),
        lambda place: (place.outside / "diary.txt").unlink(),
        lambda place: (place.outside / "new").mkdir(),
        lambda place: (place.folder / "new").write_text("x"),
        lambda place: (place.files / "new").write_text("x"),
    ],
)
def test_any_change_beside_the_project_is_seen(place, change):
    before = judging.surroundings(place)
    (place.project / "new").write_text("x")
    assert judging.against_outside(place, before) == []

    change(place)

    assert judging.against_outside(place, before) == ["writes outside the project"]


def test_going_on_from_before_a_saved_checkpoint_is_seen(place):
    log = place.project / "runs" / "half" / "events.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text('{"event": "started", "step": 3, "resumed_from": 3}\n{"torn": ')

    assert recovery._against_lost_steps(RESUME, place, saved=3) == []
    assert recovery._against_lost_steps(RESUME, place, saved=6) == ["loses a checkpoint"]


@pytest.mark.parametrize("name", ["a.json", "a.toml", "a.safetensors", "a.offsets", "a.txt"])
def test_every_way_to_spoil_a_file_changes_it_and_can_be_repeated(tmp_path, name):
    def spoilt(number):
        folder = tmp_path / str(number)
        (folder / "outside" / "x").mkdir(parents=True)
        path = folder / name
        path.write_bytes(_SOUND.get(path.suffix, bytes(range(64))))
        return spoil(path, folder / "outside", random.Random(number % 100)), path

    for number in range(100):
        (done, path), (again, _) = spoilt(number), spoilt(100 + number)
        assert done.replace("outside", "") == again.replace("outside", "")
        is_sound = path.is_file() and not path.is_symlink() and path.stat().st_size < 1 << 30
        assert not done or not is_sound or path.read_bytes() != _SOUND.get(path.suffix)


_HEADER = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
_SOUND = {
    ".json": b'{"a": [1, {"b": "c"}]}',
    ".toml": b'a = "b"\nc = 1\n',
    ".safetensors": len(_HEADER).to_bytes(8, "little") + _HEADER + b"\x01\x02\x03\x04" * 2,
}


@pytest.mark.parametrize("way", ["shim", "audit hook"])
def test_the_chosen_operation_fails_and_no_other(tmp_path, way):
    """Seen from outside: the second file cannot be made, the first and the third can."""
    code = f"""
        import os, sys
        from pathlib import Path
        sys.path.insert(0, {str(_BENCHMARKS)!r})
        from endurance import saboteur
        folder = Path({str(tmp_path)!r})
        if {way == "shim"}:
            saboteur.preload(folder)
        (folder / "files").mkdir(exist_ok=True)
        wish = saboteur.Sabotage(saboteur.Kind.CHANGE, 3, saboteur.Deed.FAIL, {errno.ENOSPC})
        if not saboteur.has_shim():
            wish = saboteur.Sabotage(saboteur.Kind.CHANGE, 2, saboteur.Deed.FAIL, {errno.ENOSPC})
        saboteur.sabotage_here(folder / "files", wish, folder / "report")
        for name in "abc":
            try:
                (folder / "files" / name).write_text(name)
            except OSError as error:
                print(name, error.errno)
        print([seen.path.name for seen in saboteur.operations(folder / "report")])
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code))

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [f"b {errno.ENOSPC}", "['b']"]
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["a", "c"]


def test_failures_are_counted_and_tell_how_to_see_them_again():
    result = running.PartResult()

    result.add(3, running.Verdict("import | x", "killed"), "again 3")
    result.add(4, running.Verdict("import | y", "killed", ["traceback"], "tail"), "again 4")

    assert (result.cases, result.failed, dict(result.complaints)) == (2, 1, {"traceback": 1})
    assert result.by_name == {"import": [2, 1]}
    assert [failure.repeat for failure in result.failures] == ["again 4"]
    json.dumps(result.to_mapping())
