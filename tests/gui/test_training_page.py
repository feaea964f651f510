"""The training page with real trainings: it grows, pauses, stops, fails, compares and forgets."""

import shutil
import sys
import time

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTableWidget
from safetensors.torch import load_file, save_file

from attnstudio.axes import CROSS
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import DARK, LIGHT
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.difference_table import DifferenceTable
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.trouble_box import WayOn
from attnstudio.gui.widgets.token_strips import ChosenToken, Side
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run, RunState
from attnstudio.project.watch import load_watch_record
from attnstudio.training.curves import Metric
from attnstudio.training.events import Failed, Finished, Started, Step, Validation, to_json
from attnstudio.training.stop import StopReason, StopToken

needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="a folder with open files cannot be moved there"
)


@pytest.fixture
def actions():
    return ActionRegistry()


@pytest.fixture
def page(qtbot, studio, actions, project):
    studio.open_project(project.folder)
    page = TrainingPage(studio, actions)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    return page


@pytest.fixture
def begin(qtbot, studio, project, small_run):
    def begin(**changes):
        run = small_run(**changes)
        outcomes = []
        studio.session.ended.connect(outcomes.append)
        studio.session.start(project, run)
        studio.select_run(run)
        studio.runs_were_changed()

        def has_begun():
            if not studio.session.history.step and outcomes:
                pytest.fail(f"the training ended before its first step: {outcomes}")
            return studio.session.history.step >= 1

        qtbot.waitUntil(has_begun, timeout=120_000)
        return run

    return begin


def ended(qtbot, studio):
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)


def points(page, name, metric=Metric.TRAINING_LOSS):
    """What the charts hold of a run."""
    page.board.redraw()
    return next(
        (
            line.curve
            for plot in page.board.plots
            for line in plot.curves
            if line.run == name and (len(plot.curves) == 1 or metric.value in line.label)
        ),
        None,
    )


def test_the_curve_grows_while_it_trains_and_ends_as_it_is_on_disk(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 40})
    qtbot.waitUntil(lambda: len(points(page, run.name).x) >= 2, timeout=120_000)
    seen = len(points(page, run.name).x)
    qtbot.waitUntil(lambda: len(points(page, run.name).x) > seen, timeout=120_000)
    ended(qtbot, studio)

    history = run.history()
    curve = points(page, run.name)
    np.testing.assert_array_equal(curve.x, [step.step for step in history.steps])
    np.testing.assert_array_equal(curve.y, [step.loss for step in history.steps])
    assert "step 40" in page._progress._figures.text()


def test_pause_resume_and_stop_by_their_buttons_and_keys(qtbot, page, studio, begin, actions):
    begin()
    assert actions["train.pause"].isEnabled()

    page._progress._pause.click()
    assert page._progress._state.text() == "Pausing…"
    qtbot.waitUntil(lambda: studio.session.state is SessionState.PAUSED, timeout=120_000)
    assert page._progress._state.text() == "Paused"
    paused_at = studio.session.history.step
    actions["train.resume"].trigger()
    qtbot.waitUntil(lambda: studio.session.history.step > paused_at, timeout=120_000)
    actions["train.stop"].trigger()
    assert page._progress._state.text() == "Stopping…"
    assert not page._progress._stop.isEnabled()
    ended(qtbot, studio)

    assert page._progress._state.text() == "Stopped by hand; it can go on"
    assert not actions["train.stop"].isEnabled()
    assert page._progress._go_on.isEnabled()


def test_a_run_whose_plan_is_through_says_so_and_cannot_go_on(qtbot, page, studio, begin):
    begin(training={"budget_minutes": 10, "schedule": "linear", "horizon_steps": 12})
    ended(qtbot, studio)

    assert page._progress._state.text() == "Finished: its time budget is used"
    assert not page._progress._go_on.isVisibleTo(page)
    assert not page._progress._minutes.isVisibleTo(page)


