"""Many segments in a table: only what is looked at is asked for."""

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionViewItem

from attnstudio.documents.document import (
    Document,
    DocumentKind,
    DocumentLanguages,
    Filled,
    Segment,
)
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.segment_table import SegmentColumn, SegmentTable
from attnstudio.interpretation.lettering import is_right_to_left


class Nothing:
    """The rest of a document that nobody writes."""

    def filled(self, _translations):
        return b""


def made_state(segments, languages=("en", "de")):
    document = Document(
        Path("made.txt"), DocumentKind.TEXT, tuple(segments), DocumentLanguages(), Nothing()
    )
    return DocumentState(document, languages)


@pytest.fixture
def table(qtbot):
    table = SegmentTable()
    qtbot.addWidget(table)
    table.resize(900, 400)
    table.show()
    qtbot.waitExposed(table)
    return table


def test_a_hundred_thousand_segments_scroll(table):
    many = [
        Segment(f"sentence {n} of a long document", None, False, f"line {n}")
        for n in range(100_000)
    ]
    state = made_state(many)
    asked = []
    text_of = table.segments.text

    def text(row, column):
        asked.append(row)
        return text_of(row, column)

    table.segments.text = text
    began = time.perf_counter()
    table.show_state(state)
    for share in (0.25, 0.5, 1.0):
        bar = table.verticalScrollBar()
        bar.setValue(round(share * bar.maximum()))
        table.viewport().repaint()
    for row in range(0, 100_000, 50):
        state.take(row, Filled(f"Satz {row}"), is_cut=False)
    table.segments.refresh()
    table.viewport().repaint()

    assert time.perf_counter() - began < 2.0  # 0.1 s on a quiet machine
    assert len(set(asked)) < 200
    assert 99_999 in asked


def test_each_cell_runs_in_the_direction_of_its_text(table):
    state = made_state(
        [Segment("The dog.", "الكلب.", True, "unit 1"), Segment("狗。", None, False, "unit 2")],
        ("en", "ar"),
    )
    table.show_state(state)
    delegate = table.itemDelegate()
    found = {}
    for column in (SegmentColumn.SOURCE, SegmentColumn.TRANSLATION):
        option = QStyleOptionViewItem()
        delegate.initStyleOption(option, table.segments.index(0, column))
        found[column] = option.direction, option.displayAlignment & Qt.AlignmentFlag.AlignRight

    assert found[SegmentColumn.SOURCE][0] is Qt.LayoutDirection.LeftToRight
    assert not found[SegmentColumn.SOURCE][1]
    assert found[SegmentColumn.TRANSLATION][0] is Qt.LayoutDirection.RightToLeft
    assert found[SegmentColumn.TRANSLATION][1]
    assert is_right_to_left([state.translation(0)])


def test_headers_name_the_languages_and_rows_their_place(table):
    table.show_state(made_state([Segment("a", None, False, "unit 7")], ("en", "zh")))
    model, across = table.segments, Qt.Orientation.Horizontal

    assert [model.headerData(column, across) for column in SegmentColumn] == [
        "No.", "English", "Chinese", "State",
    ]  # fmt: skip
    tip = model.index(0, SegmentColumn.NUMBER).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "unit 7"


def test_markup_in_a_text_is_shown_as_text(table):
    table.show_state(made_state([Segment("<b>bold</b>", None, False, "line 1")]))
    tip = table.segments.index(0, SegmentColumn.SOURCE).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold&lt;/b&gt;" in tip


def test_enter_and_double_click_ask_for_the_inspector(qtbot, table):
    table.show_state(made_state([Segment(str(n), None, False, "") for n in range(3)]))
    asked = []
    table.inspected.connect(asked.append)
    table.setCurrentIndex(table.segments.index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)

    assert asked == [1]


def test_all_columns_fit_at_the_smallest_window(table):
    table.resize(700, 300)
    table.show_state(made_state([Segment("a", None, False, "") for _ in range(99_999)]))
    header = table.horizontalHeader()
    metrics = table.fontMetrics()

    assert header.length() <= table.viewport().width()
    assert header.sectionSize(SegmentColumn.NUMBER) > metrics.horizontalAdvance("99,999") + 8
    assert header.sectionSize(SegmentColumn.STATE) > metrics.horizontalAdvance("cut: too long") + 8
