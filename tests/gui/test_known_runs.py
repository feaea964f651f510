"""What a run's files say is read in tasks and held as a value."""

import threading

import pytest
from events import make_started, make_step
from finding import find

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import ConfigError
from attnstudio.gui.inspector.page import InspectorPage
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.run_look import definition_of, look_at
from attnstudio.gui.training import run_cards
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_progress import RunProgress
from attnstudio.gui.training.session_outlook import SessionOutlook
from attnstudio.project.checkpoint_index import CheckpointIndex
from attnstudio.project.own_sentences import write_own_sentences
from attnstudio.project.run import Run, RunState
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Finished
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason


def step(number):
    return make_step(
        step=number,
        elapsed_s=0.5 * number,
        epoch=number / 9,
        loss=5.0,
        learning_rate=0.1,
        target_tokens=9 * number,
    )


@pytest.fixture
def told_run(small_run):
    run = small_run()
    events = [
        make_started(),
        step(1),
        Finished(step=1, elapsed_s=1.0, reason=StopReason.STEP_LIMIT, best_step=1),
    ]
    run.events_path.write_text("".join(to_json(event) + "\n" for event in events), "utf-8")
    return run


def test_a_look_tells_all_that_the_files_of_a_run_say(told_run):
    write_own_sentences(told_run.folder, "en", ["the dog"])

    known = look_at(told_run)

    assert known.definition == told_run.definition()
    assert known.state(told_run.history()) is RunState.STOPPED
    assert known.checkpoints == CheckpointIndex()
    assert known.sentences == ("the dog",)


def test_settings_are_read_again_only_once_their_file_has_changed(told_run):
    known = look_at(told_run)
    again = look_at(told_run, known)
    assert again.definition is known.definition

    path = told_run.folder / "config.toml"
    path.write_text(
        path.read_text("utf-8").replace("batch_tokens = 200", "batch_tokens = 999"), "utf-8"
    )

    changed = look_at(told_run, again)
    assert changed.definition == told_run.definition() != known.definition


def test_why_settings_cannot_be_read_is_held_until_somebody_asks(told_run):
    (told_run.folder / "config.toml").write_text("[config\nlearning", "utf-8")
    known = look_at(told_run)
    assert known.sentences == ()

    with pytest.raises(ConfigError, match=r"config\.toml"):
        definition_of(told_run, known)


@pytest.fixture
def on_window(monkeypatch):
    """What is read of runs on the window's thread."""
    read_there = []

    def watched(owner, name):
        read = getattr(owner, name)

        def method(*rest):
            if threading.current_thread() is threading.main_thread():
                read_there.append(name)
            return read(*rest)

        return method

    for name in ("definition", "history", "outline", "state", "checkpoints", "problem"):
        monkeypatch.setattr(Run, name, watched(Run, name))
    for name in ("read_card", "write_card"):
        monkeypatch.setattr(run_cards, name, watched(run_cards, name))
    return read_there


@pytest.mark.parametrize("page_class", [TrainingPage, InspectorPage])
def test_a_page_reads_no_file_of_a_run_on_the_windows_thread(
    qtbot, studio, project, small_run, told_run, on_window, page_class
):
    small_run()
    page = page_class(studio, ActionRegistry(studio))
    qtbot.addWidget(page)
    page.show()

    studio.open_project(project.folder)
    studio.select_run(told_run)
    qtbot.waitUntil(lambda: studio.known_runs.of(told_run), timeout=120_000)
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert all(studio.known_runs.of(run) for run in project.runs())
    assert on_window == []


def test_a_checkpoint_of_the_training_under_way_can_be_looked_into_and_is_read_behind_the_window(
    qtbot, studio, project, small_run, on_window
):
    page = InspectorPage(studio, ActionRegistry(studio))
    qtbot.addWidget(page)
    studio.open_project(project.folder)
    run = small_run(limits={"max_steps": 40})
    studio.session.start(project, run, history=History())
    studio.select_run(run)
    assert page.is_empty

    qtbot.waitUntil(lambda: page.asking.run is not None, timeout=120_000)
    is_under_way = studio.session.is_active
    studio.session.stop()
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert is_under_way
    assert page.asking.run.name == run.name
    assert studio.known_runs.of(run).checkpoints.last == studio.session.history.step
    assert on_window == []


def test_a_run_goes_on_from_what_was_read_behind_the_window(
    qtbot, studio, project, told_run, on_window
):
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    studio.open_project(project.folder)
    studio.select_run(told_run)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    find(page, RunProgress).go_on_asked.emit(0.01)
    qtbot.waitUntil(lambda: studio.session.run is not None, timeout=120_000)
    said = list(studio.session.history.steps)
    studio.session.stop()
    qtbot.waitUntil(lambda: not studio.session.is_active, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert [each.step for each in said] == [1]
    assert on_window == []


def test_what_is_known_of_runs_goes_with_their_project(qtbot, studio, project, told_run):
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    studio.open_project(project.folder)
    qtbot.waitUntil(lambda: studio.known_runs.of(told_run), timeout=120_000)
    studio.select_run(told_run)

    studio.close_project()

    assert studio.known_runs.of(told_run) is None
    assert studio.run is None


def test_steps_before_the_limits_are_known_count(told_run):
    outlook = SessionOutlook()
    outlook.begin(None)
    outlook.add(step(1))
    outlook.add(step(2))
    assert outlook.share_done is None

    definition = told_run.definition()
    limited = definition.config.model_copy(update={"limits": LimitsConfig(max_steps=4)})
    outlook.learn(definition.model_copy(update={"config": limited}), is_planned=False)

    assert outlook.share_done == 0.5
    assert outlook.training is None  # its plan is made once the training has begun
    outlook.learn(definition, is_planned=True)
    assert outlook.training == definition.config.training
    assert outlook.share_done == 0.5


def test_limits_of_the_session_count_before_those_of_the_run(told_run):
    outlook = SessionOutlook()
    outlook.begin(LimitsConfig(max_steps=10))
    outlook.learn(told_run.definition(), is_planned=False)
    outlook.add(step(1))

    assert outlook.share_done == 0.1