def test_a_stopped_run_goes_on_for_more_minutes(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 3})
    ended(qtbot, studio)

    page._progress._minutes.setValue(0.1)
    page._progress._go_on.click()
    qtbot.waitUntil(lambda: studio.session.history.step > 3, timeout=120_000)
    assert studio.session.limits.max_minutes > 0.1
    studio.session.stop()
    ended(qtbot, studio)

    assert run.history().started.resumed_from == 3


def offered(trouble):
    return [way for way, button in trouble.buttons.items() if button.isVisibleTo(trouble)]


def test_a_loss_that_is_no_number_is_explained_and_a_lower_rate_offered(
    qtbot, page, studio, begin, project
):
    run = begin(limits={"max_steps": 2})
    ended(qtbot, studio)
    path = run.checkpoint_folder("last") / "model.safetensors"
    save_file({name: t.fill_(1e30) for name, t in load_file(path).items()}, path)
    (path.parent / "manifest.json").unlink()  # what was sealed is no longer there
    drafts, pages = [], []
    studio.setup_requested.connect(drafts.append)
    studio.page_requested.connect(pages.append)

    page._progress._go_on.click()
    ended(qtbot, studio)

    trouble = page._progress.trouble
    assert trouble.isVisibleTo(page)
    assert "no longer a number" in trouble.text.text()
    assert "lower learning rate" in trouble.text.text()
    assert offered(trouble) == [WayOn.NEW_WITH_HALF_THE_RATE]  # there is no earlier checkpoint
    trouble.buttons[WayOn.NEW_WITH_HALF_THE_RATE].click()
    rate = run.definition().config.training.learning_rate
    assert drafts[0].config.training.learning_rate == rate / 2
    assert pages == [PageName.SETUP]
    assert run.state(run.history()) is RunState.FAILED
    assert project.runs()


def test_reopened_runs_are_drawn_as_they_were_and_keep_their_colours(
    qtbot, page, studio, project, small_run
):
    runs = [small_run(limits={"max_steps": n}) for n in (3, 5)]
    for run in runs:
        train(project, run, emit=lambda _: None, stop=StopToken())
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: points(page, runs[1].name) is not None, timeout=120_000)

    colours = {}
    for run in runs:
        curve = points(page, run.name)
        np.testing.assert_array_equal(curve.y, [step.loss for step in run.history().steps])
        colours[run.name] = next(
            line.series.colour for line in page.board.plots[0].curves if line.run == run.name
        )
    assert len(set(colours.values())) == 2
    page._runs.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert points(page, runs[0].name) is None
    kept = next(line.series.colour for line in page.board.plots[0].curves)
    assert kept == colours[runs[1].name]


@pytest.fixture
def told_runs(small_run):
    """Four runs with logs as training writes them."""
    runs = [small_run() for _ in range(4)]
    for number, run in enumerate(runs, start=1):
        events = [Started(0, 0.0, None, "cpu", 1, 10, 20, 3)]
        events += [Step(n, 0.5 * n, n / 9, number / n, 0.1, 1.0, 900.0, 9 * n) for n in range(1, 8)]
        events += [
            Validation(7, 4.0, 0.8, 2.0, 7.4, 0.5, 10.0 + number, 30.0, None, None, 1.0, True),
            Finished(7, 4.0, StopReason.STEP_LIMIT, 7),
        ]
        run.events_path.write_text("".join(to_json(event) + "\n" for event in events), "utf-8")
    return runs


