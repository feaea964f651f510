"""The Lab: kinds to choose, their picture, and what it means."""

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import torch
from lab_reports import LENGTHS, MACHINE, made_curve, made_report
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

import attnstudio
from attnstudio.gui.lab.lab_chart import series_of
from attnstudio.gui.lab.page import LabPage
from attnstudio.gui.look.scheme_switch import apply_colours
from attnstudio.gui.look.theme import DARK, LIGHT
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.lab.findings import PieceLengths
from attnstudio.lab.keeping import keep_report, kept_report, lab_folder
from attnstudio.lab.kinds import Growth, offered_kinds
from attnstudio.lab.machine import processor_name
from attnstudio.lab.measuring import LabProgress, LabRequest
from attnstudio.lab.report import LabMachine, LineEnd, Work

USUAL = made_curve(lambda n: 4 + 0.2 * n + 0.001 * n**2, label="the usual Transformer")
WINDOW = made_curve(
    lambda n: 4 + 0.9 * n, kind="transformer.own_reach=window", label="window", growth=Growth.BAND
)
WRITING = made_curve(lambda n: 3 * n, work=Work.DECODING, label="the usual Transformer")
REPORT = made_report(USUAL, WINDOW, WRITING)
CORPUS = PieceLengths(7, 34, 61)


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    yield
    for path in lab_folder().glob("*.json"):
        path.unlink()


@pytest.fixture
def make_page(qtbot, studio):
    def make(**wishes):
        page = LabPage(studio, ActionRegistry(studio), **wishes)
        qtbot.addWidget(page)
        page.resize(1000, 660)
        page.show()
        qtbot.waitExposed(page)
        return page

    return make


@pytest.fixture
def page(make_page):
    keep_report(REPORT)
    return make_page()


def test_without_a_measurement_the_page_says_what_it_does(make_page):
    page = make_page()

    assert page.report is None
    assert page._empty.isVisible()
    assert not page.chart.isVisible()
    words = page._empty._sentence
    assert words.height() >= words.heightForWidth(words.width())  # none of it is cut off
    assert page.panel._measure.text() == "Measure"


def test_what_was_measured_before_is_shown_at_once(page):
    assert page.report == REPORT
    assert page.chart.isVisible()
    assert page.panel._measure.text() == "Measure again"
    assert "Measured on " in page._about.text()
    assert "2 threads of Testing" in page._about.text()


def test_what_was_measured_with_other_versions_asks_to_be_measured_again(make_page):
    now = LabMachine(
        processor_name(), 2, 2, "cpu", "fp32", torch.__version__, attnstudio.__version__
    )
    for machine, is_old in ((now, False), (replace(now, torch="1.0"), True), (MACHINE, True)):
        keep_report(replace(REPORT, machine=machine))
        assert ("measure again" in make_page()._about.text()) is is_old


def test_lines_and_laws_are_drawn_as_they_were_measured(page):
    drawn = {line.label: line for line in page.chart.plot.lines.curves}

    assert list(drawn) == [
        "the usual Transformer", "the usual Transformer, by its law n²",
        "window", "window, by its law n·w",
    ]  # fmt: skip
    measured, law = drawn["window"], drawn["window, by its law n·w"]
    assert measured.curve.x.tolist() == list(LENGTHS)
    assert measured.curve.y == pytest.approx([4 + 0.9 * n for n in LENGTHS])
    assert law.curve.x.tolist() == [256, 512, 1024, 2048, 4096]
    assert law.curve.y == pytest.approx([4 + 0.9 * n for n in law.curve.x])
    assert (measured.series.dash, law.series.dash) == (
        Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine,
    )  # fmt: skip


def test_both_axes_are_logarithmic_and_name_the_measured_lengths(page):
    options = page.chart.plot.lines.options
    assert options.logarithmic
    assert options.logarithmic_x
    ticks = page.chart.plot.canvas.getAxis("bottom")._tickLevels[0]
    assert [name for _, name in ticks][-2:] == ["2,048", "4,096"]
    assert ticks[0][0] == pytest.approx(0.90309)  # log10 of 8


