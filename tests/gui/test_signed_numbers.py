"""Numbers of either sign, such as an attribution has, on everything that shows a matrix."""

import json
import re

import numpy as np
import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel
from records import make_record

from attnstudio.axes import Matrix, Meaning, Record
from attnstudio.errors import ExportError
from attnstudio.gui.inspector.attention_export import ExportedView, to_pharaoh
from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.head_overview import HeadOverview
from attnstudio.gui.inspector.weight_table import WeightTableModel
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.colours import ColourMap, colour_at
from attnstudio.interpretation.export import record_to_json, view_to_svg, view_to_table
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, SOURCE, TARGET, Site
from attnstudio.tokenizer import Token, end_token

CONTRIBUTION = Site("contribution", TARGET, SOURCE)
NUMBERS = np.array([[1.5, -3.0, 0.0], [0.75, 0.1, -0.2]])  # the strongest is 3, below 0
READING = Reading(site=CONTRIBUTION)


@pytest.fixture
def record():
    sides = [(Token("▁old", 0, 4), Token("▁dog", 4, 8), end_token("old dog")),
             (Token("▁Hund", 0, 5), end_token("Hund"))]  # fmt: skip
    even = np.full((1, 1, 2, 3), 1 / 3)
    whole = make_record(("old dog", sides[0]), ("Hund", sides[1]), cross=even)
    signed = Matrix(NUMBERS[None, None].copy(), Meaning.SIGNED)
    return Record(axes=whole.axes, matrices={**whole.matrices, CONTRIBUTION: signed},
                  token_log_probs=whole.token_log_probs, forced=True)  # fmt: skip


def on_scale(number):
    """0 is in the middle, the strongest number at an end."""
    return tuple(colour_at(ColourMap.VIRIDIS, round((number / 3 + 1) / 2 * 255) / 255))


@pytest.mark.usefixtures("colours")
def test_a_cell_of_the_map_has_the_colour_of_its_sign_and_strength(qtbot, record):
    heatmap = AttentionHeatmap()
    qtbot.addWidget(heatmap)
    heatmap.resize(420, 360)
    heatmap.show()
    heatmap.show_view(view_of(record, READING))
    image = heatmap.viewport().grab().toImage()

    for (row, column), number in np.ndenumerate(NUMBERS):
        rect = heatmap.cell_rect(CellPlace(row, column))
        pixel = image.pixelColor(rect.left() + 3, rect.top() + 3).getRgb()[:3]
        assert pixel == on_scale(number)


@pytest.mark.usefixtures("colours")
def test_a_thumbnail_has_the_colours_of_the_map(qtbot, record):
    heads = HeadOverview()
    qtbot.addWidget(heads)
    heads.resize(heads.sizeHint())
    heads.show_record(record, READING)
    image, rect = heads.grab().toImage(), heads.thumb_rect(Reading(0, 0, site=CONTRIBUTION))

    rows, columns = NUMBERS.shape
    for (row, column), number in np.ndenumerate(NUMBERS):
        x = rect.left() + int((column + 0.5) * rect.width() / columns)
        y = rect.top() + int((row + 0.5) * rect.height() / rows)
        assert image.pixelColor(x, y).getRgb()[:3] == on_scale(number)


@pytest.mark.usefixtures("colours")
def test_chips_are_shaded_by_strength_and_lead_to_the_strongest(qtbot, record):
    strips = TokenStrips()
    qtbot.addWidget(strips)
    strips.resize(700, 200)
    strips.show()
    strips.show_view(view_of(record, READING))
    strips.choose(ChosenToken(Side.TARGET, 0))
    image = strips.viewport().grab().toImage()
    low, high = (strips.palette().color(role).getRgb()[:3]
                 for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Accent))  # fmt: skip

    for column, number in enumerate(NUMBERS[0]):
        rect = strips.rect_of(ChosenToken(Side.SOURCE, column))
        pixel = image.pixelColor(round(rect.left() + 4), round(rect.center().y())).getRgb()[:3]
        share = abs(number) / 3
        assert pixel == tuple(round(a + (b - a) * share) for a, b in zip(low, high, strict=True))
    said = strips.accessibleDescription()
    assert "has most to do with: dog −3.00, old 1.50" in said


def test_what_is_signed_is_said_to_count_for_a_word_and_not_to_look(record):
    said = {}
    for site in (CONTRIBUTION, CROSS):
        table = WeightTableModel()
        table.show_view(view_of(record, Reading(site=site)))
        said[site] = table.data(table.index(0, 1), 11)  # Qt.ItemDataRole.AccessibleTextRole

    assert said[CONTRIBUTION] == "▁dog for ▁Hund: −3.0000"
    assert said[CROSS] == "▁Hund looks at ▁dog: 0.3333"


def test_all_that_shows_it_calls_it_by_its_name(qtbot, record):
    panel = AttentionPanel()
    qtbot.addWidget(panel)
    panel.shown.show_record(record)
    panel.shown.choose_site(CONTRIBUTION)

    box = panel.options.site
    names = [box.itemText(row) for row in range(box.count())]
    assert names == ["Target over source", "Contribution: target over source"]
    assert panel.options.said == "contribution: target over source, all layers, all heads"
    assert panel.heads.title == "Contribution: target over source, of all layers and heads."
    said = panel.heatmap.accessibleDescription()
    assert said.startswith("Contribution: target over source: 2 rows, 3 columns")


def test_a_moment_of_a_timeline_calls_it_by_its_name(qtbot, record):
    timeline = WatchTimeline()
    qtbot.addWidget(timeline)
    said = []
    for reading in (Reading(), READING):
        timeline.show_record(record, reading)
        said += [w.text() for w in timeline.findChildren(QLabel) if "beam of 1" in w.text()]

    assert said == [
        "Attention: all layers, all heads · written with a beam of 1",
        "Contribution: target over source, all layers, all heads · written with a beam of 1",
    ]


def test_a_file_of_it_has_its_name_and_no_links(record):
    shown = ExportedView(record, view_of(record, READING), ColourMap.VIRIDIS, "")

    assert shown.file_name == "contribution"
    with pytest.raises(ExportError, match="Numbers of either sign make no links"):
        to_pharaoh(shown)


def test_pictures_write_minus_signs_and_tables_hyphens(record):
    view = view_of(record, READING)
    written = re.findall(r"<(?:text|title|tspan)[^>]*>([^<]*)<", view_to_svg(record, view))
    below_0 = [text for text in written if re.search(r"[-−][0-9]", text)]

    assert {"−3.00", "−0.20", "−3"} <= set(below_0)
    assert any(text.endswith(": −3.0000") for text in below_0)
    assert not [text for text in below_0 if re.search(r"-[0-9]", text)]
    assert "-3.0" in view_to_table(view)
    assert "−" not in view_to_table(view)
    content = json.dumps(record_to_json(record, READING), ensure_ascii=False)
    assert "-3.0" in content
    assert "−" not in content
