"""Pictures of heads over a training: each value is the log's, as lines or as strips of colour."""

import csv
import io
import threading

import numpy as np
import pytest
from events import make_started, make_validation
from finding import find
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTabWidget

from attnstudio.errors import ExportError
from attnstudio.gui.charts.chart_reading import Cursor
from attnstudio.gui.charts.heat_picture import HeatCell
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.heads_tab import HeadsTab
from attnstudio.gui.training.heads_view import HeadsView, ToldRun
from attnstudio.gui.training.page import TrainingPage
from attnstudio.interpretation.colours import ColourMap, colour_at
from attnstudio.project.run import Run
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.training.event_json import to_json
from attnstudio.training.head_quantities import HeadPlace, HeadQuantity

STEPS = (10, 20, 30)


def table(layers, heads, step, least=1.0):
    """Of layer 1, head 2 at update 30 it is least + 0.027."""
    return tuple(
        tuple(least + 0.01 * layer + 0.001 * head + step / 2000 for head in range(heads))
        for layer in range(layers)
    )


def told(name="plain-1", *, layers=2, heads=4, steps=STEPS, **numbers):
    """A run that has told α, or these numbers, each by its name in the log."""
    names = numbers or {"cross.alpha": 1.0}
    return ToldRun(name, [
        make_validation(
            step=step, elapsed_s=1.0, epoch=1.0,
            head_numbers={
                key.replace("__", "."): (
                    table(layers, heads, step, least) if least is not None
                    else ((0.0,) * heads,) * layers
                )
                for key, least in names.items()
            },
        )
        for step in steps
    ])  # fmt: skip


def old(name="old-1"):
    return ToldRun(name, [make_validation(step=1, elapsed_s=1.0, epoch=1.0)])


@pytest.fixture
def failures():
    return []


@pytest.fixture
def view(qtbot, failures, tmp_path):
    chosen = {"path": str(tmp_path / "heads.csv")}
    view = HeadsView(failures.append, lambda *_: chosen["path"])
    view.chosen = chosen
    qtbot.addWidget(view)
    view.resize(836, 470)
    view.show()
    return view


def show(view, *runs, has_attention=True):
    view.show_runs(runs, has_attention=has_attention)


def choose(box, text):
    """As a person does: by its words."""
    place = box.findText(text)
    assert place >= 0, [box.itemText(n) for n in range(box.count())]
    box.setCurrentIndex(place)
    box.activated.emit(place)


def texts(box):
    return [box.itemText(n) for n in range(box.count())]


def action(view, text):
    return next(each for each in view.export.menu().actions() if each.text() == text)


def drawn(plot):
    """The points of the lines as they were given, by label."""
    return {
        line.label: (line.curve.x.tolist(), line.curve.y.tolist()) for line in plot.lines.curves
    }


def test_every_line_has_the_values_of_the_log(view):
    run = told()
    show(view, run)

    lines = drawn(view.lines.plots[0])
    assert len(lines) == 8
    for layer in range(2):
        for head in range(4):
            values = [event.head_numbers["cross.alpha"][layer][head] for event in run.validations]
            assert lines[f"layer {layer}, head {head}"] == ([10, 20, 30], values)
    assert view.pictures.currentWidget() is view.lines


def test_lines_have_the_colour_of_their_layer_and_a_mark_of_their_own(view, colours):
    show(view, told(heads=5))

    looks = {line.label: line.series for line in view.lines.plots[0].lines.curves}
    assert {looks[f"layer 0, head {n}"].colour for n in range(5)} == {colours.series[0]}
    assert {looks[f"layer 1, head {n}"].colour for n in range(5)} == {colours.series[1]}
    assert len(set(looks.values())) == 10


