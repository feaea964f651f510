"""A program is told from a later one that got its number, and from one elsewhere."""

import subprocess
import sys

import psutil

from attnstudio.project.program import WorkPlace, this_program


def test_the_program_that_asks_is_alive_and_here():
    program = this_program(WorkPlace.WINDOW)

    assert program.is_here
    assert program.is_alive


def test_a_later_program_with_the_same_number_is_another():
    program = this_program(WorkPlace.WINDOW)

    assert not program.model_copy(update={"created_at": program.created_at - 60}).is_alive


def test_a_program_that_has_ended_is_dead_also_before_anybody_asks_how_it_ended():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        created_at = psutil.Process(child.pid).create_time()
        changes = {"pid": child.pid, "created_at": created_at}
        program = this_program(WorkPlace.WINDOW).model_copy(update=changes)
        assert program.is_alive
        child.kill()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert not program.is_alive
        child.wait()
        assert not program.is_alive


def test_a_program_elsewhere_may_be_alive():
    program = this_program(WorkPlace.WINDOW).model_copy(
        update={"host": "elsewhere", "created_at": 0}
    )

    assert not program.is_here
    assert program.is_alive
