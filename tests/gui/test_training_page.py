"""The training page with real trainings: it grows, pauses, stops, fails, compares and forgets."""

import shutil
import sys
import threading
import time

import numpy as np
import pytest
from events import SCORES, make_started, make_step, make_validation
from finding import find, press, text_in, words_in
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QSlider, QTableWidget
from safetensors.torch import load_file, save_file

from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import DARK, LIGHT
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training import run_cards
from attnstudio.gui.training.difference_table import DifferenceTable
from attnstudio.gui.training.keep_awake import KeepAwake
from attnstudio.gui.training.minutes_box import MinutesBox
from attnstudio.gui.training.page import TrainingPage
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_progress import RunProgress
from attnstudio.gui.training.trouble_box import WayOn
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.pipeline import train
from attnstudio.project.project import Project
from attnstudio.project.run import Run, RunState
from attnstudio.project.run_card import RunCard, write_card
from attnstudio.project.watch import load_watch_record
from attnstudio.sites import CROSS
from attnstudio.training.event_json import to_json
from attnstudio.training.events import Failed, Finished
from attnstudio.training.metric import TRAINING_LOSS
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


def progress(page):
    return find(page, RunProgress)


def button(owner, words):
    return find(owner, QPushButton, words)


def figures_in(page):
    """The line with the step and the loss."""
    return next((text for text in words_in(progress(page)) if text.startswith("step ")), "")


def is_empty(page):
    """Whether it says what to do and shows no runs."""
    return find(page, EmptyState).isVisibleTo(page)


def goes_on(qtbot, studio):
    """Once what its run has said so far has been read."""
    qtbot.waitUntil(lambda: studio.session.is_active, timeout=120_000)


def ended(qtbot, studio):
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)


def points(page, name, metric=TRAINING_LOSS):
    """What the charts hold of a run."""
    page.board.redraw()
    return next(
        (
            line.curve
            for plot in page.board.plots
            for line in plot.lines.curves
            if line.run == name and (len(plot.lines.curves) == 1 or metric.label in line.label)
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
    assert "step 40" in figures_in(page)


def test_pause_resume_and_stop_by_their_buttons_and_keys(qtbot, page, studio, begin, actions):
    begin()
    assert actions["train.pause"].isEnabled()

    press(progress(page), "Pause")
    assert "Pausing…" in words_in(progress(page))
    qtbot.waitUntil(lambda: studio.session.state is SessionState.PAUSED, timeout=120_000)
    assert "Paused" in words_in(progress(page))
    paused_at = studio.session.history.step
    actions["train.resume"].trigger()
    qtbot.waitUntil(lambda: studio.session.history.step > paused_at, timeout=120_000)
    actions["train.stop"].trigger()
    assert "Stopping…" in words_in(progress(page))
    assert not button(page, "Stop").isEnabled()
    ended(qtbot, studio)

    assert "Stopped by hand; it can go on" in words_in(progress(page))
    assert not actions["train.stop"].isEnabled()
    assert button(page, "Go on for").isEnabled()


def test_a_run_whose_plan_is_through_says_so_and_cannot_go_on(qtbot, page, studio, begin):
    begin(training={"budget_minutes": 10, "schedule": "linear", "horizon_steps": 12})
    ended(qtbot, studio)

    assert "Finished: its time budget is used" in words_in(progress(page))
    assert not button(page, "Go on for").isVisibleTo(page)
    assert not find(page, MinutesBox).isVisibleTo(page)


def test_a_stopped_run_goes_on_for_more_minutes(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 3})
    ended(qtbot, studio)

    find(page, MinutesBox).setValue(0.1)
    button(page, "Go on for").click()
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

    button(page, "Go on for").click()
    goes_on(qtbot, studio)
    ended(qtbot, studio)

    trouble = progress(page).trouble
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
            line.series.colour for line in page.board.plots[0].lines.curves if line.run == run.name
        )
    assert len(set(colours.values())) == 2
    find(page, RunList).item(0).setCheckState(Qt.CheckState.Unchecked)
    assert points(page, runs[0].name) is None
    kept = next(line.series.colour for line in page.board.plots[0].lines.curves)
    assert kept == colours[runs[1].name]


@pytest.fixture
def told_runs(small_run):
    """Four runs with logs as training writes them."""
    runs = [small_run() for _ in range(4)]
    for number, run in enumerate(runs, start=1):
        events = [make_started()]
        events += [
            make_step(
                step=n,
                elapsed_s=0.5 * n,
                epoch=n / 9,
                loss=number / n,
                learning_rate=0.1,
                target_tokens=9 * n,
            )
            for n in range(1, 8)
        ]
        events += [
            make_validation(
                step=7,
                elapsed_s=4.0,
                epoch=0.8,
                scores=SCORES | {"bleu": 10.0 + number, "chrf": 30.0},
            ),
            Finished(step=7, elapsed_s=4.0, reason=StopReason.STEP_LIMIT, best_step=7),
        ]
        run.events_path.write_text("".join(to_json(event) + "\n" for event in events), "utf-8")
    return runs


