"""Work in threads: results come back to the window's thread, and nothing outlives it."""

import threading
import time

import pytest
from finding import find, press, text_in, words_in

from attnstudio.errors import CorpusError
from attnstudio.gui.shell.task_strip import TaskStrip
from attnstudio.gui.studio.tasks import TaskControl, TaskRunner
from attnstudio.gui.widgets.busy_bar import BusyBar


@pytest.fixture
def errors():
    return []


@pytest.fixture
def runner(errors):
    runner = TaskRunner(errors.append)
    yield runner
    runner.close()


def until_stopped(control):
    while not control.should_stop():
        time.sleep(0.005)


def test_a_result_comes_back_in_the_windows_thread(qtbot, runner):
    seen = []

    runner.run(
        "count",
        lambda _: threading.current_thread(),
        on_done=lambda worker: seen.append((worker, threading.current_thread())),
    )
    qtbot.waitUntil(lambda: bool(seen))

    [(worker, here)] = seen
    assert here is threading.main_thread()
    assert worker is not here
    assert runner.running == []


def test_an_error_goes_to_who_wants_it_or_is_shown(qtbot, runner, errors):
    mine = []

    def fail(_):
        raise CorpusError("No.")

    runner.run("fail", fail, on_failed=mine.append)
    runner.run("fail", fail)
    qtbot.waitUntil(lambda: len(mine) == len(errors) == 1)

    assert str(mine[0]) == str(errors[0]) == "No."


def test_a_cancelled_task_gives_no_result_whatever_it_still_does(qtbot, runner):
    ended = []
    task = runner.run(
        "wait", until_stopped, on_done=ended.append, on_cancelled=lambda: ended.append("cancelled")
    )

    task.cancel()
    qtbot.waitUntil(lambda: bool(ended))

    assert ended == ["cancelled"]
    assert not task.is_running


def test_progress_tells_the_time_that_is_left(qtbot, runner):
    def work(control):
        control.report(25, 100, "a quarter")
        until_stopped(control)

    task = runner.run("work", work)
    with qtbot.waitSignal(task.progressed) as heard:
        pass
    task.cancel()
    qtbot.waitUntil(lambda: not runner.running)

    [progress] = heard.args
    assert (progress.done, progress.total, progress.text) == (25, 100, "a quarter")
    assert progress.left_s == pytest.approx(3 * progress.elapsed_s)


def test_time_left_is_proportional_to_what_is_left():
    times = iter([10.0, 14.0])
    control = TaskControl(lambda: next(times))

    control.report(20, 100)

    assert control.latest.elapsed_s == 4.0
    assert control.latest.left_s == 16.0


def test_what_was_done_before_tells_nothing_of_the_speed():
    times = iter([10.0, 14.0, 18.0])
    control = TaskControl(lambda: next(times))
    control.goes_on_from(60)

    control.report(60, 100)
    assert control.latest.left_s is None

    control.report(80, 100)
    assert (control.latest.left_s, control.latest.before) == (8.0, 60)


def test_closing_waits_for_every_thread_and_calls_nobody_back(qtbot, runner, errors):
    called = []
    for _ in range(3):
        runner.run("wait", until_stopped, on_done=called.append, on_cancelled=called.append)

    runner.close()

    qtbot.wait(60)
    assert (called, errors, runner.running) == ([], [], [])


def test_the_status_bar_shows_a_long_task_and_can_end_it(qtbot, runner):
    strip = TaskStrip()
    qtbot.addWidget(strip)
    runner.begun.connect(strip.add)

    def work(control):
        control.report(1, 2, "half of it")
        until_stopped(control)

    runner.run("work", work)
    assert strip.isHidden()
    qtbot.waitUntil(lambda: not strip.isHidden())
    bar = find(strip, BusyBar)
    assert text_in(strip).startswith("half of it")
    assert bar.value() == bar.maximum() // 2

    press(strip, "Cancel")

    assert words_in(strip) == ["Stopping…"]
    qtbot.waitUntil(strip.isHidden)


def test_quiet_and_short_tasks_stay_out_of_the_status_bar(qtbot, runner):
    strip = TaskStrip()
    qtbot.addWidget(strip)
    runner.begun.connect(strip.add)

    quiet = runner.run("quiet", until_stopped, quiet=True)
    runner.run("short", lambda _: None)
    qtbot.wait(600)

    assert strip.isHidden()
    quiet.cancel()
    qtbot.waitUntil(lambda: not runner.running)
