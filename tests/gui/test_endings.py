"""How a window ends that nobody closes: by a signal, with the session, by a kill."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from attnstudio.gui.shell.app import _FIRST_SIZE, Program
from attnstudio.gui.shell.ending_signals import EndingSignals
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.training.stop import StopReason

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals")


@pytest.fixture
def start(tmp_path, project):
    """Starts the window in a process of its own, which does a deed."""
    started = []

    def begin(deed):
        program = str(Path(__file__).with_name("driven_program.py"))
        known = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        # What runs tests in the background, as nohup and shells do, hands its deafness on.
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
        process = subprocess.Popen(
            [sys.executable, program, deed, str(tmp_path / "w.ini"), str(project.folder)],
            env=os.environ | known, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for number, handler in before.items():
            signal.signal(number, handler)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def hear(process, words):
    """The rest of the first line that begins with these words."""
    for line in process.stdout:
        if line.startswith(words):
            return line.removeprefix(words).strip()
    raise AssertionError(f"the program ended without a word of {words}: {process.stderr.read()}")


def end_of(process):
    """Its exit code and what it said on stderr."""
    threading.Thread(target=process.stdout.read).start()
    return process.wait(timeout=120), process.stderr.read()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_stops_the_training_with_a_checkpoint(start, small_run, project, name):
    run = small_run(limits={"max_steps": 1_000_000}, training={"patience": 0})
    project.set_last_run(run)
    process = start("train")
    hear(process, "step 1")

    number = getattr(signal, name)
    process.send_signal(number)

    assert end_of(process) == (128 + number, "")
    history = project.run(run.name).history()
    assert history.ending.reason == StopReason.REQUESTED
    assert int(run.checkpoint_folder("last").name) == history.step > 0


def test_a_signal_ends_a_window_that_does_not_train(start):
    process = start("wait")
    hear(process, "here")

    process.send_signal(signal.SIGTERM)

    assert end_of(process) == (143, "")


@pytest.mark.slow
def test_a_second_signal_ends_at_once(start, small_run, project):
    project.set_last_run(small_run(limits={"max_steps": 1_000_000}, training={"patience": 0}))
    process = start("train_and_never_stop")
    hear(process, "step 1")

    process.send_signal(signal.SIGTERM)
    hear(process, "stopping")
    process.send_signal(signal.SIGTERM)

    assert end_of(process)[0] == -signal.SIGTERM


def test_what_ignored_a_signal_still_does(qapp):
    del qapp
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals = EndingSignals()
    try:
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signals.close()
        signal.signal(signal.SIGHUP, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_killed_window_comes_back_at_its_page_and_place(start, qapp, tmp_path, project):
    process = start("show_setup")
    height = int(hear(process, "there"))
    process.kill()
    process.wait()

    program = Program(qapp, Settings(tmp_path / "w.ini"))
    came_back_with = program.window.height()
    program.open([])

    assert program.studio.project.folder == project.folder
    assert program.window.page is PageName.SETUP
    program.close()
    assert came_back_with == height != _FIRST_SIZE[1]


def test_a_start_that_is_killed_while_it_loads_keeps_the_page(qtbot, qapp, settings, project):
    settings.last_project = project.folder
    settings.set_value("window/page", PageName.SETUP.value)
    program = Program(qapp, settings)
    program.window.show()
    program.window.resize(1000, 650)
    qtbot.wait(700)

    assert settings.value("window/page", "") == PageName.SETUP.value
    program.close()


def test_the_end_of_the_session_waits_for_the_checkpoint(qtbot, qapp, settings, small_run, project):
    program = Program(qapp, settings)
    program.build_pages()
    session = program.studio.session
    program.studio.open_project(project.folder)
    run = small_run(limits={"max_steps": 1_000_000}, training={"patience": 0})
    session.start(program.studio.project, run)
    qtbot.waitUntil(lambda: session.history.step > 0, timeout=120_000)

    program.end_with_session()  # Qt has no session to end here

    assert run.checkpoint_folder("last").exists()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.history.ending.reason == StopReason.REQUESTED
    assert not program.window.isVisible()
    program.close()
