"""What if and trust of models that do not look everywhere, or know no temperature."""

import numpy as np
import pytest
from what_if_pages import SENTENCE, assert_shows, compared_by_hand, loaded_as, settled

from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import findings_of, trust_of
from attnstudio.interpretation.trust_words import summary_words
from attnstudio.interpretation.words import word_groups
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.project.kept_changes import Change
from attnstudio.reading import Measure, Reading
from attnstudio.sites import CROSS, ENCODER_SELF, Analysis

SIZES = {"model_size": 16, "heads": 2, "feedforward_size": 32}
WINDOW = {"own_reach": "window", "source_reach": "window", "window": 1}


@pytest.fixture(scope="module")
def trained(train_models):
    """In place of the usual models."""
    return train_models(
        {
            "windowed": ("tiny", {"model": {**SIZES, **WINDOW}}),
            "linear": ("tiny", {"model": {**SIZES, "normaliser": "linear"}}),
            "learnt": ("tiny", {"model": {**SIZES, "positions": "learnt"}}),
        }
    )


@pytest.fixture
def windowed(asked):
    """The tab *Attention* of a model whose words look no farther than their neighbours."""
    page = asked("windowed")
    page.what_if.show_page(page.what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    return page


def settle_slider(qtbot, studio):
    qtbot.wait(200)
    settled(qtbot, studio)


def test_weights_are_moved_within_the_window(qtbot, studio, windowed, trained):
    windowed.panel.heatmap.chosen.emit(CellPlace(2, 3))
    attention = windowed.what_if.attention
    before = windowed.panel.shown.record.matrices[CROSS].weights[0, 0, 2].astype(np.float64)
    assert attention.slider.isEnabled()
    assert np.flatnonzero(before).tolist() == [1, 2, 3]

    for weight in (0.75, 1.0, 0.0):
        attention.slider.setValue(round(100 * weight))
        settle_slider(qtbot, studio)
        expected = np.zeros_like(before)
        expected[[1, 2]] = before[[1, 2]] / before[[1, 2]].sum() * (1 - weight)
        expected[3] = weight
        change = Intervention(rows={RowAddress(CROSS, 0, 0, 2): tuple(expected)})
        assert_shows(windowed, compared_by_hand(windowed, trained, change))


def test_what_gave_all_away_gets_it_back_within_the_window_alone(qtbot, studio, windowed):
    """Where one neighbour has all, the others share what it gives, and nobody else does."""
    windowed.panel.heatmap.chosen.emit(CellPlace(2, 3))
    attention = windowed.what_if.attention
    attention.word.click()
    settled(qtbot, studio)
    windowed.panel.change_note.with_change.click()
    assert np.flatnonzero(windowed.panel.shown.view.weights[2]).tolist() == [3]
    attention.slider.setValue(40)
    settle_slider(qtbot, studio)

    seen = windowed.panel.shown.view.weights[2]
    assert seen[3] == pytest.approx(0.4)
    assert np.flatnonzero(seen).tolist() == [1, 2, 3]


def test_all_alike_are_those_of_the_window(qtbot, studio, windowed, trained):
    windowed.panel.heatmap.chosen.emit(CellPlace(2, 3))
    windowed.what_if.attention.uniform.click()
    settled(qtbot, studio)

    length = windowed.panel.shown.view.weights.shape[1]
    row = tuple(1 / 3 if abs(place - 2) <= 1 else 0.0 for place in range(length))
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 2): row})
    assert_shows(windowed, compared_by_hand(windowed, trained, change))


@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF], ids=lambda site: site.name)
def test_what_is_out_of_reach_cannot_be_raised_and_says_why(windowed, site):
    attention = windowed.what_if.attention
    windowed.panel.shown.read_as(Reading(0, 0, site=site))
    for column, is_within in ((0, False), (1, True), (3, True), (4, False)):
        windowed.panel.heatmap.chosen.emit(CellPlace(2, column))
        assert attention.slider.isEnabled() is is_within
        assert attention.word.isEnabled() is is_within
        assert ("is out of reach of" in attention.where.text()) is not is_within
        assert attention.uniform.isEnabled()


