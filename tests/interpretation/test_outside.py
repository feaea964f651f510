"""Where a row cannot look is not where it looks with 0."""

import numpy as np
import pytest
from records import make_record

from attnstudio.axes import Matrix
from attnstudio.errors import UsageError
from attnstudio.interpretation.changed_rows import (
    checked_row,
    dragged,
    row_to_words,
    uniform_row,
)
from attnstudio.interpretation.export import view_to_svg
from attnstudio.interpretation.head_figures import HeadFigure, head_figure
from attnstudio.interpretation.ordering import Choice, OrderKind, order_of, ordered
from attnstudio.interpretation.reach_of_change import rows_changed
from attnstudio.interpretation.view import view_of
from attnstudio.model.intervention import Intervention
from attnstudio.reading import Reading, ReadingMethod
from attnstudio.sites import CROSS, DECODER_SELF
from attnstudio.tokenizer import Token, end_token


def text_of(*pieces):
    text, tokens = "", []
    for piece in pieces:
        text += " " if text and piece.startswith("▁") else ""
        letters = piece.removeprefix("▁")
        tokens.append(Token(piece, len(text), len(text) + len(letters)))
        text += letters
    return text, (*tokens, end_token(text))


# two words of two pieces and the end, over three words and the end
SOURCE, TARGET = text_of("▁ol", "d", "▁do", "g"), text_of("▁al", "ter", "▁Hund")
REACHED = np.array(
    [
        [[1, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1]],
        [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [0, 0, 0, 1, 1]],
    ],
    dtype=bool,
)[np.newaxis]


@pytest.fixture
def record():
    weights = REACHED / REACHED.sum(axis=-1, keepdims=True)
    made = make_record(SOURCE, TARGET, cross=weights)
    made.matrices[CROSS] = Matrix(weights, reached=REACHED.copy())
    return made


def outside_of(record, **others):
    view = view_of(record, Reading(**others.pop("reading", {})), **others)
    return None if view.outside is None else view.outside.astype(int).tolist()


def test_of_one_head_it_is_its_own(record):
    assert outside_of(record, reading={"head": 0}) == (~REACHED[0, 0]).astype(int).tolist()


def test_of_an_average_it_is_where_no_head_can_look(record):
    expected = ~(REACHED[0, 0] | REACHED[0, 1])
    assert outside_of(record) == expected.astype(int).tolist()


def test_a_row_read_one_step_later_has_the_reach_of_that_step(record):
    found = outside_of(record, reading={"head": 1, "method": ReadingMethod.SHIFTED})
    later = ~REACHED[0, 1][[1, 2, 3, 3]]
    assert found == later.astype(int).tolist()


def test_a_word_is_outside_where_all_of_its_pieces_are(record):
    found = outside_of(record, reading={"head": 0}, words=True)
    # rows alter, Hund, end; columns old, dog, end
    assert found == [[0, 0, 1], [0, 0, 1], [1, 0, 0]]


def test_hidden_columns_leave_the_others_as_they_are(record):
    found = outside_of(record, reading={"head": 0}, hide=True)
    assert found == (~REACHED[0, 0][:, :4]).astype(int).tolist()


def test_it_moves_with_its_row_and_column(record):
    view = view_of(record, Reading(head=0))
    moved = ordered(view, order_of(view, OrderKind.CHOICE, Choice(row=3)))
    assert not np.array_equal(moved.outside, view.outside)
    assert ((moved.weights == 0) == moved.outside).all()


def test_a_record_that_kept_no_reach_has_nothing_outside(record):
    plain = make_record(SOURCE, TARGET, cross=record.matrices[CROSS].weights)
    assert view_of(plain, Reading()).outside is None


def test_a_picture_crosses_it_out_and_writes_no_number(record):
    view = view_of(record, Reading(head=0))
    svg = view_to_svg(record, view, origin="")
    outside, inside = int(view.outside.sum()), int((~view.outside).sum())
    assert svg.count(": out of reach") == outside
    assert svg.count("#c4c4c4") == outside
    assert svg.count("0.33<") + svg.count("0.50<") == inside
    assert "0.00<" not in svg.replace("0.00</text>\n    <text", "")


def test_evenness_is_measured_over_what_a_head_can_look_at(record):
    """Every row shares out alike among its places: as even as it can be."""
    for head in (0, 1):
        view = view_of(record, Reading(head=head))
        assert head_figure(view, HeadFigure.SPREAD) == pytest.approx(1.0)
        assert head_figure(view, HeadFigure.COVERAGE) == pytest.approx(1.0)


def test_a_row_that_looks_at_all_alike_keeps_to_what_heads_can_see(record):
    assert uniform_row(record, CROSS, 3) == pytest.approx((0, 0, 1 / 3, 1 / 3, 1 / 3))
    assert uniform_row(record, CROSS, 0) == pytest.approx((1 / 3, 1 / 3, 1 / 3, 0, 0))


def test_a_row_that_looks_at_words_keeps_to_what_heads_can_see(record):
    assert row_to_words(record, CROSS, 3, [[1, 2], [4]]) == (0.0, 0.0, 0.5, 0.0, 0.5)
    with pytest.raises(UsageError, match=r"That word is out of reach from here\."):
        row_to_words(record, CROSS, 3, [[0, 1]])
    with pytest.raises(UsageError, match=r"There is no such word to look at from here\."):
        row_to_words(record, CROSS, 3, [[9]])


def test_a_row_that_a_person_wrote_keeps_to_what_heads_can_see(record):
    assert checked_row(record, CROSS, 3, (0, 0, 0.5, 0.5, 0)) == (0, 0, 0.5, 0.5, 0)
    with pytest.raises(UsageError, match=r"The places 0, 1 are out of reach from here\."):
        checked_row(record, CROSS, 3, (0.1, 0.1, 0.8, 0, 0))


def test_what_a_dragged_place_gives_away_stays_within_reach():
    within = np.array([False, True, True, True, False])
    row = (0.0, 0.0, 1.0, 0.0, 0.0)
    assert dragged(row, [2], 0.5, within) == pytest.approx((0, 0.25, 0.5, 0.25, 0))
    assert dragged(row, [0, 1], 0.4, within) == pytest.approx((0, 0.4, 0.6, 0, 0))
    assert dragged(row, [0, 1, 2, 3, 4], 0.4, within)[2] == 1.0  # there is nobody to give it to
    with pytest.raises(ValueError, match="no place to move"):
        dragged(row, [0, 4], 0.5, within)


def test_a_hidden_word_acts_on_those_that_can_see_it(record):
    found = rows_changed(Intervention(masked={CROSS: frozenset({4, 9})}), record)[CROSS]
    assert found.tolist() == REACHED[..., 4].tolist()
    nothing = rows_changed(Intervention(masked={CROSS: frozenset({9})}), record)[CROSS]
    assert not nothing.any()


def test_a_hidden_word_of_the_target_acts_on_later_ones_where_no_reach_was_kept():
    weights = np.tril(np.ones((1, 2, 4, 4)))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    record = make_record(SOURCE, TARGET, decoder_self=weights)
    change = Intervention(masked={DECODER_SELF: frozenset({2})})
    assert rows_changed(change, record)[DECODER_SELF].tolist() == [[[0, 0, 1, 1]] * 2]


def test_the_reach_of_a_matrix_is_of_its_shape_and_stays_as_it_is(record):
    with pytest.raises(ValueError, match="is not"):
        Matrix(record.matrices[CROSS].weights, reached=REACHED[:, :1])
    with pytest.raises(ValueError, match="read-only"):
        record.matrices[CROSS].reached[0, 0, 0, 0] = False
