"""Runs that other programs train in the open project: seen while they grow, and left alone."""

import os
import time
from contextlib import contextmanager

import pytest
from events import make_started, make_step
from finding import find, words_in
from PySide6.QtWidgets import QPushButton

from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.reasons import why_no_train_action
from attnstudio.gui.training.run_progress import RunProgress, processes_of
from attnstudio.project import starting
from attnstudio.project.marker import Marker, marked
from attnstudio.project.program import WorkPlace, this_program
from attnstudio.project.recorder import EventRecorder
from attnstudio.project.run import RunState
from attnstudio.training.events import Finished, Notice
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason

WAIT_MS = 30_000


def together(processes, step=0):
    template = starting._TOGETHER
    return Notice(step=step, elapsed_s=0.0, template=template, values={"n": processes})


def step(number):
    return make_step(
        step=number, elapsed_s=float(number), epoch=0.1, loss=5.0, target_tokens=9 * number
    )


def ended(at):
    return Finished(step=at, elapsed_s=9.0, reason=StopReason.STEP_LIMIT, best_step=30)


def say(run, *events):
    with EventRecorder(run.events_path) as recorder:
        for event in events:
            recorder.record(event)


@contextmanager
def trained_elsewhere(run):
    """As another program holds a run; its lock is not seen to be of this process."""
    with run.locked(), marked(run.folder, None, WorkPlace.COMMAND_LINE):
        yield


@pytest.fixture
def page(qtbot, studio, project):
    studio.open_project(project.folder)
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.show()
    return page


def looked_until(qtbot, studio, is_seen):
    """Look as the timer does until something is seen."""

    def see():
        studio.elsewhere.look()
        return is_seen()

    qtbot.waitUntil(see, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=WAIT_MS)


def told(page):
    return " ".join(words_in(find(page, RunProgress)))


def test_what_another_program_trains_grows_and_ends(qtbot, page, studio, small_run):
    run = small_run()
    studio.select_run(run)
    with trained_elsewhere(run):
        say(run, make_started(), together(2), step(1))
        looked_until(qtbot, studio, lambda: "step 1 " in told(page))
        assert "Trained by another program, in 2 processes together" in told(page)
        stop = find(find(page, RunProgress), QPushButton, "Stop")
        assert stop.isVisible()
        assert not stop.isEnabled()
        assert "press Ctrl+C there" in stop.toolTip()
        assert not [b for b in find(page, RunProgress).findChildren(QPushButton)
                    if b.isVisible() and b.isEnabled()]  # fmt: skip
        assert "stop it there" in why_no_train_action("train.stop", studio)

        say(run, step(2), step(30))
        looked_until(qtbot, studio, lambda: "step 30 " in told(page))
        say(run, ended(31))
    looked_until(qtbot, studio, lambda: "limit of steps" in told(page))

    assert not stop.isVisible()
    assert why_no_train_action("train.stop", studio) == "No training is under way."


def test_one_that_is_killed_is_seen_to_be_interrupted(qtbot, page, studio, small_run):
    run = small_run()
    studio.select_run(run)
    with trained_elsewhere(run):
        say(run, make_started(), step(1))
        looked_until(qtbot, studio, lambda: "Trained by another program" in told(page))
        marker = (run.folder / "running.json").read_bytes()
    (run.folder / "running.json").write_bytes(marker)

    looked_until(qtbot, studio, lambda: "Interrupted" in told(page))


def test_one_on_another_machine_is_believed_until_it_is_long_silent(qtbot, page, studio, small_run):
    run = small_run()
    studio.select_run(run)
    program = this_program(WorkPlace.COMMAND_LINE).model_copy(update={"host": "elsewhere"})
    marker = run.folder / "running.json"
    marker.write_text(Marker(program=program, since=time.time()).model_dump_json())
    say(run, make_started(), step(1))
    looked_until(qtbot, studio, lambda: "Trained by another program" in told(page))

    long_ago = time.time() - 600
    os.utime(marker, (long_ago, long_ago))
    assert run.state(History()) is RunState.RUNNING  # its log is new
    os.utime(run.events_path, (long_ago, long_ago))

    looked_until(qtbot, studio, lambda: "Interrupted" in told(page))


def test_a_run_that_another_program_makes_is_listed_and_shown(qtbot, page, studio, small_run):
    came = []
    studio.elsewhere.came.connect(came.extend)
    studio.elsewhere.look()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=WAIT_MS)

    run = small_run()
    with trained_elsewhere(run):
        looked_until(qtbot, studio, lambda: bool(came))
        assert studio.run.folder == run.folder
        looked_until(qtbot, studio, lambda: "Trained by another program" in told(page))
    assert [one.folder for one in came] == [run.folder]


@pytest.mark.usefixtures("page")
def test_while_nobody_trains_nothing_is_told(qtbot, studio, small_run):
    run = small_run()
    say(run, make_started(), step(1), ended(1))
    studio.runs_were_changed()
    heard = []
    studio.elsewhere.moved.connect(heard.append)
    studio.elsewhere.came.connect(heard.append)

    for _ in range(3):
        qtbot.waitUntil(lambda: not studio.tasks.running, timeout=WAIT_MS)
        studio.elsewhere.look()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=WAIT_MS)

    assert heard == []


def test_how_many_train_is_what_the_latest_training_says():
    history = History()
    assert processes_of(history) == 1
    for event in (make_started(), together(2), step(10)):
        history.add(event)
    assert processes_of(history) == 2

    history.add(make_started(step=10, resumed_from=10))
    assert processes_of(history) == 1
    history.add(together(3, step=10))
    assert processes_of(history) == 3

    for nonsense in ("many", 2.5):
        history.add(together(nonsense, step=10))
    assert processes_of(history) == 3
