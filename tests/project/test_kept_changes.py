"""Changes of the attention that a person keeps: read as they were written, or not at all."""

import json

import pytest

from attnstudio.errors import ProjectError, StorageError
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.project.copying import copy_project
from attnstudio.project.kept_changes import (
    LONGEST_NAME,
    MOST_SETS,
    NAME,
    Change,
    forget_changes,
    keep_changes,
    name_for_changes,
    read_kept_changes,
)
from attnstudio.sites import CROSS, ENCODER_SELF

EVERYTHING = Intervention(
    rows={
        RowAddress(CROSS, 1, 0, 2): (0.1, 0.2, 0.7),
        RowAddress(ENCODER_SELF, 0, 3, 0): (1.0,),
    },
    ablated_heads=frozenset({HeadAddress(CROSS, 0, 1), HeadAddress(ENCODER_SELF, 1, 1)}),
    masked={CROSS: frozenset({0, 4})},
    temperatures={HeadAddress(CROSS, 0, 0): 0.5},
)
OFF = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))


def change(asked=OFF, words="off: layer 0, head 0"):
    return Change("key", words, asked)


def test_sets_are_read_as_they_were_kept(tmp_path):
    assert read_kept_changes(tmp_path) == {}
    keep_changes(tmp_path, "all of it", [change(EVERYTHING, "«Hündin» 狗"), change()])
    keep_changes(tmp_path, "ابحث", [change()])

    assert read_kept_changes(tmp_path) == {
        "all of it": (change(EVERYTHING, "«Hündin» 狗"), change()),
        "ابحث": (change(),),
    }


def test_a_name_that_is_there_takes_the_new_changes_and_comes_last(tmp_path):
    keep_changes(tmp_path, "one", [change()])
    keep_changes(tmp_path, "two", [change()])
    keep_changes(tmp_path, "one", [change(EVERYTHING)])
    assert list(read_kept_changes(tmp_path)) == ["two", "one"]
    assert read_kept_changes(tmp_path)["one"] == (change(EVERYTHING),)


def test_a_set_is_forgotten_and_the_others_stay(tmp_path):
    keep_changes(tmp_path, "one", [change()])
    keep_changes(tmp_path, "two", [change()])
    assert list(forget_changes(tmp_path, "one")) == ["two"]
    assert list(read_kept_changes(tmp_path)) == ["two"]
    assert list(forget_changes(tmp_path, "none such")) == ["two"]


def test_what_another_window_kept_stays(tmp_path):
    keep_changes(tmp_path, "one", [change()])
    theirs = json.loads((tmp_path / NAME).read_text("utf-8"))
    theirs["sets"].append({**theirs["sets"][0], "name": "theirs"})
    (tmp_path / NAME).write_text(json.dumps(theirs), "utf-8")
    assert list(keep_changes(tmp_path, "mine", [change()])) == ["one", "theirs", "mine"]


def test_there_is_a_most(tmp_path):
    for number in range(3):
        keep_changes(tmp_path, f"set {number}", [change()])
    content = json.loads((tmp_path / NAME).read_text("utf-8"))
    content["sets"] = [{**content["sets"][0], "name": f"{n}"} for n in range(MOST_SETS)]
    (tmp_path / NAME).write_text(json.dumps(content), "utf-8")
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(ProjectError, match="200 sets of changes are kept already"):
        keep_changes(tmp_path, "one more", [change()])
    assert (tmp_path / NAME).read_bytes() == before
    keep_changes(tmp_path, "7", [change(EVERYTHING)])  # takes the place of one


def damaged(**parts):
    one = {"key": "k", "words": "w", "rows": [], "off": [["cross", 0, 0]], "hidden": []}
    return {"format": 1, "sets": [{"name": "n", "changes": [{**one, "temperatures": [], **parts}]}]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"format": 2, "sets": []}',
        b'{"format": true, "sets": []}',
        b'{"format": 1, "sets": [{"name": "", "changes": []}]}',
        b'{"format": 1, "sets": {"name": []}}',
        damaged(off=[]),
        damaged(off=[["cross", -1, 0]]),
        damaged(off=[["cross", True, 0]]),
        damaged(off=[["cross", 1.5, 0]]),
        damaged(off=[["cross", 10**30, 0]]),
        damaged(off=[["../cross", 0, 0]]),
        damaged(off=[["cross", 0]]),
        damaged(off=[[["cross"], 0, 0]]),
        damaged(rows=[["cross", 0, 0, 0, [0.5, 0.6]]]),
        damaged(rows=[["cross", 0, 0, 0, [1.5, -0.5]]]),
        damaged(rows=[["cross", 0, 0, 0, []]]),
        damaged(rows=[["cross", 0, 0, 0, [float("nan")]]]),
        damaged(rows=[["cross", 0, 0, 0, [10**400]]]),
        damaged(temperatures=[["cross", 0, 0, 0]]),
        damaged(temperatures=[["cross", 0, 0, float("inf")]]),
        damaged(temperatures=[["cross", 0, 0, "1"]]),
        damaged(hidden=[["cross", [[]]]]),
        damaged(words=3),
        damaged(key=None),
    ],
)
def test_a_file_that_cannot_be_understood_is_said_and_never_written_over(tmp_path, content):
    path = tmp_path / NAME
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    before = path.read_bytes()
    for ask in (
        lambda: read_kept_changes(tmp_path),
        lambda: keep_changes(tmp_path, "mine", [change()]),
        lambda: forget_changes(tmp_path, "n"),
    ):
        with pytest.raises(ProjectError, match=r"The kept changes in .* cannot be read") as raised:
            ask()
        assert "Nothing was changed there" in raised.value.hint
    assert path.read_bytes() == before


def test_the_content_that_the_damages_are_made_of_is_whole(tmp_path):
    (tmp_path / NAME).write_text(json.dumps(damaged()), "utf-8")
    assert read_kept_changes(tmp_path) == {"n": (Change("k", "w", OFF),)}


def test_texts_of_a_stranger_turn_nothing_round(tmp_path):
    content = damaged(words="a\u202eb\ud800\nc", key="\udfff")
    content["sets"][0]["name"] = "x\u202e\n y" + 300 * "z"
    (tmp_path / NAME).write_text(json.dumps(content), "ascii")
    [(name, [kept])] = read_kept_changes(tmp_path).items()
    assert kept.words == "ab c"
    assert name.startswith("x y")
    assert len(name) == LONGEST_NAME
    keep_changes(tmp_path, "mine", [change()])  # all of it can be written again
    assert len(read_kept_changes(tmp_path)) == 2


def test_a_link_is_not_followed(tmp_path):
    keep_changes(tmp_path, "one", [change()])
    other = tmp_path / "other"
    other.mkdir()
    try:
        (other / NAME).symlink_to(tmp_path / NAME)
    except OSError:
        pytest.skip("this system lets nobody make links")
    with pytest.raises(StorageError):
        read_kept_changes(other)


def test_a_folder_that_cannot_be_written_is_said(tmp_path, write_protect):
    keep_changes(tmp_path, "one", [change()])
    write_protect(tmp_path)
    with pytest.raises(StorageError):
        keep_changes(tmp_path, "two", [change()])
    assert list(read_kept_changes(tmp_path)) == ["one"]


def test_a_copy_of_a_project_has_them(project, tmp_path):
    keep_changes(project.folder, "one", [change()])
    copy = copy_project(project.folder, tmp_path / "copy")
    assert read_kept_changes(copy) == {"one": (change(),)}


def test_a_name_is_one_line():
    assert name_for_changes("  two\nheads\u202e ") == "two heads"
    assert name_for_changes(" \n ") == ""
