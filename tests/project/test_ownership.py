"""One window has a project; a dead one loses it, a silent one on another machine may."""

import os
import subprocess
import sys
import time

import pytest

from attnstudio.project.ownership import HeldByOther, Hold, Owner, WriteProtected, claim
from attnstudio.project.program import WorkPlace, this_program

_WINDOW = """
import sys
from pathlib import Path
from attnstudio.project.ownership import claim
held = claim(Path(sys.argv[1]))
print(type(held).__name__, flush=True)
sys.stdin.read()
held.release()
"""


@pytest.fixture
def other(empty):
    """Another program that holds the project until it is told to end, or killed."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _WINDOW, str(empty.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "Hold\n"
        yield child
        child.kill()


def write_owner(folder, age_s=0.0, **changes):
    program = this_program(WorkPlace.WINDOW).model_copy(update=changes)
    path = folder / "owner.json"
    path.write_text(Owner(program=program, since=time.time() - age_s).model_dump_json())
    os.utime(path, (time.time() - age_s, time.time() - age_s))


def test_the_second_is_told_who_is_the_first_and_since_when(empty, other):
    held = claim(empty.folder)

    assert isinstance(held, HeldByOther)
    assert held.owner.program.pid == other.pid
    assert abs(held.owner.since - time.time()) < 60
    assert not held.may_take_over
    assert isinstance(claim(empty.folder, take_over=True), HeldByOther)


def test_it_is_free_when_the_first_closes_it(empty, other):
    other.stdin.close()
    other.wait()
    assert not (empty.folder / "owner.json").exists()

    hold = claim(empty.folder)

    assert isinstance(hold, Hold)
    hold.release()
    assert not (empty.folder / "owner.json").exists()


def test_it_is_free_when_the_first_is_killed(empty, other):
    other.kill()
    other.wait()
    assert (empty.folder / "owner.json").exists()

    hold = claim(empty.folder)

    assert isinstance(hold, Hold)
    hold.release()


def test_a_window_elsewhere_keeps_it_while_it_says_that_it_lives(empty):
    write_owner(empty.folder, host="elsewhere", age_s=30)

    for take_over in (False, True):
        held = claim(empty.folder, take_over=take_over)
        assert isinstance(held, HeldByOther)
        assert not held.may_take_over


def test_a_window_elsewhere_that_is_long_silent_may_be_taken_over(empty):
    write_owner(empty.folder, host="elsewhere", age_s=600)
    held = claim(empty.folder)
    assert isinstance(held, HeldByOther)
    assert held.may_take_over

    hold = claim(empty.folder, take_over=True)

    assert isinstance(hold, Hold)
    hold.release()


def test_saying_that_one_lives_is_seen_elsewhere(empty):
    hold = claim(empty.folder)
    os.utime(empty.folder / "owner.json", (1, 1))

    hold.say_alive()

    assert (empty.folder / "owner.json").stat().st_mtime > time.time() - 60
    hold.release()


@pytest.mark.parametrize("content", ["", "[" * 9_000, "{}", "x" * 20_000])
def test_a_damaged_file_of_the_owner_keeps_nobody_out(empty, content):
    (empty.folder / "owner.json").write_text(content)

    hold = claim(empty.folder)

    assert isinstance(hold, Hold)
    hold.release()


def test_who_may_not_write_is_told_why(empty, write_protect):
    write_protect(empty.folder)

    assert claim(empty.folder) == WriteProtected("Permission denied")
    assert not (empty.folder / "owner.lock").exists()
