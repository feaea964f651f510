"""Measuring behind the setup page: when it begins, when it ends, and never beside a training."""

import threading
from pathlib import Path

import pytest
from finding import find
from PySide6.QtCore import QTimer

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.gui.setup import pace_finder
from attnstudio.gui.setup.pace_finder import FinderState, PaceFinder, PaceSearch
from attnstudio.gui.setup.run_forecast import RunForecast
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.project.probe import Probed, ProbeRequest

FOUND = Probed(0.5, 1.0, 100.0, 300 << 20, False, 16, "cpu")


class Probing:
    """Stands for the other process: answers when it may, and knows what it was asked."""

    def __init__(self):
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = []
        self.stopped = 0

    def __call__(self, request, should_stop):
        self.asked.append(request)
        while not self.may_answer.wait(0.01):
            if should_stop():
                self.stopped += 1
                return None
        return FOUND


@pytest.fixture
def probing(monkeypatch):
    probing = Probing()
    monkeypatch.setattr(pace_finder, "probe", probing)
    return probing


@pytest.fixture
def finder(studio):
    finder = PaceFinder(studio.tasks, studio.session, studio)
    find(finder, QTimer).setInterval(0)  # it need not wait for the person to rest
    finder.said = []
    finder.changed.connect(finder.said.append)
    return finder


def request_for(**changes):
    config = merge_config(RunConfig(), changes)
    return ProbeRequest(Path("corpus"), False, b"one", b"other", config)


def is_found(finder):
    return lambda: bool(finder.said) and finder.said[-1] == PaceSearch(FinderState.FOUND, FOUND)


def test_it_measures_once_and_knows_then(qtbot, finder, probing):
    finder.ask(request_for())
    qtbot.waitUntil(is_found(finder))

    finder.ask(request_for(training={"seed": 7, "patience": 3}, limits={"max_steps": 9}))
    finder.ask(request_for(model={"model_size": 64}))
    qtbot.waitUntil(is_found(finder))
    finder.ask(request_for())
    qtbot.waitUntil(is_found(finder))

    assert [request.config.model.model_size for request in probing.asked] == [256, 64]


def test_other_settings_end_what_is_being_measured(qtbot, finder, probing):
    probing.may_answer.clear()
    finder.ask(request_for())
    qtbot.waitUntil(lambda: len(probing.asked) == 1)

    finder.ask(request_for(model={"model_size": 64}))

    qtbot.waitUntil(lambda: probing.stopped == 1)
    qtbot.waitUntil(lambda: len(probing.asked) == 2)
    probing.may_answer.set()
    qtbot.waitUntil(is_found(finder))


def test_a_person_can_cancel_it_and_have_it_measured_after_all(qtbot, finder, probing):
    probing.may_answer.clear()
    finder.ask(request_for())
    qtbot.waitUntil(lambda: len(probing.asked) == 1)

    finder.cancel()

    assert finder.said[-1].state is FinderState.CANCELLED
    qtbot.waitUntil(lambda: probing.stopped == 1)
    finder.ask(request_for())  # nothing has changed: it stays cancelled
    assert finder.said[-1].state is FinderState.CANCELLED
    probing.may_answer.set()
    finder.measure_again()
    qtbot.waitUntil(is_found(finder))


def test_nothing_is_measured_beside_a_training(qtbot, finder, probing, studio):
    probing.may_answer.clear()
    finder.ask(request_for())
    qtbot.waitUntil(lambda: len(probing.asked) == 1)

    studio.session._change_state(SessionState.PREPARING)

    qtbot.waitUntil(lambda: probing.stopped == 1)
    assert finder.said[-1].state is FinderState.TRAINING
    finder.ask(request_for(model={"model_size": 64}))
    finder.measure_again()
    qtbot.wait(50)  # nothing begins, so there is nothing to wait for
    assert len(probing.asked) == 1

    probing.may_answer.set()
    studio.session._change_state(SessionState.IDLE)

    qtbot.waitUntil(is_found(finder))
    assert probing.asked[-1].config.model.model_size == 64


def test_what_fails_is_said_and_not_tried_for_ever(qtbot, finder, monkeypatch):
    asked = []

    def fail(request, _):
        asked.append(request)
        raise RuntimeError("no luck")

    monkeypatch.setattr(pace_finder, "probe", fail)
    finder.ask(request_for())

    qtbot.waitUntil(lambda: bool(finder.said) and finder.said[-1].state is FinderState.FAILED)
    finder.ask(request_for())
    assert "no luck" in finder.said[-1].reason
    assert len(asked) == 1


FAST = PaceSearch(FinderState.FOUND, FOUND)
UNKNOWN = PaceSearch(FinderState.MEASURING)


@pytest.mark.parametrize(
    ("changes", "finding", "time", "said"),
    [
        ({"training": {"budget_minutes": 30}}, UNKNOWN, "30 min", "Planned"),
        ({"limits": {"max_minutes": 5}}, UNKNOWN, "5 min", "can go on later"),
        ({"limits": {"max_steps": 1200}}, UNKNOWN, "…", "after 1,200 updates"),
        ({"limits": {"max_steps": 1200}}, FAST, "10 min – 22 min", "after 1,200 updates"),
        ({"limits": {"max_epochs": 2.5}}, FAST, "2 min – 5 min", "2.5 passes"),
        ({}, FAST, "at least 18 min", "Once 10 tests in a row".lower()),
        ({}, FAST, "at least 18 min", "0.50–1.0 s, a pass over the corpus 50 s – 2 min"),
        ({"training": {"patience": 0}}, FAST, "until you stop it", "no patience"),
        ({}, UNKNOWN, "…", "Cancel"),
        ({}, PaceSearch(FinderState.TRAINING), "…", "once the other training has ended"),
    ],
)
def test_the_forecast_says_how_long_and_what_ends_it(qtbot, changes, finding, time, said):
    forecast = RunForecast(200)
    qtbot.addWidget(forecast)

    forecast.show_forecast(merge_config(RunConfig(), changes), finding)

    assert forecast.time.text() == time
    assert said in forecast.about.text()


def test_the_words_of_a_forecast_have_room_from_the_beginning(qtbot):
    forecast = RunForecast(228)
    qtbot.addWidget(forecast)
    before = forecast.about.minimumHeight()

    for config in (RunConfig(), merge_config(RunConfig(), {"limits": {"max_steps": 10**6}})):
        forecast.show_forecast(config, FAST)
        assert forecast.about.heightForWidth(228) <= before
