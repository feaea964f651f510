"""Kinds are trained in turn behind the window: in order, past failures, and on after a stop."""

import shutil

import pytest
from fake_trainings import SECONDS, FakeTrainings
from finding import press
from PySide6.QtWidgets import QPushButton, QWidget

from attnstudio.config_text import merge_config
from attnstudio.gui.comparing.comparing_news import ComparingNews
from attnstudio.gui.comparing.page import ComparingPage
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.comparing import QueueState
from attnstudio.gui.studio.comparing_words import queue_words
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.studio.training_status import TrainingStatus
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_list_actions import RunListActions
from attnstudio.gui.training.session_news import SessionNews
from attnstudio.presets import find_preset
from attnstudio.project.comparison_queue import entries_of
from attnstudio.project.kept_comparisons import create_comparison, read_comparison
from attnstudio.project.kind_comparison import ComparedKind

KINDS = (
    ComparedKind("usual", {}),
    ComparedKind("sparse", {"model": {"normaliser": "sparsemax"}}),
    ComparedKind("window", {"model": {"source_reach": "window"}}),
)
ALL = ["c-usual-1", "c-sparse-1", "c-window-1"]


@pytest.fixture
def trainings(monkeypatch):
    fake = FakeTrainings()
    monkeypatch.setattr("attnstudio.project.pipeline.train", fake.train)
    monkeypatch.setattr("attnstudio.project.comparison_work.measure_entry", fake.measure)
    return fake


@pytest.fixture
def compare(project):
    def compare(kinds=KINDS, seeds=(1,), name="c", limits=None):
        base = merge_config(
            find_preset("tiny").config,
            {
                "tokenizer": {"vocabulary_size": 320},
                "training": {"threads": 1},
                "limits": limits or {"max_steps": 3},
            },
        )
        return create_comparison(project, name, preset="tiny", base=base, kinds=kinds, seeds=seeds)

    return compare


@pytest.fixture
def comparing(studio, project, trainings, compare):  # noqa: ARG001 - nothing is really trained
    studio.open_project(project.folder)
    compare()
    return studio.comparing


@pytest.fixture
def ended(comparing):
    seen = []
    comparing.ended.connect(seen.append)
    return seen


@pytest.fixture
def said(studio):
    seen = []
    studio.notifier.posted.connect(seen.append)
    return seen


def states(project, name="c"):
    comparison = read_comparison(project, name)
    return [entry.state.value for entry in entries_of(project, comparison)]


def until_training(qtbot, comparing, run):
    qtbot.waitUntil(
        lambda: (
            comparing.state is QueueState.TRAINING
            and comparing.run.name == run
            and comparing._session.state is SessionState.RUNNING
        ),
        timeout=20_000,
    )


def wait_for(qtbot, ended, number=1):
    qtbot.waitUntil(lambda: len(ended) == number, timeout=20_000)
    return ended[-1]


def test_each_is_trained_and_then_measured_before_the_next_begins(
    qtbot, studio, project, comparing, trainings, ended
):
    comparing.start(studio.project, "c")
    end = wait_for(qtbot, ended)

    assert trainings.order == [f"{work} {run}" for run in ALL for work in ("train", "measure")]
    assert end.is_done
    assert states(project) == ["finished"] * 3
    assert not studio.is_training


def test_of_several_seeds_all_kinds_come_with_the_first_one_first(
    qtbot, studio, comparing, compare, trainings, ended
):
    compare(KINDS[:2], seeds=(4, 2), name="two")

    comparing.start(studio.project, "two")
    wait_for(qtbot, ended)

    assert [each.partition(" ")[2] for each in trainings.order[::2]] == [
        "two-usual-4", "two-sparse-4", "two-usual-2", "two-sparse-2",
    ]  # fmt: skip


