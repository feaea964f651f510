"""The picture of gradients by layer: each colour is its number, read by mouse and keys."""

import csv
import math

import numpy as np
import pytest
from events import make_started, make_validation
from finding import find
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget

from attnstudio.errors import ExportError
from attnstudio.gui.charts.heat_picture import HeatCell
from attnstudio.gui.charts.layer_export import write_layers
from attnstudio.gui.charts.layer_picture import legend_ticks
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.layer_view import LayerView
from attnstudio.gui.training.page import TrainingPage
from attnstudio.interpretation.colours import ColourMap, colour_at
from attnstudio.training.event_json import to_json

STEPS = (100, 200, 300)


def validations(*, lowest=1e-3, layers=3, decoder=2):
    """Gradients that grow from layer to layer: lowest, … , 1."""
    events = []
    for step in STEPS:
        norms = {
            f"encoder.{n}": lowest ** (1 - n / (layers - 1)) * step / 300 for n in range(layers)
        }
        norms |= {f"decoder.{n}": 0.5 for n in range(decoder)}
        events.append(make_validation(step=step, elapsed_s=1.0, epoch=1.0, gradient_norms=norms))
    return events


@pytest.fixture
def failures():
    return []


@pytest.fixture
def view(qtbot, failures, tmp_path):
    chosen = {"path": str(tmp_path / "layers.csv")}
    view = LayerView(failures.append, lambda *_: chosen["path"])
    view.chosen = chosen
    qtbot.addWidget(view)
    view.resize(760, 420)
    view.show()
    return view


def test_every_cell_has_the_colour_of_its_logarithm_and_the_first_layer_is_lowest(view):
    view.show_validations(validations(), norm="pre")
    picture, image = view.chart.picture(), view.chart.grab().toImage()
    logs = [math.log10(norm) for event in validations() for norm in event.gradient_norms.values()]
    low, high = min(logs), max(logs)

    seen = []
    for stack, name in enumerate(("encoder", "decoder")):
        for layer in range((3, 2)[stack]):
            for update in range(3):
                place = picture.place_of(HeatCell(stack, layer, update)).center().toPoint()
                norm = validations()[update].gradient_norms[f"{name}.{layer}"]
                share = (math.log10(norm) - low) / (high - low)
                expected = colour_at(ColourMap.VIRIDIS, share)
                found = image.pixelColor(place * image.devicePixelRatio())
                np.testing.assert_allclose(found.getRgb()[:3], expected, atol=4)
                seen.append(place)
    assert seen[0].y() > seen[3].y() > seen[6].y()  # layer 0, 1, 2
    assert seen[0].x() < seen[1].x() < seen[2].x()  # updates
    assert seen[9].x() > seen[2].x()  # the decoder is beside it


def test_what_was_not_told_has_no_colour_of_the_scale(view, colours):
    events = validations()
    events[1] = make_validation(
        step=200, elapsed_s=1.0, epoch=1.0, gradient_norms={"encoder.0": 0.001}
    )
    view.show_validations(events, norm="pre")
    picture, image = view.chart.picture(), view.chart.grab().toImage()

    place = picture.place_of(HeatCell(0, 2, 1)).center().toPoint()
    assert image.pixelColor(place).name() == colours.raised
    assert picture.words_of(HeatCell(0, 2, 1)) == "encoder, layer 2, update 200: –"


def test_pointing_reads_the_number_below(qtbot, view):
    view.show_validations(validations(), norm="pre")
    place = view.chart.picture().place_of(HeatCell(0, 0, 2)).center().toPoint()

    qtbot.mouseMove(view.chart, QPoint(1, 1))
    qtbot.mouseMove(view.chart, place)

    assert view.reading.text() == "encoder, layer 0, update 300: 0.001"
    assert view.chart.accessibleDescription() == view.reading.text()
    corner = view.chart.picture().place_of(HeatCell(1, 1, 0)).topLeft().toPoint() + QPoint(1, 1)
    assert view.chart.picture().cell_at(corner.toPointF()) == HeatCell(1, 1, 0)


