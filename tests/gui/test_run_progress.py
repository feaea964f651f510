"""What is said of one run: a bar only where there is an end to come nearer to."""

from dataclasses import replace

import pytest
from events import SCORES, make_step, make_validation
from finding import find, text_in, words_in
from PySide6.QtWidgets import QPushButton

from attnstudio.gui.look.motion import set_still
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.minutes_box import MinutesBox
from attnstudio.gui.training.run_progress import RunFacts, RunProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.project.run import RunState
from attnstudio.training.events import CheckpointSaved, Failed, FindingLinks, Finished
from attnstudio.training.history import History
from attnstudio.training.stop import StopReason


@pytest.fixture
def progress(qtbot):
    progress = RunProgress()
    qtbot.addWidget(progress)
    progress.show()
    return progress


def facts(session, share_done, state=RunState.RUNNING):
    return RunFacts(
        name="one",
        state=state,
        history=History(),
        session=session,
        share_done=share_done,
        left_s=None,
        why_not="",
        can_go_on=False,
    )


@pytest.mark.parametrize(
    ("session", "share_done", "shown", "moves"),
    [
        (SessionState.PREPARING, None, True, True),
        (SessionState.RUNNING, 0.25, True, False),
        (SessionState.RUNNING, None, False, False),
        (SessionState.IDLE, None, False, False),
    ],
)
def test_a_bar_is_shown_where_an_end_is_known(progress, session, share_done, shown, moves):
    progress.show_facts(facts(session, share_done))

    bar = find(progress, BusyBar)
    assert bar.isVisibleTo(progress) is shown
    assert (bar.maximum() == 0) is moves
    if share_done is not None:
        assert bar.value() == share_done * bar.maximum()


def test_a_preparation_that_finds_links_says_how_far_it_is(progress):
    finding = FindingLinks(step=0, elapsed_s=20.0, share=0.4, left_s=30.0)
    progress.show_facts(replace(facts(SessionState.PREPARING, None), finding_links=finding))

    bar = find(progress, BusyBar)
    assert (bar.isVisibleTo(progress), bar.is_busy) == (True, False)
    assert bar.value() == 0.4 * bar.maximum()
    assert "Finding word links in the text: 40 %, about 30 s left" in words_in(progress)

    progress.show_facts(replace(facts(SessionState.STOPPING, None), finding_links=finding))
    assert "Stopping…" in words_in(progress)
    assert not bar.isVisibleTo(progress)


def test_the_bar_of_a_preparation_stands_still_where_nothing_is_to_move(qapp, progress):
    set_still(qapp, still=True)
    try:
        progress.show_facts(facts(SessionState.PREPARING, None))
    finally:
        set_still(qapp, still=False)

    assert find(progress, BusyBar).is_busy
    assert find(progress, BusyBar).maximum() > 0


def test_looking_inside_says_why_it_cannot_be_done_yet(progress):
    coming = "The first checkpoint of one comes at step 200, or after 5 min of training."
    without = facts(SessionState.RUNNING, None)
    inspect = find(progress, QPushButton, "Look inside")

    progress.show_facts(replace(without, first_checkpoint=coming))
    assert (inspect.isEnabled(), inspect.toolTip()) == (False, coming)
    progress.show_facts(replace(without, session=SessionState.IDLE))
    assert inspect.toolTip() == "This run has no checkpoint to look into."
    without.history.add(CheckpointSaved(step=5, elapsed_s=1.0))
    progress.show_facts(without)
    assert (inspect.isEnabled(), inspect.toolTip()) == (True, "Open the inspector with this run")


def test_what_stands_below_the_bar_stays_in_its_place(progress):
    progress.show_facts(facts(SessionState.RUNNING, 0.5))
    height = progress.sizeHint().height()
    progress.show_facts(facts(SessionState.IDLE, None))
    assert progress.sizeHint().height() == height