def test_a_row_of_a_model_that_looks_farther_does_not_fit(windowed):
    what_if = windowed.what_if.what_if
    record = windowed.panel.shown.record
    length = record.matrices[CROSS].weights.shape[-1]
    near, far = (tuple(1.0 if i == place else 0.0 for i in range(length)) for place in (1, 4))
    for row, fits in ((near, 1), (far, 0)):
        change = Intervention(rows={RowAddress(CROSS, 0, 0, 2): row})
        assert what_if.fitting_of([Change("row", "a row", change)]) == fits


def test_heads_of_a_window_are_switched_off_and_get_a_temperature(qtbot, studio, windowed, trained):
    attention = windowed.what_if.attention
    attention.head.click()
    settled(qtbot, studio)
    off = Intervention(ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}))
    assert_shows(windowed, compared_by_hand(windowed, trained, off))
    attention.undo.click()
    assert attention.temperature.isVisible()
    assert attention.temperature.isEnabled()
    assert not attention.no_temperature.isVisible()
    attention.temperature.setValue(30)
    settle_slider(qtbot, studio)
    warm = Intervention(temperatures={HeadAddress(CROSS, 0, 0): 10**0.6})
    assert_shows(windowed, compared_by_hand(windowed, trained, warm))


def test_trust_of_a_window_is_that_of_the_model(qtbot, studio, windowed, trained):
    trust_page = windowed.trust
    windowed.panel.side.setCurrentWidget(trust_page)
    qtbot.waitUntil(trust_page.methods.isVisible, timeout=120_000)
    settled(qtbot, studio)

    candidate = windowed.answer.candidates[0]
    translator = loaded_as(windowed, trained).translator
    record = translator.analyse(
        candidate.pair, tuple(Analysis), word_groups, measures=tuple(Measure)
    )
    trust = trust_of(record, Reading(0, 0))
    assert trust_page.sentence.text() == summary_words(findings_of(trust))
    attention = next(row for row in trust.rows if row.method is Method.ATTENTION)
    groups, cross = word_groups(record.source), candidate.record.matrices[CROSS]
    for target, pieces in enumerate(word_groups(record.target)):
        for source, values in enumerate(attention.values[target]):
            if not cross.reached[0, 0, pieces][:, groups[source]].any():
                assert values == 0.0


def test_linear_attention_says_that_it_has_no_temperature(asked):
    page = asked("linear")
    page.what_if.show_page(page.what_if.attention)
    page.panel.shown.read_as(Reading(0, 0))
    attention = page.what_if.attention

    assert not attention.temperature.isVisible()
    assert attention.no_temperature.isVisible()
    assert "linear attention shares out alike" in attention.no_temperature.text()
    assert attention.head.isEnabled()
    page.panel.heatmap.chosen.emit(CellPlace(2, 3))
    assert attention.slider.isEnabled()


def test_a_sentence_beyond_the_places_that_were_learnt_is_read_and_said(
    qtbot, studio, asked, trained
):
    page = asked("learnt")
    said = []
    studio.notifier.posted.connect(said.append)
    for source in (SENTENCE, f"{SENTENCE} " * 12):
        assert said == []
        page.question.show_pair(source, "der Hund")
        page.asking.read_forced()
        settled(qtbot, studio)
    weights = dict(loaded_as(page, trained).translator.model.named_parameters())
    known = {
        int(weights[f"{side}_positions.weight"].abs().sum(dim=1).count_nonzero())
        for side in ("source", "target")
    }
    [words] = [each.text for each in said]
    assert words in {
        f"This is longer than the {n} places that the model has learnt: where further words "
        "stand, it does not know."
        for n in known
    }
