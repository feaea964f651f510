"""A real training behind the window: it starts, pauses, goes on, stops and fails in words."""

import time

import pytest
from events import make_started
from safetensors.torch import load_file, save_file

from attnstudio.config_training import LimitsConfig
from attnstudio.errors import TrainingError
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.project.run import RunState
from attnstudio.training.events import Failed, Notice, Started, Step
from attnstudio.training.stop import StopReason


@pytest.fixture
def session(studio):
    return studio.session


@pytest.fixture
def ended(session):
    seen = []
    session.ended.connect(seen.append)
    return seen


@pytest.fixture
def states(session):
    seen = []
    session.state_changed.connect(seen.append)
    return seen


def test_a_training_runs_to_its_limit_and_says_everything_in_order(
    qtbot, session, project, small_run, ended, states
):
    run = small_run(limits={"max_steps": 6})
    heard = []
    session.events_arrived.connect(heard.extend)

    session.start(project, run)
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)

    assert ended == [StopReason.STEP_LIMIT]
    assert states == [SessionState.PREPARING, SessionState.RUNNING, SessionState.IDLE]
    assert isinstance(heard[0], Started)
    assert [event.step for event in heard if isinstance(event, Step)] == [1, 2, 3, 4, 5, 6]
    assert session.history == run.history()


def test_a_paused_training_goes_on_as_if_it_had_never_paused(
    qtbot, session, project, small_run, ended
):
    whole = small_run(limits={"max_steps": 24})
    session.start(project, whole)
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)
    ended.clear()
    paused = small_run(limits={"max_steps": 24})

    session.start(project, paused)
    qtbot.waitUntil(lambda: session.history.step >= 5, timeout=120_000)
    asked_at = time.monotonic()
    session.pause()
    assert session.state is SessionState.PAUSING
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED, timeout=120_000)
    assert time.monotonic() - asked_at < 5
    assert not session.is_active
    assert ended == []
    stopped_at = session.history.step
    session.resume()
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)

    assert 5 <= stopped_at < 24
    assert [(step.step, step.loss) for step in paused.history().steps] == [
        (step.step, step.loss) for step in whole.history().steps
    ]


def test_a_stopped_training_keeps_a_checkpoint(qtbot, session, project, small_run, ended):
    run = small_run()
    session.start(project, run)
    qtbot.waitUntil(lambda: session.history.step >= 2, timeout=120_000)

    session.stop()
    assert session.state is SessionState.STOPPING
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)

    assert ended == [StopReason.REQUESTED]
    assert run.checkpoints().last == session.history.step
    assert run.state(run.history()) is RunState.STOPPED


def test_a_pause_can_end_in_a_stop(qtbot, session, project, small_run, ended):
    session.start(project, small_run())
    session.pause()
    qtbot.waitUntil(lambda: session.state is SessionState.PAUSED, timeout=120_000)

    session.stop()

    assert session.state is SessionState.IDLE
    assert ended == [StopReason.REQUESTED]


def test_a_run_that_another_program_trains_is_refused_in_words(
    qtbot, session, project, small_run, ended
):
    run = small_run()
    with run.locked():
        session.start(project, run)
        qtbot.waitUntil(lambda: bool(ended), timeout=120_000)

    assert session.state is SessionState.IDLE
    assert "is being trained by another program" in str(ended[0])


def test_a_loss_that_is_no_number_ends_with_a_sentence_and_what_to_try(
    qtbot, session, project, small_run, ended
):
    run = small_run(limits={"max_steps": 1})
    session.start(project, run)
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)
    path = run.checkpoint_folder("last") / "model.safetensors"
    save_file({name: tensor.fill_(1e30) for name, tensor in load_file(path).items()}, path)
    (path.parent / "manifest.json").unlink()  # what was sealed is no longer there

    session.start(project, run, LimitsConfig(max_steps=5))
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=120_000)

    assert isinstance(ended[1], TrainingError)
    assert "lower learning rate" in ended[1].hint
    assert isinstance(session.history.ending, Failed)


def test_a_stopped_run_goes_on_with_new_limits(qtbot, session, project, small_run, ended):
    run = small_run(limits={"max_steps": 3})
    session.start(project, run)
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)

    session.start(project, run, LimitsConfig(max_steps=5))
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=120_000)

    assert [step.step for step in session.history.steps] == [1, 2, 3, 4, 5]
    assert session.history.started.resumed_from == 3


def test_only_one_training_runs_at_a_time(qtbot, session, project, small_run, ended):
    session.start(project, small_run())

    with pytest.raises(RuntimeError, match="under way"):
        session.start(project, small_run())

    session.stop()
    qtbot.waitUntil(lambda: bool(ended), timeout=120_000)


def test_closing_waits_for_the_training_and_leaves_a_checkpoint(session, project, small_run, qtbot):
    run = small_run()
    session.start(project, run)
    qtbot.waitUntil(lambda: session.history.step >= 2, timeout=120_000)

    session.close()

    assert run.checkpoints().last is not None


def test_the_number_of_threads_follows_what_training_says(
    qtbot, session, project, small_run, monkeypatch
):
    def train(_project, _run, *, emit, stop, **_):
        emit(make_started(threads=2))
        emit(Notice(step=5, elapsed_s=1.0, template="{n:,} pairs are left out.", values={"n": 7}))
        emit(
            Notice(
                step=9,
                elapsed_s=2.0,
                template="{threads} of {most} threads",
                values={"threads": 1, "most": 2},
            )
        )
        while not stop.requested:
            time.sleep(0.01)
        return StopReason.REQUESTED

    monkeypatch.setattr("attnstudio.project.pipeline.train", train)
    session.start(project, small_run())
    qtbot.waitUntil(lambda: len(session.history.notices) == 2, timeout=60_000)

    assert session.threads == 1
    session.stop()
    qtbot.waitUntil(lambda: not session.is_active, timeout=60_000)
    assert session.threads is None
