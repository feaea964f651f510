"""The watch sentences through time."""

import json
import math

import numpy as np
import pytest

from attnstudio.gui.actions import ActionRegistry
from attnstudio.gui.pages.training import TrainingPage
from attnstudio.gui.widgets.watch_timeline import WatchTimeline
from attnstudio.inference.record import AttentionRecord
from attnstudio.interpretation.links import Reading, ReadingMethod
from attnstudio.project.pipeline import train
from attnstudio.project.watch import load_watch_record
from attnstudio.tokenizer import Token, end_token
from attnstudio.training.events import WatchTranslated
from attnstudio.training.stop import StopToken

TEXT = "a b"


def event(step):
    return WatchTranslated(step, float(step), 0, TEXT, TEXT, f"at {step}", f"{step}.safetensors")


@pytest.fixture
def timeline(qtbot):
    timeline = WatchTimeline()
    qtbot.addWidget(timeline)
    timeline.resize(700, 500)
    timeline.show_events([event(step) for step in (10, 20, 30)])
    return timeline


@pytest.fixture(scope="module")
def record():
    """Two layers of three heads; each looks most at another token than the others do."""
    tokens = (Token("▁a", 0, 1), Token("▁b", 1, 3), end_token(TEXT))
    cross = np.zeros((2, 3, 3, 3))
    for layer in range(2):
        for head in range(3):
            cross[layer, head] = np.roll(np.eye(3), head, axis=1) * 0.6 + (0.1 + 0.1 / 3)
    cross[1] = cross[1][:, :, ::-1]
    return AttentionRecord(
        TEXT, TEXT, tokens, tokens, False, cross, None, None, (math.log(0.5),) * 3
    )


def test_play_becomes_pause_while_it_plays_and_play_again_at_the_end(qtbot, timeline):
    button = timeline._play
    assert (button.text(), button.toolTip().split()[0]) == ("Play", "Play")
    width = button.sizeHint().width(), button.minimumWidth()

    button.click()
    assert (button.text(), button.toolTip().split()[0]) == ("Pause", "Pause")
    assert timeline.moment.step == 10
    assert button.sizeHint().width() <= button.minimumWidth()
    assert (button.minimumWidth() >= width[0], button.minimumWidth()) == (True, width[1])
    button.click()  # stays where it is
    assert (button.text(), timeline._timer.isActive()) == ("Play", False)

    button.click()
    qtbot.waitUntil(lambda: not timeline._timer.isActive(), timeout=60_000)
    assert timeline.moment.step == 30
    assert (button.text(), button.toolTip().split()[0]) == ("Play", "Play")


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading(), "Attention: all layers, all heads"),
        (Reading(1), "Attention: layer 1, all heads"),
        (Reading(0, 2), "Attention: layer 0, head 2"),
        (
            Reading(1, 0, ReadingMethod.SHIFTED),
            "Attention: layer 1, head 0, read one step later",
        ),
    ],
)
def test_the_layer_and_head_that_are_named_are_those_that_are_drawn(
    timeline, record, reading, words
):
    timeline.show_record(record, reading)

    layers = slice(None) if reading.layer is None else [reading.layer]
    heads = slice(None) if reading.head is None else [reading.head]
    expected = record.cross[layers][:, heads].mean(axis=(0, 1))
    if reading.method is ReadingMethod.SHIFTED:
        expected = expected[[1, 2, 2]]
    assert timeline._attention.text() == words
    np.testing.assert_allclose(timeline._heatmap._view.weights[:2], expected[:2])
    np.testing.assert_allclose(timeline._strips._view.weights[:2], expected[:2])


def test_a_reading_that_the_model_does_not_have_is_neither_shown_nor_named(timeline, record):
    timeline.show_record(record, Reading(7, 0))

    assert timeline._attention.text() == "Attention: all layers, all heads"
    np.testing.assert_allclose(timeline._heatmap._view.weights, record.cross.mean(axis=(0, 1)))


def test_without_attention_none_is_named(timeline, record):
    timeline.show_record(record, Reading(1, 0))
    timeline.show_record(None, Reading())

    assert timeline._attention.text() == ""


def test_the_page_shows_the_layer_and_head_that_its_run_found_best(
    qtbot, studio, project, small_run
):
    run = small_run(limits={"max_steps": 8})
    train(project, run, emit=lambda _: None, stop=StopToken())
    best = Reading(1, 1)
    (run.folder / "reading.json").write_text(json.dumps(best.to_mapping()))
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    studio.open_project(project.folder)
    studio.select_run(run)
    watch = page._watch
    qtbot.waitUntil(lambda: bool(watch._attention.text()), timeout=120_000)

    record = load_watch_record(run.watch_folder / watch.moment.attention)
    assert watch._attention.text() == "Attention: layer 1, head 1"
    np.testing.assert_allclose(watch._heatmap._view.weights, record.cross[1, 1])
    assert not np.allclose(record.cross[1, 1], record.cross.mean(axis=(0, 1)))
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)