def test_the_legend_names_every_head_with_its_last_value_or_that_which_is_pointed_at(qtbot, view):
    show(view, told())
    legend, plot = view.lines.legend, view.lines.plots[0]

    assert legend.rowCount() == 8
    assert legend.item(6, 0).text() == "layer 1, head 2"
    assert legend.values_of(6) == ["1.027"]
    assert legend.horizontalHeaderItem(1).text() == "plain-1\n30"

    plot.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(plot, key)
    assert legend.horizontalHeaderItem(1).text() == "plain-1\n10"
    assert plot.crosshair.value.x == 10.0
    assert "layer 1, head 2: 1.017 at 10" in plot.accessibleDescription()

    plot.crosshair.let_go()
    assert legend.horizontalHeaderItem(1).text() == "plain-1\n30"


def test_a_sentence_says_how_the_mean_went_and_which_heads_are_the_extremes(view):
    show(view, told())
    assert view.verdict.text() == (
        "plain-1: 1.011 on average at update 10, 1.021 at update 30; from 1.015 (layer 0, head 0) "
        "to 1.028 (layer 1, head 3)."
    )
    assert "1 gives every place a little" in view.what.text()

    show(view, told("bahdanau-1", layers=1, heads=1, steps=(10,)))
    assert view.verdict.text() == "bahdanau-1: 1.005 at update 10."


def test_only_what_the_run_has_told_can_be_chosen(view):
    run = told(cross__alpha=1.0, cross__distance=2.0, encoder_self__distance=4.0)
    show(view, run)
    choice = view.choice

    assert texts(choice.quantity) == [
        "How far away it looks (pieces)", "How sharply it has learnt to choose (α)",
    ]  # fmt: skip
    assert choice.place == HeadPlace(CROSS, HeadQuantity.ALPHA)
    assert texts(choice.site) == ["Target over source"]

    choose(choice.quantity, "How far away it looks (pieces)")
    assert texts(choice.site) == ["Target over source", "Source over itself"]
    choose(choice.site, "Source over itself")

    assert choice.place == HeadPlace(ENCODER_SELF, HeadQuantity.DISTANCE)
    [first, *_] = drawn(view.lines.plots[0]).values()
    assert first[1] == [
        event.head_numbers["encoder_self.distance"][0][0] for event in run.validations
    ]
    assert "How many pieces lie between" in view.what.text()


def test_a_choice_stays_when_another_run_is_looked_at_that_has_it(view):
    show(view, told(cross__alpha=1.0, cross__distance=2.0, encoder_self__distance=4.0))
    choose(view.choice.quantity, "How far away it looks (pieces)")
    choose(view.choice.site, "Source over itself")

    show(view, told("other-1", cross__spread=0.1, encoder_self__distance=4.0))
    assert view.choice.place == HeadPlace(ENCODER_SELF, HeadQuantity.DISTANCE)

    show(view, told("third-1", cross__spread=0.1))
    assert view.choice.place == HeadPlace(CROSS, HeadQuantity.SPREAD)


def test_two_runs_stand_side_by_side_on_the_same_axes_and_are_read_together(qtbot, view):
    show(view, told("one-1"), told("two-1", steps=(10, 20, 30, 40), cross__alpha=1.5))
    one, two = view.lines.plots

    assert one.isVisibleTo(view)
    assert two.isVisibleTo(view)
    assert one.canvas.view_range == two.canvas.view_range
    (left, right), (low, high) = one.canvas.view_range
    assert left < 10 < 40 < right
    assert low <= 1.0 < 1.533 < high
    assert drawn(two)["layer 0, head 0"][1][0] == pytest.approx(1.505)

    two.setFocus()
    for _ in range(3):
        qtbot.keyClick(two, Qt.Key.Key_Left)
    assert one.crosshair.value == Cursor(20.0)
    assert view.lines.legend.values_of(7) == ["1.023", "1.523"]
    view.lines.plots[1].crosshair.let_go()
    headings = [view.lines.legend.horizontalHeaderItem(n).text() for n in (1, 2)]
    assert headings == ["one-1\n30", "two-1\n40"]

    show(view, told("one-1"))
    assert not two.isVisibleTo(view)