def test_while_it_goes_on_no_other_training_begins(qtbot, studio, comparing, trainings, ended):
    trainings.slow = {"c-usual-1"}
    comparing.start(studio.project, "c")
    qtbot.waitUntil(lambda: comparing.state is QueueState.MEASURING, timeout=20_000)

    assert studio.session.state is SessionState.IDLE
    assert studio.is_training
    with pytest.raises(RuntimeError, match="under way"):
        comparing.start(studio.project, "c")

    comparing.stop()
    wait_for(qtbot, ended)
    assert not studio.is_training


def test_a_stop_ends_all_and_it_goes_on_where_it_was(
    qtbot, studio, project, comparing, trainings, ended
):
    trainings.waiting = {"c-sparse-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-sparse-1")

    studio.session.stop()
    assert wait_for(qtbot, ended).was_stopped
    assert states(project) == ["finished", "stopped", "waiting"]

    trainings.waiting = set()
    comparing.start(studio.project, "c")
    assert wait_for(qtbot, ended, 2).is_done

    assert [each for each in trainings.order if each.startswith("train")] == [
        "train c-usual-1", "train c-sparse-1", "train c-sparse-1", "train c-window-1",
    ]  # fmt: skip
    assert states(project) == ["finished"] * 3


def test_what_is_measured_can_be_cancelled_and_is_measured_later(
    qtbot, studio, project, comparing, trainings, ended
):
    trainings.slow = {"c-usual-1"}
    comparing.start(studio.project, "c")
    qtbot.waitUntil(lambda: "measure c-usual-1" in trainings.order, timeout=20_000)
    [task] = [task for task in studio.tasks.running if not task.quiet]
    assert task.title == "Evaluating c-usual-1 on the test pairs"

    task.cancel()

    assert wait_for(qtbot, ended).was_stopped
    assert states(project) == ["trained", "waiting", "waiting"]
    trainings.slow = set()
    comparing.start(studio.project, "c")
    assert wait_for(qtbot, ended, 2).is_done
    assert trainings.order.count("train c-usual-1") == 1  # it is not trained again


def test_a_pause_is_no_end_and_resuming_goes_on_to_the_next(
    qtbot, studio, comparing, trainings, ended
):
    trainings.waiting = {"c-usual-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-usual-1")

    studio.session.pause()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.PAUSED, timeout=20_000)
    assert comparing.is_active
    assert ended == []
    trainings.waiting = set()
    studio.session.resume()

    assert wait_for(qtbot, ended).is_done


def test_one_that_diverges_is_marked_and_the_others_go_on(
    qtbot, studio, project, comparing, trainings, ended, said
):
    trainings.diverging = {"c-sparse-1"}
    news = ComparingNews(studio, studio)
    comparing.start(studio.project, "c")

    assert wait_for(qtbot, ended).is_done
    assert states(project) == ["finished", "failed", "finished"]
    assert "measure c-sparse-1" not in trainings.order
    assert said[-1].text == "Comparison c is done: 2 of 3 runs are finished."
    news.deleteLater()


def test_a_full_disk_ends_all_and_nothing_else_is_tried(qtbot, studio, comparing, trainings, ended):
    trainings.full_disk = {"c-usual-1"}
    comparing.start(studio.project, "c")

    end = wait_for(qtbot, ended)
    assert not end.is_done
    assert end.why == "The disk is full."
    assert trainings.order == ["train c-usual-1"]


def test_one_that_cannot_be_measured_ends_it_with_the_reason(
    qtbot, studio, comparing, trainings, ended, said
):
    trainings.unmeasured = {"c-usual-1"}
    ComparingNews(studio, studio)
    comparing.start(studio.project, "c")

    assert wait_for(qtbot, ended).error.message == "It cannot be read."
    texts = [each.text for each in said]
    assert texts == ["It cannot be read.", "Comparison c has ended early."]


