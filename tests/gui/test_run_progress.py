"""What is said of one run: a bar only where there is an end to come nearer to."""

import pytest

from attnstudio.gui.training_session import SessionState
from attnstudio.gui.widgets.run_progress import RunFacts, RunProgress
from attnstudio.project.run import RunState
from attnstudio.training.history import History


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

    bar = progress._bar
    assert bar.isVisibleTo(progress) is shown
    assert (bar.maximum() == 0) is moves
    if share_done is not None:
        assert bar.value() == share_done * bar.maximum()


def test_what_stands_below_the_bar_stays_in_its_place(progress):
    progress.show_facts(facts(SessionState.RUNNING, 0.5))
    height = progress.sizeHint().height()
    progress.show_facts(facts(SessionState.IDLE, None))
    assert progress.sizeHint().height() == height