def test_arrow_keys_read_cell_by_cell_through_both_stacks(qtbot, view):
    view.show_validations(validations(), norm="pre")
    view.chart.setFocus()
    read = []
    view.chart.read.connect(read.append)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view.chart, key)

    assert read == [
        "encoder, layer 0, update 300: 0.001",
        "encoder, layer 1, update 300: 0.0316",
        "decoder, layer 1, update 100: 0.5",
        "encoder, layer 1, update 300: 0.0316",
    ]


@pytest.mark.parametrize(
    ("lowest", "norm", "said"),
    [
        (
            1 / 4200,
            "pre",
            "Training pulls 4,200 times less at the lowest layer of the encoder than at the "
            "highest. DeepNorm is made for that: Norm in the settings.",
        ),
        (
            1 / 4200,
            "deep",
            "Training pulls 4,200 times less at the lowest layer of the encoder than at the "
            "highest.",
        ),
        (
            1 / 4,
            "pre",
            "Training pulls at all layers: within the encoder, at most 4.0 times more at one "
            "than at another.",
        ),
    ],
)
def test_a_sentence_says_whether_all_layers_learn(view, lowest, norm, said):
    view.show_validations(validations(lowest=lowest), norm=norm)

    assert view.verdict.text() == said


def test_where_nothing_is_told_it_says_why(view):
    assert view.nothing.text().startswith("Here stands, from the first validation on")
    assert not view.chart.isVisibleTo(view)

    view.show_validations([make_validation(step=1, elapsed_s=1.0, epoch=1.0)], norm="")
    assert "recurrent models and older runs do not" in view.nothing.text()

    view.show_validations(validations(), norm="pre")
    assert view.chart.isVisibleTo(view)
    assert not view.nothing.isVisibleTo(view)


def test_the_scale_has_numbers_at_its_ends_or_at_powers_of_ten():
    assert legend_ticks(-3.2, 0.1) == [-3.0, -2.0, -1.0, 0.0]
    assert legend_ticks(-0.4, 0.3) == [-0.4, 0.3]
    assert len(legend_ticks(-30, 3)) <= 7


def test_it_is_saved_as_drawing_picture_and_table(view, failures, tmp_path):
    view.show_validations(validations(), norm="pre")
    save = find(view, QPushButton, "Save…")
    for ending in ("csv", "svg", "png"):
        view.chosen["path"] = str(tmp_path / f"layers.{ending}")
        save.click()

    rows = list(csv.DictReader((tmp_path / "layers.csv").read_text().splitlines()))
    assert len(rows) == 3 * (3 + 2)
    assert float(rows[2]["gradient_norm"]) == validations()[2].gradient_norms["encoder.0"]
    assert "Encoder: gradient norm" in (tmp_path / "layers.svg").read_text()
    assert (tmp_path / "layers.png").read_bytes().startswith(b"\x89PNG")
    assert failures == []
    with pytest.raises(ExportError, match="ending"):
        write_layers(view.chart, tmp_path / "layers.doc")


def test_the_training_page_shows_the_layers_of_the_run_that_is_looked_at(
    qtbot, studio, project, small_run
):
    run = small_run()
    events = [make_started(), *validations(lowest=1 / 4200)]
    run.events_path.write_text("".join(f"{to_json(event)}\n" for event in events))
    studio.open_project(project.folder)
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    studio.select_run(project.run(run.name))
    view = find(page, LayerView)

    qtbot.waitUntil(lambda: bool(view.chart.stacks))

    assert "4,200 times less" in view.verdict.text()
    tabs = find(page, QTabWidget)
    assert [tabs.tabText(i) for i in range(tabs.count())] == [
        "Curves", "Watch sentences", "Table", "Layers", "Heads",
    ]  # fmt: skip
    assert find(page, QLabel, view.verdict.text())


def test_the_picture_grows_with_a_training_that_is_under_way(qtbot, studio, project, small_run):
    studio.open_project(project.folder)
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.show()
    run = small_run(limits={"max_steps": 20}, training={"validate_every": 10})
    studio.session.start(project, run)
    studio.select_run(run)
    view = find(page, LayerView)

    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)

    told = [event for event in studio.session.history.validations if event.gradient_norms]
    assert told
    assert view.chart.stacks[0].steps == tuple(event.step for event in told)
    for each in view.chart.stacks:
        for layer, row in enumerate(each.norms.tolist()):
            assert row == [event.gradient_norms[f"{each.stack}.{layer}"] for event in told]