def test_a_run_that_was_deleted_is_passed_over(qtbot, studio, project, comparing, trainings, ended):
    trainings.waiting = {"c-sparse-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-sparse-1")
    shutil.rmtree(project.runs_folder / "c-usual-1")
    studio.session.stop()
    wait_for(qtbot, ended)
    trainings.waiting = set()

    comparing.start(studio.project, "c")

    assert wait_for(qtbot, ended, 2).is_done
    assert states(project) == ["gone", "finished", "finished"]
    assert trainings.order.count("train c-usual-1") == 1


def test_what_another_program_trains_is_not_trained_here(
    qtbot, studio, project, comparing, trainings, ended
):
    trainings.waiting = {"c-usual-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-usual-1")
    studio.session.stop()
    wait_for(qtbot, ended)

    with project.run("c-usual-1").locked():
        comparing.start(studio.project, "c")
        end = wait_for(qtbot, ended, 2)

    assert "is being trained already" in str(end.error)


def test_a_comparison_that_is_gone_ends_with_a_sentence(qtbot, studio, comparing, ended):
    comparing.start(studio.project, "nothing")

    assert "There is no comparison nothing" in str(wait_for(qtbot, ended).error)
    assert not comparing.is_active


def test_which_run_of_how_many_and_how_long_for_all_is_said_everywhere(
    qtbot, studio, comparing, compare, trainings, ended
):
    compare(name="timed", limits={"max_minutes": 10.0})
    trainings.waiting = {"timed-sparse-1"}
    status = TrainingStatus(studio)
    qtbot.addWidget(status)
    comparing.start(studio.project, "timed")
    until_training(qtbot, comparing, "timed-sparse-1")
    qtbot.waitUntil(lambda: bool(studio.session.history.steps), timeout=20_000)

    left_s = 2 * 600.0 - SECONDS  # two runs of ten minutes, one of which has had its first
    assert comparing.seconds_left == pytest.approx(left_s)
    assert queue_words(comparing) == "run 2 of 3, about 19 min left in all"
    assert status.text().endswith("run 2 of 3, about 19 min left in all")

    comparing.stop()
    wait_for(qtbot, ended)
    assert queue_words(comparing) == ""
    assert status.text() == ""


def test_the_page_follows_from_run_to_run_unless_the_person_looks_at_another(
    qtbot, studio, comparing, trainings, ended, small_run
):
    other = small_run()
    ComparingNews(studio, studio)
    trainings.waiting = {"c-sparse-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-sparse-1")
    assert studio.run.name == "c-sparse-1"

    studio.select_run(other)
    studio.session.stop()
    wait_for(qtbot, ended)
    trainings.waiting = set()
    comparing.start(studio.project, "c")
    wait_for(qtbot, ended, 2)

    assert studio.run.name == other.name


def test_ends_of_single_runs_are_not_told_and_that_of_all_is(qtbot, studio, comparing, ended, said):
    SessionNews(studio, studio)
    ComparingNews(studio, studio)
    comparing.start(studio.project, "c")
    wait_for(qtbot, ended)

    assert [each.text for each in said] == ["Comparison c is done: 3 of 3 runs are finished."]
    studio.session.start(studio.project, studio.project.run("c-usual-1"))
    qtbot.waitUntil(lambda: len(said) == 2, timeout=20_000)
    assert said[-1].text == "c-usual-1 has made all its steps."


def test_a_stop_says_how_to_go_on_and_the_button_does(
    qtbot, studio, comparing, trainings, ended, said
):
    ComparingNews(studio, studio)
    trainings.waiting = {"c-usual-1"}
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-usual-1")
    comparing.stop()
    wait_for(qtbot, ended)

    assert said[-1].text == "Comparison c was stopped."
    trainings.waiting = set()
    said[-1].action()

    assert wait_for(qtbot, ended, 2).is_done