def test_what_one_of_two_runs_has_not_is_said(view):
    show(view, told("soft-1", cross__spread=0.2), told("alpha-1"))

    assert view.choice.place == HeadPlace(CROSS, HeadQuantity.ALPHA)
    assert view.verdict.text().splitlines()[0] == "soft-1 does not learn this."
    assert view.lines.plots[0].title.startswith("alpha-1")
    assert not view.lines.plots[1].isVisibleTo(view)

    choose(view.choice.quantity, "How spread out it looks")
    assert view.verdict.text().splitlines()[1] == "alpha-1 has told nothing of this."


def test_where_no_head_leaves_anything_out_it_is_said_in_words(view):
    show(view, told("soft-1", cross__zeros=None))

    assert (
        view.verdict.text() == "soft-1 leaves nothing out: every head gives every place a little."
    )
    assert not view.pictures.isVisibleTo(view)
    assert not view.export.isVisibleTo(view)

    show(view, told("soft-1", cross__zeros=None), told("sparse-1", cross__zeros=0.5))
    assert view.pictures.isVisibleTo(view)
    assert drawn(view.lines.plots[0])["layer 1, head 1"][1] == [0.0, 0.0, 0.0]


def test_many_heads_are_strips_whose_colours_are_their_numbers(view):
    run = told("deep-1", layers=6, heads=8)
    show(view, run)
    assert view.pictures.currentWidget() is view.strips
    strips, picture = view.strips, view.strips.picture()
    image = strips.grab().toImage()
    low, high = picture.scale.low, picture.scale.high
    known = [event.head_numbers["cross.alpha"] for event in run.validations]
    assert low <= np.min(known) < np.max(known) <= high

    for layer, head, column in ((0, 0, 0), (0, 7, 2), (3, 2, 1), (5, 7, 2)):
        place = picture.place_of(HeatCell(0, 8 * layer + head, column)).center().toPoint()
        expected = colour_at(ColourMap.VIRIDIS, (known[column][layer][head] - low) / (high - low))
        found = image.pixelColor(place * image.devicePixelRatio())
        np.testing.assert_allclose(found.getRgb()[:3], expected, atol=6)
    lowest = picture.place_of(HeatCell(0, 0, 0))
    assert lowest.y() > picture.place_of(HeatCell(0, 47, 0)).y()


def test_very_many_heads_are_parted_into_panels_that_can_be_pointed_at(qtbot, view):
    deep = told("deep-1", layers=48, heads=8)
    show(view, deep)
    strips = view.strips
    panels = strips.picture().panels

    assert [panel.title for panel in panels] == [
        "deep-1, layers 0 to 11", "deep-1, layers 12 to 23", "deep-1, layers 24 to 35",
        "deep-1, layers 36 to 47",
    ]  # fmt: skip
    cell = HeatCell(2, 8 * 3 + 5, 1)  # layer 24 + 3, head 5
    value = deep.validations[1].head_numbers["cross.alpha"][27][5]
    assert panels[2].values[8 * 3 + 5, 1] == value
    place = strips.picture().place_of(cell).center().toPoint()
    qtbot.mouseMove(strips, QPoint(1, 1))
    qtbot.mouseMove(strips, place)
    assert view.reading.text() == f"deep-1, layer 27, head 5, update 20: {value:.3f} α"
    assert strips.accessibleDescription() == view.reading.text()
    assert strips.accessibleName() == (
        "How sharply it has learnt to choose (α): Target over source"
    )

    show(view, deep, told("deep-2", layers=48, heads=8, cross__alpha=1.2))
    titles = [panel.title for panel in strips.picture().panels]
    assert titles == [
        "deep-1, layers 0 to 23", "deep-1, layers 24 to 47",
        "deep-2, layers 0 to 23", "deep-2, layers 24 to 47",
    ]  # fmt: skip