def test_tabs_show_memory_and_writing(page):
    page.tabs.setCurrentIndex(1)
    assert page.chart.plot.lines.curves[0].curve.y == pytest.approx(LENGTHS)  # MB as they were made
    assert page.chart.plot.unit == "MB"

    page.tabs.setCurrentIndex(2)
    [writing, _] = page.chart.plot.lines.curves
    assert writing.curve.y == pytest.approx([3 * n for n in LENGTHS])
    assert page.chart.plot.unit == "milliseconds"


def test_the_legend_tells_the_costs_at_the_length_that_is_pointed_at(page):
    assert page.legend._heading.text() == "ms with 64 pieces"
    assert page.legend.values == ["20.9", "61.6"]

    page.chart.pointed.emit(1024.0)
    assert page.legend._heading.text() == "ms with 1,024 pieces"
    assert page.legend.values == ["1,260", "926"]

    page.chart.pointed.emit(None)
    assert page.legend.values == ["20.9", "61.6"]


def test_the_cursor_stands_at_measured_lengths_by_keys(qtbot, page):
    qtbot.keyClick(page.chart.plot, Qt.Key.Key_Left)
    assert page.legend._heading.text() == "ms with 4,096 pieces"
    qtbot.keyClick(page.chart.plot, Qt.Key.Key_Left)
    assert page.legend._heading.text() == "ms with 2,048 pieces"


def test_the_sentences_of_the_corpus_are_a_band_and_the_crossing_is_said(page):
    page.work.lengths_found.emit(CORPUS)

    assert page.chart.band == pytest.approx((7, 34))
    assert "Window pays from about 690 pieces; your longest sentence has 61." in page.words.text()
    assert "7 to 34 pieces; dotted: the longest, 61." in page.legend._signs.text()

    page.work.lengths_found.emit(None)
    assert page.chart.band is None
    assert "your longest sentence" not in page.words.text()


def test_the_lengths_are_those_of_the_open_project(qtbot, studio, project, page):
    with qtbot.waitSignal(page.work.lengths_found, timeout=60_000) as found:
        studio.open_project(project.folder)
    lengths = found.args[0]
    assert 1 < lengths.low <= lengths.high <= lengths.longest
    assert page.chart.band == pytest.approx((lengths.low, lengths.high))


def test_colours_repeat_with_other_marks():
    looks = [series_of(LIGHT, number) for number in range(24)]
    assert len({(series.colour, series.symbol) for series in looks}) == 24
    assert all(one.symbol != other.symbol for one, other in pairwise(looks[:8]))


def test_the_dark_scheme_has_its_own_colours(qapp, page):
    before = page.chart.plot.lines.curves[0].series.colour
    apply_colours(qapp, DARK)
    assert page.chart.plot.lines.curves[0].series.colour == DARK.series[0] != before


def test_kinds_are_offered_as_the_configs_have_them_and_kept(make_page):
    page = make_page()
    assert list(page.panel.kinds.boxes) == [kind.name for kind in offered_kinds()]
    for name, box in page.panel.kinds.boxes.items():
        box.setChecked(name in ("transformer", "recurrent"))
    asked = []
    page.work.measure = asked.append
    page.panel._measure.click()

    assert [kind.name for kind in asked[0].kinds] == ["transformer", "recurrent"]
    assert asked[0].lengths == LENGTHS
    again = make_page()
    assert [kind.name for kind in again.panel.chosen] == ["transformer", "recurrent"]


def test_nothing_chosen_cannot_be_measured(make_page):
    page = make_page()
    for box in page.panel.kinds.boxes.values():
        box.setChecked(False)
    assert not page.panel._measure.isEnabled()
    assert page.panel._measure.toolTip() == "Choose a kind of attention first"