def test_the_run_that_is_looked_at_is_read_first_and_the_others_behind_it(
    qtbot, page, studio, told_runs, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)  # a run at a time
    states = []

    def see():
        words = [page._runs.item(row).text().partition("\n")[2] for row in range(4)]
        states.append((words, page.board.runs, page._progress._figures.text()))

    page._histories.read.connect(see)
    studio.select_run(told_runs[1])
    names = [run.name for run in told_runs]
    assert page._runs.item(0).text() == f"{names[0]}\nreading…"
    assert page._progress._state.text() == "Reading…"
    assert page.board.grid.nothing.text() == "Reading the curves…"

    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert (
        page.board.grid.nothing.text() == "The curves appear here with the first steps of training."
    )
    words, drawn, figures = states[0]
    assert drawn == [names[1]]
    assert words[1] == "■ at its limit · BLEU 12.0"
    assert words[3] == "■ at its limit · BLEU 14.0 · reading…"
    assert figures.startswith("step 7  ·  epoch 0.78")
    assert [drawn for _, drawn, _ in states[1:]] == [
        [names[1], names[3]],
        [names[1], names[3], names[2]],
        [names[1], names[3], names[2], names[0]],
    ]
    assert states[-1][0][3] == "■ at its limit · BLEU 14.0"
    np.testing.assert_array_equal(points(page, names[3]).y, [4 / n for n in range(1, 8)])