def test_arrow_keys_read_strips_head_by_head(qtbot, view):
    show(view, told("deep-1", layers=6, heads=8))
    view.strips.setFocus()
    read = []
    view.strips.read.connect(read.append)

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left):
        qtbot.keyClick(view.strips, key)

    assert read == [
        "deep-1, layer 0, head 0, update 30: 1.015 α",
        "deep-1, layer 0, head 1, update 30: 1.016 α",
        "deep-1, layer 0, head 1, update 20: 1.011 α",
    ]


def test_where_nothing_is_told_it_says_why_and_what_to_do(view):
    assert view.nothing.text().startswith("Here stands, from the first validation on")
    assert not view.pictures.isVisibleTo(view)

    show(view, old())
    assert "Go on with it" in view.nothing.text()
    show(view, old(), has_attention=False)
    assert view.nothing.text().startswith("This model has no attention")

    show(view, told())
    assert not view.nothing.isVisibleTo(view)
    assert view.lines.isVisibleTo(view)


def test_a_head_without_a_number_has_no_point_there(view):
    run = told(layers=1, heads=2)
    broken = make_validation(
        step=40, elapsed_s=1.0, epoch=1.0, head_numbers={"cross.alpha": ((1.2, 99.0),)}
    )
    show(view, ToldRun("plain-1", [*run.validations, broken]))

    lines = drawn(view.lines.plots[0])
    assert lines["layer 0, head 0"][0] == [10, 20, 30, 40]
    assert lines["layer 0, head 1"][0] == [10, 20, 30]  # no α is 99
    assert view.lines.legend.values_of(1) == ["–"]


@pytest.mark.parametrize("layers", [2, 6], ids=["lines", "strips"])
def test_they_are_saved_and_copied_as_drawing_picture_and_table(view, failures, tmp_path, layers):
    runs = told("one-1", layers=layers), told("two-1", layers=layers, cross__alpha=1.5)
    show(view, *runs)
    for ending in ("csv", "svg", "png"):
        view.chosen["path"] = str(tmp_path / f"heads.{ending}")
        action(view, "Save as…").trigger()

    rows = list(csv.DictReader((tmp_path / "heads.csv").read_text().splitlines()))
    assert len(rows) == 2 * layers * 4 * 3
    for row in rows:
        [run] = [run for run in runs if run.name == row["run"]]
        [event] = [event for event in run.validations if event.step == int(row["update"])]
        number = event.head_numbers["cross.alpha"][int(row["layer"])][int(row["head"])]
        assert float(row["value"]) == number
        assert (row["attention"], row["quantity"]) == ("cross", "alpha")
    drawing = (tmp_path / "heads.svg").read_text()
    assert "one-1" in drawing
    assert "two-1" in drawing
    assert (tmp_path / "heads.png").read_bytes().startswith(b"\x89PNG")

    action(view, "Copy data").trigger()
    copied = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    assert copied == rows
    action(view, "Copy as image").trigger()
    assert QGuiApplication.clipboard().image().width() > view.pictures.width()
    assert failures == []
    with pytest.raises(ExportError, match="ending"):
        view.picture(view.choice.place).write(tmp_path / "heads.doc")


def test_the_right_button_opens_the_menu_of_exports(view):
    menu = view.export.menu()
    show(view, told())
    view.lines.plots[0].menu_asked.emit(view.mapToGlobal(QPoint(200, 200)))
    assert menu.isVisible()
    menu.close()

    show(view, told(layers=6, heads=8))
    view.strips.customContextMenuRequested.emit(QPoint(10, 10))
    assert menu.isVisible()
    menu.close()


# on the training page


@pytest.fixture
def page(qtbot, studio):
    page = TrainingPage(studio, ActionRegistry())
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    tabs = find(page, QTabWidget)
    page.open_heads = lambda: tabs.setCurrentWidget(find(page, HeadsTab))
    page.heads, page.beside = find(page, HeadsView), find(page, HeadsTab).beside.box
    return page