def test_where_the_losses_went_wrong_nobody_goes_on_as_before(progress):
    facts_of_failed = facts(SessionState.IDLE, None, RunState.FAILED)
    facts_of_failed.history.add(
        Failed(
            step=50,
            elapsed_s=9.0,
            template="Training diverges.",
            hint_template="",
            cause="diverged",
            go_on_from=40,
        )
    )

    progress.show_facts(facts_of_failed)
    assert not find(progress, QPushButton, "Go on for").isVisibleTo(progress)
    assert not find(progress, MinutesBox).isVisibleTo(progress)

    progress.show_facts(replace(facts_of_failed, checkpoints=(20, 40)))
    assert find(progress, MinutesBox).isVisibleTo(progress)
    menu = find(progress, QPushButton, "From a checkpoint").menu()
    assert [entry.text() for entry in menu.actions()] == ["Step 40", "Step 20"]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (StopReason.TIME_LIMIT, "Reached its limit of time; it can go on"),
        (StopReason.STEP_LIMIT, "Reached its limit of steps; it can go on"),
        (StopReason.EPOCH_LIMIT, "Reached its limit of epochs; it can go on"),
        (StopReason.REQUESTED, "Stopped by hand; it can go on"),
    ],
)
def test_a_limit_that_was_reached_is_no_stop(progress, reason, words):
    of_ended = facts(SessionState.IDLE, None, RunState.STOPPED)
    of_ended.history.add(Finished(step=50, elapsed_s=9.0, reason=reason, best_step=40))

    progress.show_facts(of_ended)

    assert words in words_in(progress)


def trained(of_run):
    of_run.history.add(make_step(step=50, elapsed_s=9.0, epoch=0.5, loss=2.0, target_tokens=500))
    return of_run


def test_a_run_without_a_limit_says_what_ends_it_and_how_near_that_is(progress):
    running = trained(facts(SessionState.RUNNING, None))

    progress.show_facts(replace(running, patience=10, without_gain=3))
    assert "ends when 10 validations bring no gain, now 3" in text_in(progress)
    progress.show_facts(replace(running, patience=0))
    assert "no end is set: press Stop" in text_in(progress)
    progress.show_facts(replace(running, patience=0, share_done=0.5))
    assert "no end" not in text_in(progress)


def test_the_best_figures_are_judged_in_words(progress):
    of_run = trained(facts(SessionState.IDLE, None, RunState.STOPPED))
    of_run.history.add(
        make_validation(
            step=50,
            elapsed_s=9.0,
            epoch=0.5,
            scores=SCORES | {"bleu": 3.1, "chrf": 20.0, "aer": 0.7},
            reading="mean",
        )
    )

    progress.show_facts(of_run)

    assert "BLEU 3.1 (not usable yet)" in text_in(progress)
    assert "AER 0.700 (hardly follows the words)" in text_in(progress)


def test_a_run_that_was_killed_before_its_first_checkpoint_promises_none(progress):
    interrupted = facts(SessionState.IDLE, None, RunState.INTERRUPTED)
    progress.show_facts(interrupted)
    assert "Interrupted before its first checkpoint; it would begin anew" in words_in(progress)

    interrupted.history.add(CheckpointSaved(step=5, elapsed_s=1.0))
    progress.show_facts(interrupted)
    assert "Interrupted; it can go on from its last checkpoint" in words_in(progress)


def test_an_imported_run_is_looked_into_and_not_trained(progress):
    of_run = facts(SessionState.IDLE, None, RunState.IMPORTED)

    progress.show_facts(replace(of_run, can_go_on=True, checkpoints=(400,)))

    assert "Imported: it translates, but cannot be trained further" in words_in(progress)
    assert "No step yet" not in text_in(progress)
    shown = [
        button for button in progress.findChildren(QPushButton) if button.isVisibleTo(progress)
    ]
    assert [button.isEnabled() for button in shown] == [True]


def test_the_line_that_the_first_validation_brings_moves_nothing(qtbot, progress):
    running = facts(SessionState.RUNNING, None)
    progress.resize(420, progress.sizeHint().height())
    running.history.add(
        make_step(
            step=1, elapsed_s=1.0, epoch=0.1, loss=5.0, tokens_per_second=100.0, target_tokens=10
        )
    )
    progress.show_facts(running)
    qtbot.wait(0)
    before = progress.heightForWidth(420), text_in(progress)

    running.history.add(
        make_validation(
            step=2,
            elapsed_s=1.0,
            epoch=0.1,
            scores={
                "loss": 4.0,
                "perplexity": 54.6,
                "token_accuracy": 0.2,
                "bleu": 1.0,
                "chrf": 9.0,
            },
        )
    )
    progress.show_facts(running)
    qtbot.wait(0)

    assert len(text_in(progress)) > len(before[1])
    assert progress.heightForWidth(420) == before[0]