def test_a_run_that_is_chosen_before_it_is_read_is_told_by_its_outline(
    qtbot, page, studio, told_runs, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    said = []

    def choose_another():
        if not said:
            studio.select_run(told_runs[0])
            said.extend((page._progress._figures.text(), page._progress._state.text()))

    page._histories.read.connect(choose_another)
    studio.select_run(told_runs[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    figures, state = said
    assert figures.startswith("step 7  ·  epoch 0.78  ·  loss 0.143")
    assert state == "Reached its limit of steps; it can go on"
    assert page.board.runs[:2] == [told_runs[1].name, told_runs[0].name]


def test_older_runs_are_hidden_before_they_are_read_and_a_tick_of_the_person_stays(
    qtbot, page, studio, told_runs, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    monkeypatch.setattr("attnstudio.gui.training.page._MOST_DRAWN_AT_FIRST", 2)
    studio.select_run(told_runs[3])
    ticks = [page._runs.item(row).checkState() is Qt.CheckState.Checked for row in range(4)]
    assert ticks == [False, False, True, True]

    page._runs.item(0).setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    assert points(page, told_runs[0].name) is not None
    assert points(page, told_runs[1].name) is None


def test_another_project_that_is_opened_meanwhile_is_not_mixed_with_the_first(
    qtbot, page, studio, told_runs, tmp_path, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    other = Project.create(tmp_path / "other", "en", "de")
    studio.select_run(told_runs[0])
    studio.open_project(other.folder)

    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert page.board.runs == []
    assert page._stack.currentIndex() == 0
    assert page._histories._reading == set()


def test_runs_of_one_name_in_two_projects_are_not_mixed(
    qtbot, page, studio, project, told_runs, tmp_path, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    other = Project.open(shutil.copytree(project.folder, tmp_path / "other"))
    for run in other.runs():
        run.events_path.write_text(
            "".join(
                to_json(Step(n, 0.5 * n, n / 9, 50.0 + n, 0.1, 1.0, 900.0, 9 * n)) + "\n"
                for n in range(1, 8)
            ),
            "utf-8",
        )
    studio.select_run(told_runs[0])
    studio.open_project(other.folder)
    studio.select_run(other.runs()[0])

    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    for run in told_runs:
        np.testing.assert_array_equal(points(page, run.name).y, [50.0 + n for n in range(1, 8)])


def test_a_run_that_was_killed_is_called_interrupted(qtbot, page, studio, project, small_run):
    run = small_run(limits={"max_steps": 9})
    train(project, run, emit=lambda _: None, stop=StopToken())
    lines = run.events_path.read_text(encoding="utf-8").splitlines(keepends=True)
    run.events_path.write_text("".join(lines[:-1]), encoding="utf-8")  # before it said its end

    studio.select_run(run)
    qtbot.waitUntil(lambda: "Interrupted" in page._progress._state.text(), timeout=120_000)

    assert page._progress._go_on.isEnabled()


def test_a_run_that_another_program_trains_has_no_buttons(qtbot, page, studio, small_run):
    run = small_run()
    with run.locked():
        studio.select_run(run)
        qtbot.waitUntil(
            lambda: page._progress._state.text() == "Trained by another program", timeout=120_000
        )
        for button in ("_pause", "_stop", "_resume", "_go_on"):
            assert not getattr(page._progress, button).isVisibleTo(page)


def test_a_deleted_run_comes_back_with_undo(qtbot, page, studio, project, small_run):
    run = small_run(limits={"max_steps": 2})
    train(project, run, emit=lambda _: None, stop=StopToken())
    studio.runs_were_changed()
    said = []
    studio.notifier.posted.connect(said.append)

    page._runs.deletion_asked.emit(run.name)
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 0, timeout=120_000)
    assert project.runs() == []
    assert studio.undo_stack.undoText() == f"deletion of {run.name}"
    said[-1].action()
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 1, timeout=120_000)

    assert [kept.name for kept in project.runs()] == [run.name]
    assert run.history().step == 2
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def swatch(page, name):
    """The colour in the middle of a run's swatch, and of the same swatch where it is selected."""
    item = next(
        item
        for item in (page._runs.item(row) for row in range(page._runs.count()))
        if item.data(Qt.ItemDataRole.UserRole) == name
    )
    size = page._runs.iconSize()
    pictures = [item.icon().pixmap(size, mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)]
    middle = size.width() // 2, size.height() // 2
    return [picture.toImage().pixelColor(*middle).name() for picture in pictures]


def drawn_colours(page):
    page.board.redraw()
    return {line.run: line.series.colour for line in page.board.plots[0].curves}


def test_a_run_keeps_its_colour_when_another_is_deleted_and_after_a_restart(
    qtbot, page, studio, told_runs
):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    names = [run.name for run in told_runs]
    before = {name: swatch(page, name)[0] for name in names}
    assert list(before.values()) == list(LIGHT.series[:4])

    page._runs.deletion_asked.emit(names[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 3, timeout=120_000)
    kept = {name: colour for name, colour in before.items() if name != names[1]}
    assert {name: swatch(page, name)[0] for name in kept} == kept
    assert drawn_colours(page) == kept
    studio.undo_stack.undo()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    assert swatch(page, names[1])[0] == before[names[1]]
    page._runs.deletion_asked.emit(names[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 3, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    again = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: len(again.board.runs) == 3, timeout=120_000)
    assert drawn_colours(again) == kept


def test_a_new_run_takes_no_colour_of_a_run_that_can_still_come_back(
    qtbot, page, studio, told_runs, small_run
):
    studio.runs_were_changed()
    page._runs.deletion_asked.emit(told_runs[1].name)
    qtbot.waitUntil(lambda: page._runs.count() == 3, timeout=120_000)

    new = small_run()
    studio.runs_were_changed()

    assert swatch(page, new.name)[0] == LIGHT.series[4]
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_selected_run_shows_its_own_colour(page, studio, small_run):
    run = small_run()
    studio.runs_were_changed()

    assert swatch(page, run.name) == [LIGHT.series[0]] * 2


def test_another_scheme_recolours_list_and_curves_alike(qapp, qtbot, page, studio, told_runs):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    qtbot.waitUntil(lambda: page.board.is_settled, timeout=120_000)

    apply_colours(qapp, DARK)
    qtbot.waitUntil(lambda: page.board.is_settled, timeout=120_000)

    lines = {line.run: line.series.colour for line in page.board.plots[0].curves}
    assert lines == dict(zip((run.name for run in told_runs), DARK.series[:4], strict=True))
    assert {name: swatch(page, name)[0] for name in lines} == lines


def test_a_filter_holds_for_list_table_and_curves(qtbot, page, studio, told_runs):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    page._filter.setText("bleu 13")

    hidden = [page._runs.item(row).isHidden() for row in range(4)]
    assert hidden == [True, True, False, True]
    assert points(page, told_runs[2].name) is not None
    assert points(page, told_runs[0].name) is None
    page._filter.clear()
    assert points(page, told_runs[0].name) is not None
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_run_that_is_trained_cannot_be_deleted(qtbot, page, studio, begin, project):
    run = begin()
    said = []
    studio.notifier.posted.connect(said.append)

    page._runs.deletion_asked.emit(run.name)

    assert "being trained" in said[-1].text
    assert len(project.runs()) == 1
    studio.session.stop()
    ended(qtbot, studio)


def test_only_settings_that_differ_are_listed(page, studio, small_run):
    small_run(training={"seed": 3})
    small_run("bahdanau")
    studio.runs_were_changed()

    page._keeping._compare(
        [page._runs.item(row).data(Qt.ItemDataRole.UserRole) for row in range(2)]
    )

    table = page.findChild(DifferenceTable).findChild(QTableWidget)
    rows = {
        table.item(row, 0).text(): (table.item(row, 1).text(), table.item(row, 2).text())
        for row in range(table.rowCount())
    }
    assert rows["Seed"] == ("3", "1")
    assert rows["Hidden size"] == ("–", "16")
    assert rows["Kind of model"] == ("transformer", "recurrent")
    assert "Batch size" not in rows
    assert not [label for label in rows if "." in label or "_" in label]


def test_the_alignment_of_a_watch_sentence_can_be_seen_through_time(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 24})
    ended(qtbot, studio)
    events = run.history().watched
    qtbot.waitUntil(lambda: len(page._watch._moments) == len(events), timeout=120_000)
    assert page._watch.moment == events[-1]  # it follows what comes

    page._watch._slider.setValue(0)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    record = load_watch_record(run.watch_folder / events[0].attention)
    assert page._watch.moment == events[0]
    assert page._watch._translation.text() == (events[0].translation or "(nothing yet)")
    strips = page._watch._strips
    strips.choose(ChosenToken(Side.TARGET, 0))
    expected = record.matrices[CROSS].weights.astype(np.float64).mean(axis=(0, 1))[0]
    for source, weight in enumerate(expected):
        assert strips.weight_of(ChosenToken(Side.SOURCE, source)) == pytest.approx(weight, abs=1e-6)


def test_play_runs_through_time_and_rests_at_the_end(qtbot, page, studio, begin):
    begin(limits={"max_steps": 24})
    ended(qtbot, studio)
    qtbot.waitUntil(lambda: page._watch._slider.maximum() == 2, timeout=120_000)

    page._watch._play.click()
    assert page._watch._slider.value() == 0
    qtbot.waitUntil(lambda: not page._watch._timer.isActive(), timeout=120_000)

    assert page._watch._slider.value() == 2
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_the_machine_stays_awake_only_while_it_trains(qtbot, page, studio, begin):
    assert not page._keep_awake.is_held
    begin()
    assert page._keep_awake.is_held
    studio.session.stop()
    ended(qtbot, studio)

    assert not page._keep_awake.is_held


def test_without_runs_the_page_says_what_to_do(page, studio):
    asked = []
    studio.page_requested.connect(asked.append)

    page._empty._button.click()
    studio.close_project()
    page._empty._button.click()

    assert asked == [PageName.SETUP, PageName.HOME]


def wait_for_state(qtbot, studio, state):
    qtbot.waitUntil(lambda: studio.session.state is state, timeout=120_000)


@needs_posix
def test_a_run_that_is_moved_away_waits_is_explained_and_goes_on(
    qtbot, page, studio, begin, tmp_path
):
    run = begin()
    away = tmp_path / "away"
    run.folder.rename(away)
    wait_for_state(qtbot, studio, SessionState.HELD)

    progress = page._progress
    assert progress.isVisibleTo(page)
    assert progress._state.text() == "Waiting: it cannot be saved"
    assert "was moved or removed" in progress.trouble.text.text()
    assert offered(progress.trouble) == [
        WayOn.TRY_AGAIN, WayOn.SAVE_ELSEWHERE, WayOn.GIVE_UP
    ]  # fmt: skip
    assert not progress._pause.isEnabled()
    assert not run.folder.exists()
    away.rename(run.folder)
    progress.trouble.buttons[WayOn.TRY_AGAIN].click()
    wait_for_state(qtbot, studio, SessionState.RUNNING)
    assert not progress.trouble.isVisibleTo(page)
    studio.session.stop()
    ended(qtbot, studio)

    assert run.state(run.history()) is RunState.STOPPED


@needs_posix
def test_a_run_whose_project_is_gone_is_kept_elsewhere(qtbot, page, studio, begin, tmp_path):
    run = begin()
    safe = tmp_path / "safe"
    safe.mkdir()
    page._going_on._ask_folder = lambda *_: safe
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)

    page._progress.trouble.buttons[WayOn.SAVE_ELSEWHERE].click()
    wait_for_state(qtbot, studio, SessionState.RUNNING)
    studio.session.stop()
    ended(qtbot, studio)

    kept = Run(safe / run.name)
    assert kept.checkpoints().last == kept.history().step
    assert not run.folder.exists()


@needs_posix
@pytest.mark.parametrize("how", ["give up", "stop"])
def test_giving_up_while_it_waits_ends_at_once(qtbot, page, studio, begin, tmp_path, how):
    told = []
    studio.notifier.posted.connect(told.append)
    run = begin()
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)

    if how == "give up":
        page._progress.trouble.buttons[WayOn.GIVE_UP].click()
    else:
        page._stop.trigger()
    ended(qtbot, studio)

    assert not studio.session.is_active
    assert "was moved or removed" in told[-1].text


@needs_posix
def test_closing_while_it_waits_does_not_hang(qtbot, studio, begin, tmp_path):
    run = begin()
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)
    began = time.monotonic()

    studio.session.close()

    assert time.monotonic() - began < 5.0


@needs_posix
def test_leaving_while_it_waits_says_what_would_be_lost(qtbot, page, studio, begin, tmp_path):
    run = begin()
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)
    leaving = ClosingQuestion(studio.session, studio)

    box = leaving.question(page)
    assert "was moved or removed" in box.text()
    assert "steps are lost" in box.informativeText()
    assert box.defaultButton().text() == "Go on waiting"
    with qtbot.waitSignal(leaving.allowed, timeout=60_000):
        next(b for b in box.buttons() if b.text() == "Close and lose them").click()


def test_a_run_goes_back_to_an_earlier_checkpoint(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 24})
    ended(qtbot, studio)
    menu = page._progress._go_back.menu()
    steps = run.checkpoints().steps

    assert page._progress._go_back.isVisibleTo(page)
    assert [entry.text().split(" · ")[0] for entry in menu.actions()] == [
        f"Step {step}" for step in reversed(steps)
    ]
    assert sum("best" in entry.text() for entry in menu.actions()) == 1
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.RUNNING, timeout=120_000)
    studio.session.stop()
    ended(qtbot, studio)

    assert run.history().started.resumed_from == steps[0]


def test_a_run_that_diverged_goes_on_from_its_last_good_checkpoint_at_half_the_rate(
    qtbot, page, studio, begin
):
    run = begin(limits={"max_steps": 16})
    ended(qtbot, studio)
    rate = next(step.learning_rate for step in run.history().steps if step.step == 9)
    good = run.checkpoints().steps[0]
    failed = Failed(16, 9.0, "Training diverges.", "Go back.", "diverged", good)
    with run.events_path.open("a", encoding="utf-8") as log:
        log.write(to_json(failed) + "\n")
    studio.session.history.add(failed)
    studio.runs_were_changed()
    button = page._progress.trouble.buttons[WayOn.HALF_THE_RATE]

    assert button.text() == f"Go on from step {good} at half the rate"
    button.click()
    qtbot.waitUntil(lambda: studio.session.history.step > good, timeout=120_000)
    ended(qtbot, studio)

    history = run.history()
    assert history.started.resumed_from == good
    made = next(step.learning_rate for step in history.steps if step.step == 9)
    assert made == pytest.approx(rate / 2)
    assert any("0.5 times" in notice.message for notice in history.notices)