def write(run, told_run):
    events = [make_started(), *told_run.validations]
    run.events_path.write_text("".join(f"{to_json(event)}\n" for event in events))


def test_the_page_shows_the_run_that_is_looked_at_and_another_beside_it(
    qtbot, studio, project, small_run, page
):
    runs = [small_run(), small_run()]
    for run, least in zip(runs, (1.0, 1.5), strict=True):
        write(run, told(cross__alpha=least))
    studio.open_project(project.folder)
    studio.select_run(project.run(runs[0].name))
    page.open_heads()
    view = page.heads
    qtbot.waitUntil(lambda: page.beside.count() == 2)

    assert [run.name for run in view.shown] == [runs[0].name]
    choose(page.beside, runs[1].name)
    assert [run.name for run in view.shown] == [run.name for run in runs]
    assert drawn(view.lines.plots[1])["layer 0, head 0"][1][0] == pytest.approx(1.505)

    studio.select_run(project.run(runs[1].name))  # it does not stand beside itself
    assert [run.name for run in view.shown] == [runs[1].name]
    assert texts(page.beside) == ["no other run", runs[0].name]


def test_no_file_is_read_for_it_on_the_thread_of_the_window(
    qtbot, studio, project, small_run, page, monkeypatch
):
    run = small_run()
    write(run, told())
    studio.open_project(project.folder)
    studio.select_run(project.run(run.name))
    view = page.heads
    here, readers = threading.get_ident(), []
    for name in ("history", "definition"):
        real = getattr(Run, name)

        def noted(self, *args, _real=real, **kwargs):
            readers.append(threading.get_ident())
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(Run, name, noted)
    page.open_heads()
    qtbot.waitUntil(lambda: bool(view.shown))
    choose(page.beside, "no other run")

    assert here not in readers


def test_while_nobody_looks_nothing_is_worked_out(qtbot, studio, project, small_run, page):
    run = small_run()
    write(run, told())
    studio.open_project(project.folder)
    studio.select_run(project.run(run.name))
    qtbot.waitUntil(lambda: bool(page.board.runs))
    assert page.heads.shown == []

    page.open_heads()
    assert [each.name for each in page.heads.shown] == [run.name]


def test_it_grows_with_a_training_that_is_under_way(qtbot, studio, project, small_run, page):
    studio.open_project(project.folder)
    run = small_run(limits={"max_steps": 20}, training={"best_metric": "bleu"})
    page.open_heads()
    studio.session.start(project, run)
    studio.select_run(run)

    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)

    events = [event for event in studio.session.history.validations if event.head_numbers]
    assert events
    view = page.heads
    place = view.choice.place
    [shown] = view.shown
    assert shown.series.steps == tuple(event.step for event in events)
    name = f"{place.site.name}.{place.quantity}"
    for layer, heads in enumerate(shown.series.values):
        for head, values in enumerate(heads):
            told_values = [event.head_numbers[name][layer][head] for event in events]
            np.testing.assert_allclose(values, told_values)
            _, y = drawn(view.lines.plots[0])[f"layer {layer}, head {head}"]
            np.testing.assert_allclose(y, told_values)


def test_what_a_validation_tells_is_drawn_when_it_comes(qtbot, studio, project, small_run, page):
    studio.open_project(project.folder)
    run = small_run(limits={"max_steps": 1}, training={"validate_every": 8})
    page.open_heads()
    studio.session.start(project, run)
    studio.select_run(run)
    qtbot.waitUntil(lambda: studio.session.state is SessionState.IDLE, timeout=120_000)
    [event] = told(steps=(50,)).validations
    studio.session.history.add(event)

    studio.session.events_arrived.emit([event])

    choose(page.heads.choice.quantity, "How sharply it has learnt to choose (α)")
    assert page.heads.shown[0].series.steps == (50,)
