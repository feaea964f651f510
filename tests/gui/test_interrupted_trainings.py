"""What was interrupted is listed with what it costs to go on, answered once, and done."""

import time
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from attnstudio.config_training import LimitsConfig
from attnstudio.gui.home.interrupted_runs import InterruptedRuns, going_on
from attnstudio.gui.home.interrupted_trainings import InterruptedTrainings
from attnstudio.gui.look.moments import moment, since
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.project.interrupted import Interruption
from attnstudio.project.marker import Marker, is_marked
from attnstudio.project.pipeline import train
from attnstudio.project.program import WorkPlace, this_program
from attnstudio.project.project import Project
from attnstudio.training.stop import StopToken


def interruption(**changes):
    values = {
        "project": Path("/home/anna/letters"), "run": "small-1", "since": 1.0,
        "heard_at": time.time(), "step": 1_230, "resumes_from": 1_200, "limits": None,
    }  # fmt: skip
    return Interruption(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "It goes on from step 1,200; 30 steps are repeated."),
        ({"step": 1_201}, "It goes on from step 1,200; 1 step is repeated."),
        ({"step": 1_200}, "It goes on from step 1,200; nothing is repeated."),
        ({"resumes_from": None}, "It starts from the beginning; 1,230 steps are repeated."),
        ({"resumes_from": None, "step": 0}, "It starts from the beginning."),
    ],
)
def test_what_going_on_costs_is_said_exactly(changes, words):
    assert going_on(interruption(**changes)) == words


def test_times_are_said_as_people_say_them():
    now = time.time()

    assert moment(now).startswith("today at ")
    assert moment(now - 86_400).startswith("yesterday at ")
    assert moment(now - 9 * 86_400).startswith("on ")
    assert since(now) == "since " + moment(now).removeprefix("today at ")
    assert since(now - 86_400).startswith("since yesterday at ")


@pytest.fixture
def panel(qtbot):
    panel = InterruptedRuns()
    qtbot.addWidget(panel)
    panel.resize(800, 300)
    return panel


def test_long_chinese_and_arabic_names_fit_and_every_button_has_a_name(panel):
    names = ["很长的训练名称" * 20, "تدريب طويل جدا " * 12, "a" * 200]
    panel.show_interruptions([interruption(run=name) for name in names])
    panel.show()

    assert panel.minimumSizeHint().width() <= 800
    for button in panel.findChildren(QPushButton):
        assert button.accessibleName().split()[0] == button.text()


@pytest.fixture
def killed(project, small_run):
    """A run with a checkpoint at step 3 whose further training was killed."""
    run = small_run(limits={"max_steps": 3})
    train(project, run, emit=lambda _: None, stop=StopToken())
    mark(run, max_steps=5)
    return run


def mark(run, **limits):
    dead = this_program(WorkPlace.WINDOW).model_copy(update={"created_at": 0.0})
    marker = Marker(program=dead, since=time.time(), limits=LimitsConfig(**limits))
    (run.folder / "running.json").write_text(marker.model_dump_json())


@pytest.fixture
def trainings(studio, panel, project):
    studio.settings.add_recent(project.folder)
    return InterruptedTrainings(studio, panel)


@pytest.fixture
def settle(qtbot, studio):
    def settle():
        qtbot.waitUntil(
            lambda: not studio.tasks.running and studio.session.state is SessionState.IDLE,
            timeout=120_000,
        )

    return settle


def press(panel, text):
    next(button for button in panel.findChildren(QPushButton) if button.text() == text).click()


def listed(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


@pytest.fixture
def pages(studio):
    pages = []
    studio.page_requested.connect(pages.append)
    return pages


def test_resume_trains_up_to_the_limits_that_it_had(
    studio, panel, trainings, killed, settle, pages
):
    trainings.look()
    settle()
    assert killed.name in listed(panel)

    press(panel, "Resume")
    settle()

    assert studio.project.run(killed.name).outline().step == 5
    assert not is_marked(killed.folder)
    assert pages[-1] is PageName.TRAINING
    assert panel.isHidden()


def test_open_shows_the_run_and_asks_no_more(
    studio, panel, trainings, killed, settle, pages, settings
):
    trainings.look()
    settle()

    press(panel, "Open")
    settle()

    assert studio.run.name == killed.name
    assert pages == [PageName.TRAINING]
    assert panel.isHidden()
    assert len(settings.answered) == 1
    mark(killed, max_steps=9)  # killed once more
    trainings.look()
    settle()
    assert not panel.isHidden()


def test_discard_moves_it_to_the_trash_and_undo_brings_it_back(
    studio, panel, trainings, killed, settle, project
):
    trainings.look()
    settle()

    press(panel, "Discard")
    settle()
    assert project.runs() == []
    assert studio.undo_stack.undoText() == f"deletion of {killed.name}"
    studio.changes.undo()
    settle()

    assert [run.name for run in project.runs()] == [killed.name]
    assert panel.isHidden()


@pytest.mark.usefixtures("killed")
def test_what_is_answered_leaves_the_list_though_nobody_can_look_any_more(
    panel, trainings, settle, monkeypatch
):
    trainings.look()
    settle()

    def fail(_):
        raise OSError("moved away meanwhile")

    monkeypatch.setattr("attnstudio.project.interrupted.find_interrupted", fail)
    press(panel, "Discard")
    assert panel.isHidden()
    settle()
    assert panel.isHidden()


@pytest.mark.usefixtures("trainings")
def test_opening_the_project_says_so_with_the_way_to_go_on(studio, killed, settle, project):
    said = []
    studio.notifier.posted.connect(said.append)

    studio.open_project(project.folder)
    settle()
    assert said[-1].text == f"The training of {killed.name} was interrupted at step 3."
    assert said[-1].hint == "It goes on from step 3; nothing is repeated."
    said[-1].action()
    settle()

    assert studio.project.run(killed.name).outline().step == 5


def test_several_are_said_in_one_sentence(studio, trainings, killed, small_run, settle, project):
    mark(small_run())
    said = []
    studio.notifier.posted.connect(said.append)

    studio.open_project(project.folder)
    settle()

    assert [told.text for told in said] == ["2 trainings of this project were interrupted."]
    assert trainings is not None
    assert killed.folder.is_dir()


def test_nothing_goes_on_beside_a_training(qtbot, studio, trainings, killed, small_run, settle):
    said = []
    studio.notifier.posted.connect(said.append)
    studio.open_project(killed.folder.parent.parent)
    settle()
    studio.session.start(studio.project, small_run())
    trainings.look()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.RUNNING, timeout=120_000)

    trainings.resume(interruption(project=studio.project.folder, run=killed.name))
    assert said[-1].text == "A training is under way."
    studio.session.stop()
    settle()

    assert is_marked(killed.folder)


def test_a_project_without_a_trace_of_it_lists_nothing(panel, trainings, settle, tmp_path, studio):
    Project.create(tmp_path / "other", "en", "de")
    studio.settings.add_recent(tmp_path / "other")

    trainings.look()
    settle()

    assert panel.isHidden()
