"""What a change did to each row: of a word it is that of all its pieces."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.interpretation.target_changes import target_changes
from attnstudio.interpretation.view import view_of
from attnstudio.model.intervention import Intervention, RowAddress, Spread
from attnstudio.reading import Reading
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

SOURCE = ("a", (Token("▁a", 0, 1), end_token("a")))
TARGET = ("xyz w", (Token("▁x", 0, 1), Token("yz", 1, 3), Token("▁w", 3, 5), end_token("xyz w")))
DIFFERENCES = (0.0, -0.5, 0.25, -2.0)


@pytest.fixture
def comparison():
    """The look of the second piece of the first word is changed, in the only layer."""
    before = make_record(
        SOURCE,
        TARGET,
        cross=np.full((1, 1, 4, 2), 0.5),
        encoder_self=np.full((1, 1, 2, 2), 0.5),
    )
    log_probs = tuple(np.add(before.token_log_probs, DIFFERENCES).tolist())
    change = Intervention(rows={RowAddress(CROSS, 0, 0, 1): (1.0, 0.0)})
    reach = reach_of(change, before, Spread.LAYERS)
    return Comparison(change, before, replace(before, token_log_probs=log_probs), reach, "", "")


def test_each_piece_has_its_own(comparison):
    found = target_changes(view_of(comparison.before, Reading()), comparison)
    assert found.differences == pytest.approx(DIFFERENCES)
    assert found.reached.tolist() == [False, True, False, False]


def test_a_word_has_the_sum_of_its_pieces_and_is_reached_where_one_is(comparison):
    found = target_changes(view_of(comparison.before, Reading(), words=True), comparison)
    assert found.differences == pytest.approx([-0.5, 0.25, -2.0])
    assert found.reached.tolist() == [True, False, False]


def test_rows_of_the_source_have_nothing(comparison):
    view = view_of(comparison.before, Reading(site=ENCODER_SELF))
    assert target_changes(view, comparison) is None


def test_a_comparison_is_of_the_very_pieces(comparison):
    assert comparison.is_of(comparison.after)
    other = make_record(
        SOURCE, ("v", (Token("▁v", 0, 1), end_token("v"))), cross=np.full((1, 1, 2, 2), 0.5)
    )
    assert not comparison.is_of(other)
