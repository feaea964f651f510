"""The page *What if* over small trained models, and what it must show, computed without it."""

import math
from html import unescape

import pytest
from PySide6.QtCore import Qt

from attnstudio.config import DecodingConfig
from attnstudio.gui.inspector.what_if_bars import BAR
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.project.run_loading import load_run
from attnstudio.project.what_if import compare, read_unchanged
from attnstudio.tokenizer import END_ID

SENTENCE = "the dog sees a bird today"


def settled(qtbot, studio):
    qtbot.waitUntil(lambda: not studio.tasks.running, timeout=120_000)


def choose(page, side, index):
    page.panel.strips.choose(ChosenToken(side, index))
    page.panel.strips.chosen.emit(ChosenToken(side, index))


def loaded_as(page, trained):
    return load_run(trained, trained.run(page.answer.run), checkpoint=page.answer.step)


def compared_by_hand(page, trained, change):
    translator = loaded_as(page, trained).translator
    decoding = DecodingConfig(beam_size=page.question.beam)
    [found] = translator.translate([SENTENCE], decoding)
    pair = translator.read_hypothesis(SENTENCE, found.hypotheses[0])
    return compare(translator, read_unchanged(translator, pair, decoding), change, decoding)


def cells(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def said_share(share):
    """One decimal, and nothing that is not 0 is called 0."""
    return "< 0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def plain(marked):
    """A marked text without its marks."""
    return unescape(marked.replace("<b>", "").replace("</b>", ""))


def assert_shows(page, comparison):
    """The table has each word's probability before and after, and whether it can change."""
    effect = page.what_if.effect
    assert effect.isVisible()
    assert effect.words.rowCount() == len(comparison.differences)
    bars = [(0.0, 0.0)]
    for place, row in enumerate(cells(effect.words)):
        before = comparison.before.token_log_probs[place]
        after = comparison.after.token_log_probs[place]
        assert row[0] == comparison.before.target.label(place)
        assert row[1] == said_share(math.exp(before))
        assert row[2] == said_share(math.exp(after))
        if not comparison.reach.targets[place]:
            assert row[3:] == ["cannot change", ""]
            assert effect.words.columnSpan(place, 3) == 2
            continue
        assert effect.words.columnSpan(place, 3) == 1
        points, change = (float(text.replace("−", "-")) for text in row[3:])
        assert change == pytest.approx(after - before, abs=6e-4)
        expected = 100 * (math.exp(after) - math.exp(before))
        assert points == pytest.approx(expected, abs=0.06)
        bars.append((effect.words.item(place, 3).data(BAR), expected))
    largest = max(10.0, *(abs(points) for _, points in bars))
    for bar, points in bars:  # as long as the points are many, however the logarithm changed
        assert bar == pytest.approx(points / largest)
    assert effect.beam.isVisible() is comparison.turns_earlier_words
    applied = comparison.applied
    assert f"{applied.total:.2f}" in effect.sum.text()
    if comparison.text_before != comparison.text_after:
        assert plain(effect.texts.words[1]) == comparison.text_after


def begin_otherwise(qtbot, studio, page, place=1):
    """Choose another piece at a place, by which the model goes on."""
    own = page.what_if.words.tried.currentItem().data(0, Qt.ItemDataRole.UserRole)
    choose(page, Side.TARGET, place)
    settled(qtbot, studio)
    row = next(
        row
        for row, each in enumerate(page.what_if.what_if.alternatives[place])
        if each.id not in (own.pair.target_ids[place], END_ID)
    )
    page.what_if.words.likeliest.cellActivated.emit(row, 0)
    settled(qtbot, studio)
    return page.what_if.words.tried.currentItem().data(0, Qt.ItemDataRole.UserRole)