def test_the_run_that_is_looked_at_is_read_first_and_the_others_behind_it(
    qtbot, page, studio, told_runs, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)  # a run at a time
    states = []

    def see():
        words = [find(page, RunList).item(row).text().partition("\n")[2] for row in range(4)]
        states.append((words, page.board.runs, figures_in(page)))

    find(page, RunHistories).read.connect(see)
    studio.select_run(told_runs[1])
    names = [run.name for run in told_runs]
    assert find(page, RunList).item(0).text() == f"{names[0]}\nreading…"
    assert "Reading…" in words_in(progress(page))
    assert "Reading the curves…" in words_in(page.board)

    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert "Reading the curves…" not in [label.text() for label in page.board.findChildren(QLabel)]
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
            said.extend((figures_in(page), text_in(progress(page))))

    find(page, RunHistories).read.connect(choose_another)
    studio.select_run(told_runs[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    figures, state = said
    assert figures.startswith("step 7  ·  epoch 0.78  ·  loss 0.143")
    assert "Reached its limit of steps; it can go on" in state
    assert page.board.runs[:2] == [told_runs[1].name, told_runs[0].name]


def test_older_runs_are_hidden_before_they_are_read_and_a_tick_of_the_person_stays(
    qtbot, page, studio, told_runs, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    monkeypatch.setattr("attnstudio.gui.training.run_curves._MOST_DRAWN_AT_FIRST", 2)
    studio.select_run(told_runs[3])
    listed = find(page, RunList)
    ticks = [listed.item(row).checkState() is Qt.CheckState.Checked for row in range(4)]
    assert ticks == [False, False, True, True]

    find(page, RunList).item(0).setCheckState(Qt.CheckState.Checked)
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
    assert is_empty(page)


def test_runs_of_one_name_in_two_projects_are_not_mixed(
    qtbot, page, studio, project, told_runs, tmp_path, monkeypatch
):
    monkeypatch.setattr("attnstudio.gui.training.run_histories._BATCH_S", 0.0)
    other = Project.open(shutil.copytree(project.folder, tmp_path / "other"))
    for run in other.runs():
        run.events_path.write_text(
            "".join(
                to_json(
                    make_step(
                        step=n,
                        elapsed_s=0.5 * n,
                        epoch=n / 9,
                        loss=50.0 + n,
                        learning_rate=0.1,
                        target_tokens=9 * n,
                    )
                )
                + "\n"
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
    qtbot.waitUntil(lambda: "Interrupted" in text_in(progress(page)), timeout=120_000)

    assert button(page, "Go on for").isEnabled()


def test_a_run_that_another_program_trains_is_not_governed_here(qtbot, page, studio, small_run):
    run = small_run()
    with run.locked():
        studio.select_run(run)
        qtbot.waitUntil(
            lambda: "Trained by another program" in words_in(progress(page)), timeout=120_000
        )
        for words in ("Pause", "Resume", "Go on for"):
            assert not button(page, words).isVisibleTo(page)
        assert not button(page, "Stop").isEnabled()


def test_a_deleted_run_comes_back_with_undo(qtbot, page, studio, project, small_run):
    run = small_run(limits={"max_steps": 2})
    train(project, run, emit=lambda _: None, stop=StopToken())
    studio.runs_were_changed()
    said = []
    studio.notifier.posted.connect(said.append)

    find(page, RunList).deletion_asked.emit(run.name)
    qtbot.waitUntil(lambda: is_empty(page), timeout=120_000)
    assert project.runs() == []
    assert studio.undo_stack.undoText() == f"deletion of {run.name}"
    said[-1].action()
    qtbot.waitUntil(lambda: not is_empty(page), timeout=120_000)

    assert [kept.name for kept in project.runs()] == [run.name]
    assert run.history().step == 2
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def swatch(page, name):
    """The colour in the middle of a run's swatch, and of the same swatch where it is selected."""
    item = next(
        item
        for item in (find(page, RunList).item(row) for row in range(find(page, RunList).count()))
        if item.data(Qt.ItemDataRole.UserRole) == name
    )
    size = find(page, RunList).iconSize()
    pictures = [item.icon().pixmap(size, mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)]
    middle = size.width() // 2, size.height() // 2
    return [picture.toImage().pixelColor(*middle).name() for picture in pictures]


def drawn_colours(page):
    page.board.redraw()
    return {line.run: line.series.colour for line in page.board.plots[0].lines.curves}


def test_a_run_keeps_its_colour_when_another_is_deleted_and_after_a_restart(
    qtbot, page, studio, told_runs
):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    names = [run.name for run in told_runs]
    before = {name: swatch(page, name)[0] for name in names}
    assert list(before.values()) == list(LIGHT.series[:4])

    find(page, RunList).deletion_asked.emit(names[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 3, timeout=120_000)
    kept = {name: colour for name, colour in before.items() if name != names[1]}
    assert {name: swatch(page, name)[0] for name in kept} == kept
    assert drawn_colours(page) == kept
    studio.undo_stack.undo()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)
    assert swatch(page, names[1])[0] == before[names[1]]
    find(page, RunList).deletion_asked.emit(names[1])
    qtbot.waitUntil(lambda: len(page.board.runs) == 3, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    again = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: len(again.board.runs) == 3, timeout=120_000)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
    assert drawn_colours(again) == kept


def test_a_colour_that_was_only_likely_is_put_right_once_the_card_is_read(
    qtbot, page, studio, told_runs, monkeypatch
):
    for number, run in enumerate(told_runs):
        write_card(run, RunCard(number=number + 2))
    may_read, read = threading.Event(), run_cards.read_card
    monkeypatch.setattr(run_cards, "read_card", lambda run: may_read.wait(120) and read(run))
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    may_read.set()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    right = {run.name: LIGHT.series[number + 2] for number, run in enumerate(told_runs)}
    assert drawn_colours(page) == right
    assert {name: swatch(page, name)[0] for name in right} == right


def test_a_new_run_takes_no_colour_of_a_run_that_can_still_come_back(
    qtbot, page, studio, told_runs, small_run
):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
    find(page, RunList).deletion_asked.emit(told_runs[1].name)
    qtbot.waitUntil(lambda: find(page, RunList).count() == 3, timeout=120_000)

    new = small_run()
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    assert swatch(page, new.name)[0] == LIGHT.series[4]


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

    lines = {line.run: line.series.colour for line in page.board.plots[0].lines.curves}
    assert lines == dict(zip((run.name for run in told_runs), DARK.series[:4], strict=True))
    assert {name: swatch(page, name)[0] for name in lines} == lines


def test_a_filter_holds_for_list_table_and_curves(qtbot, page, studio, told_runs):
    studio.runs_were_changed()
    qtbot.waitUntil(lambda: len(page.board.runs) == 4, timeout=120_000)

    find(page, QLineEdit, "Filter runs").setText("bleu 13")

    hidden = [find(page, RunList).item(row).isHidden() for row in range(4)]
    assert hidden == [True, True, False, True]
    assert points(page, told_runs[2].name) is not None
    assert points(page, told_runs[0].name) is None
    find(page, QLineEdit, "Filter runs").clear()
    assert points(page, told_runs[0].name) is not None
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def test_a_run_that_is_trained_cannot_be_deleted(qtbot, page, studio, begin, project):
    run = begin()
    said = []
    studio.notifier.posted.connect(said.append)

    find(page, RunList).deletion_asked.emit(run.name)

    assert "being trained" in said[-1].text
    assert len(project.runs()) == 1
    studio.session.stop()
    ended(qtbot, studio)


def test_the_list_of_runs_leads_to_the_comparison_of_a_run(page, studio, small_run):
    run = small_run()
    studio.runs_were_changed()
    asked = []
    studio.comparison_requested.connect(asked.append)
    listed = find(page, RunList)
    listed.setCurrentRow(0)

    action = next(a for a in listed.menu().actions() if "comparison" in a.text())
    action.trigger()

    assert asked == [run.name]


def test_only_settings_that_differ_are_listed(page, studio, small_run):
    small_run(training={"seed": 3})
    small_run("bahdanau")
    studio.runs_were_changed()

    listed = find(page, RunList)
    names = [listed.item(row).data(Qt.ItemDataRole.UserRole) for row in range(2)]
    listed.differences_asked.emit(names)

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
    watch, time_of_training = find(page, WatchTimeline), find(page, QSlider, "Time of training")
    qtbot.waitUntil(lambda: time_of_training.maximum() == len(events) - 1, timeout=120_000)
    assert watch.moment == events[-1]  # it follows what comes

    time_of_training.setValue(0)
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)

    record = load_watch_record(run.watch_folder / events[0].attention)
    assert watch.moment == events[0]
    assert (isolate(events[0].translation) or "(nothing yet)") in words_in(watch)
    strips = find(watch, TokenStrips)
    strips.choose(ChosenToken(Side.TARGET, 0))
    expected = record.matrices[CROSS].weights.astype(np.float64).mean(axis=(0, 1))[0]
    for source, weight in enumerate(expected):
        assert strips.weight_of(ChosenToken(Side.SOURCE, source)) == pytest.approx(weight, abs=1e-6)


def test_play_runs_through_time_and_rests_at_the_end(qtbot, page, studio, begin):
    begin(limits={"max_steps": 24})
    ended(qtbot, studio)
    time_of_training = find(page, QSlider, "Time of training")
    play = button(find(page, WatchTimeline), "Play")
    qtbot.waitUntil(lambda: time_of_training.maximum() == 2, timeout=120_000)

    play.click()
    assert (time_of_training.value(), play.text()) == (0, "Pause")
    qtbot.waitUntil(lambda: play.text() == "Play", timeout=120_000)

    assert time_of_training.value() == 2
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


@pytest.mark.usefixtures("page")
def test_the_machine_stays_awake_only_while_it_trains(qtbot, studio, begin):
    keeping = find(studio.session, KeepAwake)
    assert not keeping.is_held
    begin()
    assert keeping.is_held
    studio.session.stop()
    ended(qtbot, studio)

    assert not keeping.is_held


def test_without_runs_the_page_says_what_to_do(page, studio):
    asked = []
    studio.page_requested.connect(asked.append)

    press(page, "Set up training")
    studio.close_project()
    press(page, "Go home")

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

    waiting = progress(page)
    assert waiting.isVisibleTo(page)
    assert "Waiting: it cannot be saved" in words_in(waiting)
    assert "was moved or removed" in waiting.trouble.text.text()
    assert offered(waiting.trouble) == [
        WayOn.TRY_AGAIN, WayOn.SAVE_ELSEWHERE, WayOn.GIVE_UP
    ]  # fmt: skip
    assert not button(page, "Pause").isEnabled()
    assert not run.folder.exists()
    away.rename(run.folder)
    waiting.trouble.buttons[WayOn.TRY_AGAIN].click()
    wait_for_state(qtbot, studio, SessionState.RUNNING)
    assert not waiting.trouble.isVisibleTo(page)
    studio.session.stop()
    ended(qtbot, studio)

    assert run.state(run.history()) is RunState.STOPPED


@needs_posix
def test_a_run_whose_project_is_gone_is_kept_elsewhere(
    qtbot, page, studio, begin, tmp_path, monkeypatch
):
    run = begin()
    safe = tmp_path / "safe"
    safe.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(safe))
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)

    progress(page).trouble.buttons[WayOn.SAVE_ELSEWHERE].click()
    wait_for_state(qtbot, studio, SessionState.RUNNING)
    studio.session.stop()
    ended(qtbot, studio)

    kept = Run(safe / run.name)
    assert kept.checkpoints().last == kept.history().step
    assert not run.folder.exists()


@needs_posix
@pytest.mark.parametrize("how", ["give up", "stop"])
def test_giving_up_while_it_waits_ends_at_once(qtbot, page, studio, begin, actions, tmp_path, how):
    told = []
    studio.notifier.posted.connect(told.append)
    run = begin()
    run.folder.rename(tmp_path / "away")
    wait_for_state(qtbot, studio, SessionState.HELD)

    if how == "give up":
        progress(page).trouble.buttons[WayOn.GIVE_UP].click()
    else:
        actions["train.stop"].trigger()
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
    leaving = ClosingQuestion(studio.session, studio.comparing, studio)

    box = leaving.question(page)
    assert "was moved or removed" in box.text()
    assert "steps are lost" in box.informativeText()
    assert box.defaultButton().text() == "Go on waiting"
    with qtbot.waitSignal(leaving.allowed, timeout=60_000):
        next(b for b in box.buttons() if b.text() == "Close and lose them").click()


def test_a_run_goes_back_to_an_earlier_checkpoint(qtbot, page, studio, begin):
    run = begin(limits={"max_steps": 24})
    ended(qtbot, studio)
    menu = button(page, "From a checkpoint").menu()
    steps = run.checkpoints().steps

    qtbot.waitUntil(lambda: button(page, "From a checkpoint").isVisibleTo(page), timeout=120_000)
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
    failed = Failed(
        step=16,
        elapsed_s=9.0,
        template="Training diverges.",
        hint_template="Go back.",
        cause="diverged",
        go_on_from=good,
    )
    with run.events_path.open("a", encoding="utf-8") as log:
        log.write(to_json(failed) + "\n")
    studio.session.history.add(failed)
    studio.runs_were_changed()
    button = progress(page).trouble.buttons[WayOn.HALF_THE_RATE]

    assert button.text() == f"Go on from step {good} at half the rate"
    button.click()
    goes_on(qtbot, studio)
    qtbot.waitUntil(lambda: studio.session.history.step > good, timeout=120_000)
    ended(qtbot, studio)

    history = run.history()
    assert history.started.resumed_from == good
    made = next(step.learning_rate for step in history.steps if step.step == 9)
    assert made == pytest.approx(rate / 2)
    assert any("0.5 times" in notice.message for notice in history.notices)