def test_progress_shows_what_is_measured_and_how_long_it_takes(page):
    page.panel.begin()
    half = replace(REPORT, curves=(replace(USUAL, points=USUAL.points[:4]),))
    page._show_progress(LabProgress(half, "window", Work.DECODING, 512, 130.0, 0.4))

    assert page.panel._doing.text() == "Writing with 512 pieces: window · about 2 min left"
    assert page.panel._progress.value() == 400
    assert len(page.chart.plot.lines.curves[0].curve.x) == 4
    assert page.panel._cancel.isVisible()
    assert not page.panel._measure.isVisible()


def test_a_stopped_measurement_is_shown_and_not_kept(page):
    page.panel.begin()
    curve = replace(USUAL, points=USUAL.points[:5], end=LineEnd.STOPPED)
    page.work.stopped.emit(replace(REPORT, curves=(curve,)))

    assert "Stopped before its end and not kept" in page._about.text()
    assert "ends at 128 pieces: it was stopped there." in page.words.text()
    assert kept_report("small") == REPORT
    assert page.panel._measure.isVisible()


@pytest.mark.slow
def test_a_measurement_runs_behind_the_window_and_is_kept(qtbot, make_page):
    page = make_page()
    page.panel._preset.setCurrentText("tiny")
    page.panel.preset_chosen.emit("tiny")
    [kind] = (kind for kind in offered_kinds("tiny") if kind.name == "transformer")
    page.panel.begin()
    with qtbot.waitSignal(page.work.measured, timeout=120_000):
        page.work.measure(LabRequest("tiny", (kind,), lengths=(8, 16)))
    assert page.report.is_whole
    assert kept_report("tiny") == page.report
    assert not page.work.is_measuring


@pytest.mark.slow
def test_cancelling_ends_the_process_and_shows_what_there_is(qtbot, make_page):
    page = make_page()
    page.panel.begin()
    with qtbot.waitSignal(page.work.progressed, timeout=120_000):
        page.work.measure(LabRequest("tiny", offered_kinds("tiny")[:1]))
    with qtbot.waitSignal(page.work.stopped, timeout=30_000):
        page.panel._cancel.click()
    assert kept_report("tiny") is None


def test_beside_a_training_it_says_that_both_are_slower(studio, page, monkeypatch):
    assert not page.panel._note.isVisible()
    monkeypatch.setattr(type(studio.session), "is_active", True)
    studio.session.state_changed.emit(SessionState.RUNNING)
    assert "A training is under way" in page.panel._note.text()
    assert page.panel._note.isVisible()


def test_picture_and_numbers_are_saved_and_copied(make_page, tmp_path):
    keep_report(REPORT)
    asked = []

    def choose(_window, _title, name, kinds):
        asked.append((name, kinds))
        return str(tmp_path / name)

    page = make_page(choose_path=choose)
    page.work.lengths_found.emit(CORPUS)
    actions = {action.text(): action for action in page._export.menu.actions()}
    actions["Save picture (SVG)…"].trigger()
    actions["Save all numbers (CSV)…"].trigger()
    actions["Copy all numbers"].trigger()

    svg = ElementTree.parse(tmp_path / "lab.svg").getroot()
    texts = [element.text or "" for element in svg.iter()]
    assert any("your sentences, 7 to 34 pieces" in text for text in texts)
    rows = (tmp_path / "lab.csv").read_text("utf-8").splitlines()
    assert len(rows) == 31
    assert asked == [("lab.svg", "SVG (*.svg)"), ("lab.csv", "CSV (*.csv)")]
    assert QGuiApplication.clipboard().text().splitlines() == rows
    actions["Copy as image"].trigger()
    assert not QGuiApplication.clipboard().image().isNull()


def test_all_is_reached_and_named_for_those_who_cannot_see(page):
    assert page.chart.plot.accessibleName() == "Time of a training step, milliseconds"
    assert page.panel._preset.accessibleName() == "Sizes of the models"
    assert page.tabs.accessibleName() == "What is shown"
    box = page.panel.kinds.boxes["transformer.score=dot"]
    assert box.accessibleName() == "Dot product (scores)"
    assert box.text() == "Scores: Dot product"
