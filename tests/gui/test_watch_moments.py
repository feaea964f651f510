"""A watch sentence through time: any head of it, two moments side by side, and as a file."""

from dataclasses import replace
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
from finding import find, press, text_in
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSlider, QWidget
from records import make_record

from attnstudio.gui.training.watch_keeping import WatchKeeping
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.project.watch import save_watch_record
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, DECODER_SELF
from attnstudio.tokenizer import Token, end_token
from attnstudio.training.events import WatchTranslated

SOURCE = ("ab c", (Token("▁a", 0, 1), Token("b", 1, 2), Token("▁c", 2, 4), end_token("ab c")))
TARGET = ("xy", (Token("▁x", 0, 1), Token("y", 1, 2), end_token("xy")))
HELD = "Heat map of the moment that is held"


def event(step, source="ab c", index=0):
    return WatchTranslated(
        step=step,
        elapsed_s=0.0,
        index=index,
        source=source,
        reference="",
        translation=f"xy at {step}",
        attention=f"{step:08d}-{index}.safetensors",
    )


EVENTS = [event(step) for step in (100, 200, 300)]


def record_at(step, layers=2, heads=2):
    random = np.random.default_rng(step)
    lower = np.tril(np.ones((layers, heads, 3, 3)))
    return make_record(
        SOURCE,
        TARGET,
        cross=random.dirichlet(np.ones(4), size=(layers, heads, 3)),
        decoder_self=lower / lower.sum(axis=-1, keepdims=True),
    )


@pytest.fixture
def timeline(qtbot):
    """Three moments, the attention of each read at once."""
    timeline = WatchTimeline()
    qtbot.addWidget(timeline)
    timeline.record_wanted.connect(lambda e: timeline.show_record(record_at(e.step), Reading()))
    timeline.resize(1000, 800)
    timeline.show()
    timeline.show_events(EVENTS)
    return timeline


def weights_in(timeline, name="Heat map of attention weights"):
    view = find(timeline, AttentionHeatmap, name)._view
    return None if view is None else view.weights


def go_to(timeline, place):
    find(timeline, QSlider, "Time of training").setValue(place)


def choose(box, words):
    row = [box.itemText(row) for row in range(box.count())].index(words)
    box.setCurrentIndex(row)
    box.activated.emit(row)


def heads_of(timeline):
    return find(timeline, QComboBox, "Which layer and head is shown through time")


def sites_of(timeline):
    return find(timeline, QComboBox, "Which attention is shown through time")


def test_any_head_can_be_followed_from_moment_to_moment(timeline):
    box = heads_of(timeline)
    assert [box.itemText(row) for row in range(box.count())] == [
        "all layers, all heads", "layer 0, head 0", "layer 0, head 1", "layer 1, head 0",
        "layer 1, head 1",
    ]  # fmt: skip

    choose(box, "layer 1, head 0")
    for place, step in enumerate((100, 200, 300)):
        go_to(timeline, place)
        expected = record_at(step).matrices[CROSS].weights[1, 0]
        np.testing.assert_allclose(weights_in(timeline), expected)
        assert "Attention: layer 1, head 0" in text_in(timeline)
    assert timeline.reading == Reading(1, 0)


def test_the_sentence_over_itself_can_be_followed_too(timeline):
    choose(sites_of(timeline), "Target over itself")

    assert timeline.reading.site == DECODER_SELF
    expected = record_at(300).matrices[DECODER_SELF].weights.mean(axis=(0, 1))
    np.testing.assert_allclose(weights_in(timeline), expected)


def test_a_head_that_another_model_does_not_have_is_let_go_of(timeline):
    choose(heads_of(timeline), "layer 1, head 1")
    timeline.show_record(record_at(300, layers=1), Reading(0, 1))

    np.testing.assert_allclose(
        weights_in(timeline), record_at(300, layers=1).matrices[CROSS].weights[0, 1]
    )


def test_a_moment_is_held_beside_the_others_and_read_as_they_are(timeline):
    go_to(timeline, 0)
    press(timeline, "Compare")
    go_to(timeline, 2)

    assert "Held: step 100 · " in text_in(timeline)
    at_100, at_300 = (record_at(step).matrices[CROSS].weights for step in (100, 300))
    np.testing.assert_allclose(weights_in(timeline, HELD), at_100.mean(axis=(0, 1)))
    np.testing.assert_allclose(weights_in(timeline), at_300.mean(axis=(0, 1)))

    choose(heads_of(timeline), "layer 0, head 1")
    np.testing.assert_allclose(weights_in(timeline, HELD), at_100[0, 1])
    np.testing.assert_allclose(weights_in(timeline), at_300[0, 1])

    press(timeline, "Compare")
    assert "Held:" not in text_in(timeline)