def test_the_page_pauses_resumes_stops_and_goes_on(
    qtbot, studio, project, comparing, trainings, ended
):
    page = ComparingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1000, 600)
    page.show()
    studio.show_comparison("c")
    qtbot.waitUntil(lambda: page.table is not None, timeout=20_000)

    def offered():
        names = ("Go on", "Pause", "Resume", "Stop", "Delete")
        buttons = [b for b in page.findChildren(QPushButton) if b.text() in names]
        return [b.text() for b in buttons if b.isVisibleTo(page) and b.isEnabled()]

    assert offered() == ["Go on", "Delete"]
    trainings.waiting = {"c-usual-1"}
    press(page, "Go on")
    until_training(qtbot, comparing, "c-usual-1")
    qtbot.waitUntil(lambda: offered() == ["Pause", "Stop"], timeout=20_000)
    press(page, "Pause")
    qtbot.waitUntil(lambda: offered() == ["Resume", "Stop"], timeout=20_000)
    press(page, "Resume")
    until_training(qtbot, comparing, "c-usual-1")
    press(page, "Stop")
    wait_for(qtbot, ended)
    qtbot.waitUntil(lambda: offered() == ["Go on", "Delete"], timeout=20_000)
    assert states(project)[0] == "stopped"
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=20_000)
    page.hide()
    qtbot.wait(300)


def test_a_run_that_is_evaluated_is_not_deleted(qtbot, studio, comparing, trainings, ended, said):
    listed = RunList()
    qtbot.addWidget(listed)
    page = QWidget()
    qtbot.addWidget(page)
    RunListActions(studio, listed, page)
    trainings.slow = {"c-usual-1"}
    comparing.start(studio.project, "c")
    qtbot.waitUntil(lambda: comparing.state is QueueState.MEASURING, timeout=20_000)

    listed.deletion_asked.emit("c-usual-1")

    assert said[-1].text == "c-usual-1 is being evaluated."
    assert [run.name for run in studio.project.runs()] == ["c-usual-1"]
    comparing.stop()
    wait_for(qtbot, ended)


def test_closing_asks_stops_and_the_next_start_offers_to_go_on(
    qtbot, studio, project, comparing, trainings, ended, said
):
    ComparingNews(studio, studio)
    question = ClosingQuestion(studio.session, comparing, studio)
    left = []
    question.allowed.connect(lambda: left.append(True))
    trainings.waiting = {"c-usual-1"}
    window = QWidget()
    qtbot.addWidget(window)
    comparing.start(studio.project, "c")
    until_training(qtbot, comparing, "c-usual-1")

    box = question.question(window)
    assert "Kinds are being compared: run 1 of 3" in box.text()
    assert not question.may_close(window)
    question.leave()
    wait_for(qtbot, ended)
    assert left == [True]
    assert question.may_close(window)
    assert said == []  # nobody is told that it was stopped who leaves

    studio.open_project(project.folder)
    assert said[-1].text == "Comparison c was under way when the window closed."
    assert said[-1].action_text == "Go on"
    trainings.waiting = set()
    said[-1].action()
    assert wait_for(qtbot, ended, 2).is_done
    box.deleteLater()


def test_closing_while_one_is_measured_asks_too(qtbot, studio, comparing, trainings, ended):
    question = ClosingQuestion(studio.session, comparing, studio)
    left = []
    question.allowed.connect(lambda: left.append(True))
    trainings.slow = {"c-usual-1"}
    window = QWidget()
    qtbot.addWidget(window)
    comparing.start(studio.project, "c")
    qtbot.waitUntil(lambda: comparing.state is QueueState.MEASURING, timeout=20_000)

    assert not question.may_close(window)
    question.leave()
    wait_for(qtbot, ended)

    assert left == [True]


def test_closing_when_all_is_done_waits_for_all(qtbot, studio, comparing, trainings, ended):
    question = ClosingQuestion(studio.session, comparing, studio)
    left = []
    question.allowed.connect(lambda: left.append(len(trainings.order)))
    comparing.start(studio.project, "c")
    question._leave_later()
    wait_for(qtbot, ended)

    assert left == [6]
