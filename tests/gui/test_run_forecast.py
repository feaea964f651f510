"""What the forecast of a run says: when it ends, what ends it, and how well that is known."""

import pytest

from attnstudio.config import RunConfig
from attnstudio.config_text import merge_config
from attnstudio.gui.setup.pace_finder import FinderState, PaceSearch
from attnstudio.gui.setup.run_forecast import RunForecast
from attnstudio.project.probe import Probed

WAITING = PaceSearch(FinderState.WAITING)


def found(*, quickest_s=1.0, slowest_s=2.0, updates=20):
    return PaceSearch(
        FinderState.FOUND, Probed(quickest_s, slowest_s, 600.0, 2**30, False, updates, "cpu")
    )


@pytest.fixture
def forecast(qtbot):
    forecast = RunForecast(300)
    qtbot.addWidget(forecast)
    return forecast


def said(forecast, finding, **changes):
    config = merge_config(RunConfig(), {"training": {"patience": 0}})
    forecast.show_forecast(merge_config(config, changes), finding)
    return forecast.time.text(), forecast.about.text()


@pytest.mark.parametrize(
    ("changes", "time", "words"),
    [
        ({"training": {"budget_minutes": 30}}, "30 min", "Planned: it is done when this time"),
        ({"limits": {"max_minutes": 5}}, "5 min", "It stops then, wherever it is"),
        ({"limits": {"max_steps": 600}}, "10 min – 22 min", "It stops after 600 updates."),
        ({"limits": {"max_epochs": 2}}, "20 min – 45 min", "It stops after 2 passes"),
        (
            {"training": {"patience": 2, "validate_every": 200}},
            "at least 10 min",
            "once 2 tests in a row on other sentences bring nothing better",
        ),
        (
            {"training": {"patience": 1, "validate_every": 300}},
            "at least 10 min",
            "once a test on other sentences brings nothing better",
        ),
        ({}, "until you stop it", "no limit, no time budget and no patience"),
    ],
)
def test_what_ends_a_run_is_said_with_its_time(forecast, changes, time, words):
    shown, about = said(forecast, found(), **changes)

    assert shown == time
    assert words in about


def test_a_time_that_is_known_well_is_said_once(forecast):
    pace = found(quickest_s=1.0, slowest_s=1.0)

    assert said(forecast, pace, limits={"max_steps": 36_000})[0] == "10 h 0 min – 11 h 12 min"
    assert said(forecast, pace, limits={"max_steps": 2})[0] == "2 s"


def test_patience_that_may_come_first_is_said_with_its_soonest_end(forecast):
    changes = {
        "training": {"patience": 2, "validate_every": 100},
        "limits": {"max_steps": 600},
    }
    about = said(forecast, found(), **changes)[1]
    assert "Sooner if 2 tests in a row" in about
    assert "which can be after 5 min." in about

    changes["limits"] = {"max_steps": 200}
    assert "Sooner" not in said(forecast, found(), **changes)[1]
    changes["training"]["budget_minutes"] = 60
    changes["limits"] = {}
    assert "Sooner" not in said(forecast, found(), **changes)[1]


def test_without_a_pace_only_what_is_fixed_is_said(forecast):
    assert said(forecast, WAITING, limits={"max_steps": 600})[0] == "…"
    assert said(forecast, WAITING, training={"patience": 3})[0] == "…"
    assert said(forecast, WAITING, limits={"max_minutes": 5})[0] == "5 min"


@pytest.mark.parametrize(
    ("finding", "words", "link"),
    [
        (found(), "Measured here: an update takes 1.0–2.0 s, a pass over the corpus 10 min – 22",
         "Measure again"),
        (found(updates=0), "Judged by a part of an update", "Measure again"),
        (found(quickest_s=0.05, slowest_s=12.0), "takes 0.05–12 s", "Measure again"),
        (PaceSearch(FinderState.MEASURING), "being tried on this machine", "Cancel"),
        (PaceSearch(FinderState.TRAINING), "once the other training has ended", ""),
        (PaceSearch(FinderState.FAILED, reason="It has no memory."), "It has no memory.", "again"),
        (PaceSearch(FinderState.CANCELLED), "was not measured", "Measure"),
        (WAITING, "when the settings rest", ""),
    ],
)  # fmt: skip
def test_how_fast_it_goes_is_said_with_what_can_be_done(forecast, finding, words, link):
    about = said(forecast, finding)[1]

    assert words in about
    assert (f"{link}</a>" in about) if link else ("<a" not in about)


def test_its_links_ask_for_what_they_say(qtbot, forecast):
    said(forecast, PaceSearch(FinderState.MEASURING))
    with qtbot.waitSignal(forecast.cancel_asked):
        forecast.about.linkActivated.emit("cancel")
    with qtbot.waitSignal(forecast.measuring_asked):
        forecast.about.linkActivated.emit("again")