def tops_of_maps(timeline):
    maps = [each for each in timeline.findChildren(AttentionHeatmap) if each.isVisible()]
    return [each.mapTo(timeline, QPoint(0, 0)).y() for each in maps]


def test_both_moments_that_are_compared_say_when_they_are_and_stand_level(qapp, timeline):
    assert "Now:" not in text_in(timeline)
    press(timeline, "Compare")
    assert "Now: step 300, the same moment: the slider goes to others" in text_in(timeline)

    go_to(timeline, 0)
    qapp.processEvents()
    assert "Held: step 300 · xy at 300" in text_in(timeline)
    assert "Now: step 100 · xy at 100" in text_in(timeline)
    assert len(set(tops_of_maps(timeline))) == 1

    timeline.show_events([replace(each, translation="wort " * (each.step // 5)) for each in EVENTS])
    go_to(timeline, 0)
    press(timeline, "Compare")
    go_to(timeline, 2)
    qapp.processEvents()
    assert len(set(tops_of_maps(timeline))) == 1
    assert f"Now: step 300 · {'wort ' * 60}" in {
        each.toolTip() for each in timeline.findChildren(QLabel)
    }

    press(timeline, "Compare")
    assert "Now:" not in text_in(timeline)


def test_another_sentence_lets_go_of_what_is_held(timeline):
    timeline.show_events([event(100), event(200), event(300), event(300, "other", 1)])
    press(timeline, "Compare")
    assert "Held: step 300" in text_in(timeline)

    box = find(timeline, QComboBox, "Watch sentence")
    box.setCurrentIndex(1)
    box.activated.emit(1)

    assert "Held:" not in text_in(timeline)


def test_another_run_lets_go_of_what_is_held(timeline):
    press(timeline, "Compare")
    timeline.show_events([event(50)])

    assert "Held:" not in text_in(timeline)


def test_without_attention_there_is_nothing_to_hold_or_to_save(timeline):
    timeline.show_record(None, Reading())

    assert timeline.reading is None
    assert not find(timeline, QPushButton, "Compare").isEnabled()
    assert not timeline.save.isEnabled()
    assert not heads_of(timeline).isVisible()


@pytest.fixture
def keeping(qtbot, studio, project, small_run, timeline):
    """The moments are on disk too, and every file goes where the test says."""
    studio.open_project(project.folder)
    run = small_run()
    studio.select_run(run)
    run.watch_folder.mkdir(exist_ok=True)
    for step in (100, 200, 300):
        save_watch_record(run.watch_folder / event(step).attention, record_at(step))
    owner = QWidget()
    qtbot.addWidget(owner)
    keeping = WatchKeeping(studio, timeline, owner, choose_path=lambda *_: str(keeping.path))
    keeping.owner, keeping.run = owner, run
    return keeping


def saved(qtbot, studio, keeping, path, save):
    keeping.path = path
    save()
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=60_000)
    return path


def test_the_moments_are_saved_side_by_side_in_the_reading_that_is_seen(
    qtbot, studio, keeping, timeline, tmp_path
):
    choose(heads_of(timeline), "layer 1, head 0")

    path = saved(qtbot, studio, keeping, tmp_path / "strip.svg", keeping.save_strip)

    text = path.read_text(encoding="utf-8")
    assert [f">Step {step}<" in text for step in (100, 200, 300)] == [True] * 3
    for step in (100, 200, 300):
        weight = record_at(step).matrices[CROSS].weights[1, 0, 0, 0]
        assert f": {np.float16(weight):.4f}" in text
    fromstring(text)


def test_a_moving_picture_and_a_png_are_saved_too(qtbot, studio, keeping, tmp_path):
    moving = saved(qtbot, studio, keeping, tmp_path / "t.svg", keeping.save_animation)
    png = saved(qtbot, studio, keeping, tmp_path / "s.png", keeping.save_strip)

    assert moving.read_text(encoding="utf-8").count("<animate") == 3
    assert png.read_bytes().startswith(b"\x89PNG")


def test_what_was_not_kept_is_left_out_and_said_where_nothing_was(qtbot, studio, keeping, tmp_path):
    (keeping.run.watch_folder / event(200).attention).unlink()
    path = saved(qtbot, studio, keeping, tmp_path / "s.svg", keeping.save_strip)
    text = path.read_text(encoding="utf-8")
    assert (">Step 200<" in text, ">Step 300<" in text) == (False, True)

    for step in (100, 300):
        (keeping.run.watch_folder / event(step).attention).unlink()
    said = []
    studio.notifier.posted.connect(lambda posted: said.append(posted.text))
    nothing = saved(qtbot, studio, keeping, tmp_path / "n.svg", keeping.save_strip)
    qtbot.waitUntil(lambda: bool(said))
    assert not nothing.exists()
    assert said == ["The attention of this sentence was not kept."]
