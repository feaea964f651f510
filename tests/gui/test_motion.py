"""A calm window: nothing moves by itself where the person, or the system, wants it so."""

import threading

import pytest
from finding import find

from attnstudio.gui.look import motion
from attnstudio.gui.shell.looks import Looks
from attnstudio.gui.shell.task_strip import TaskStrip
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.tasks import TaskRunner
from attnstudio.gui.widgets.busy_bar import BusyBar


@pytest.fixture(autouse=True)
def _moving_again(qapp):
    yield
    motion.set_still(qapp, still=False)


@pytest.fixture
def bar(qtbot):
    bar = BusyBar("Progress")
    bar.resize(140, 8)
    qtbot.addWidget(bar)
    return bar


def test_a_bar_of_unknown_length_stands_still_but_can_be_told_from_an_empty_one(qapp, bar):
    motion.set_still(qapp, still=True)
    bar.show_share(0.0)
    empty = bar.grab().toImage()

    bar.show_busy()

    assert bar.is_busy
    assert bar.maximum() > 0  # Qt moves the others
    first = bar.grab().toImage()
    assert first != empty
    qapp.processEvents()
    assert bar.grab().toImage() == first


def test_it_runs_to_and_fro_where_things_may_move(bar):
    bar.show_busy()
    assert (bar.minimum(), bar.maximum()) == (0, 0)

    bar.show_share(0.5)
    assert not bar.is_busy
    assert bar.value() == bar.maximum() / 2


def test_no_bar_of_the_window_moves_when_it_is_calm(qapp, qtbot, notifier_of):
    motion.set_still(qapp, still=True)
    runner, strip = notifier_of
    goes_on = threading.Event()
    strip.add(runner.run("Working", lambda _: goes_on.wait()))
    qtbot.waitUntil(strip.isVisible, timeout=60_000)

    bar = find(strip, BusyBar)
    assert bar.is_busy
    assert bar.maximum() > 0
    goes_on.set()
    qtbot.waitUntil(strip.isHidden, timeout=60_000)


@pytest.fixture
def notifier_of(qtbot):
    runner, strip = TaskRunner(print), TaskStrip()
    qtbot.addWidget(strip)
    yield runner, strip
    runner.close()


def test_what_a_person_chose_is_remembered(qapp, settings, tmp_path):
    actions = ActionRegistry()
    Looks(qapp, settings, actions, actions)
    assert not motion.is_still()

    actions["view.still"].trigger()
    assert motion.is_still()
    settings.save()

    motion.set_still(qapp, still=False)
    again = ActionRegistry()
    Looks(qapp, Settings(tmp_path / "window.ini"), again, again)
    assert motion.is_still()
    assert again["view.still"].isChecked()
