"""Views whose rows and columns are ordered: each number stays with its names."""

from dataclasses import replace

import numpy as np
import pytest
from records import make_record

from attnstudio.interpretation.labels import is_mirrored
from attnstudio.interpretation.ordering import Choice, Order, OrderKind, order_of, ordered
from attnstudio.interpretation.view import view_of
from attnstudio.reading import Reading
from attnstudio.tokenizer import Token, end_token

WEIGHTS = np.array([[0.1, 0.6, 0.2, 0.1], [0.5, 0.1, 0.3, 0.1], [0.2, 0.2, 0.2, 0.4]])


def view(source=("▁a", "▁b", "."), *, hide=False):
    texts = []
    for pieces in (source, ("▁x", "▁y")):
        text = "".join(pieces)
        starts = np.cumsum([0, *map(len, pieces)]).tolist()
        tokens = [
            Token(piece, start, end)
            for piece, start, end in zip(pieces, starts[:-1], starts[1:], strict=True)
        ]
        texts.append((text, (*tokens, end_token(text))))
    record = make_record(*texts, cross=WEIGHTS[None, None], log_probs=(-0.1, -0.2, -0.3))
    return view_of(record, Reading(0, 0), hide=hide)


@pytest.mark.parametrize(
    ("kind", "choice", "expected"),
    [
        (OrderKind.TEXT, Choice(0, 1), Order((0, 1, 2), (0, 1, 2, 3))),
        (OrderKind.CHOICE, Choice(), Order((0, 1, 2), (0, 1, 2, 3))),
        (OrderKind.CHOICE, Choice(0, 3), Order((0, 1, 2), (1, 2, 0, 3))),  # equal ones stay
        (OrderKind.CHOICE, Choice(None, 1), Order((0, 2, 1), (0, 1, 2, 3))),
        (OrderKind.MASS, Choice(2), Order((0, 1, 2), (1, 0, 2, 3))),  # 0.9, 0.8, 0.7, 0.6
    ],
)
def test_what_is_strongest_comes_first(kind, choice, expected):
    assert order_of(view(), kind, choice) == expected


def test_all_that_belongs_to_a_row_or_a_column_goes_with_it():
    whole = replace(view(), prefix=np.array([0.1, 0.2, 0.3]))
    seen = ordered(whole, Order((2, 0, 1), (1, 3, 0, 2)))

    for row, of_row in enumerate((2, 0, 1)):
        assert seen.rows.label(row) == whole.rows.label(of_row)
        assert seen.prefix[row] == whole.prefix[of_row]
        assert seen.log_probs[row] == whole.log_probs[of_row]
        for column, of_column in enumerate((1, 3, 0, 2)):
            assert seen.columns.label(column) == whole.columns.label(of_column)
            assert seen.columns.is_special(column) == whole.columns.is_special(of_column)
            assert seen.weights[row, column] == WEIGHTS[of_row, of_column]
    named = {
        (v.columns.label(link.source), v.rows.label(link.target))
        for v in (seen,)
        for link in v.links
    }
    assert named == {
        (whole.columns.label(link.source), whole.rows.label(link.target)) for link in whole.links
    }
    assert named


def test_what_is_hidden_stays_counted_as_it_was():
    whole = view(hide=True)
    seen = ordered(whole, Order((1, 0, 2), (1, 0)))

    assert [seen.whole_column(column) for column in range(2)] == [1, 0]
    assert seen.kept.shares.tolist() == whole.kept.shares[[1, 0, 2]].tolist()


def test_a_text_does_not_turn_round_when_it_is_ordered():
    arabic = view(("▁كلب", "▁Rex", "."))
    order = order_of(arabic, OrderKind.CHOICE, Choice(0))

    assert order.columns[0] == 1
    assert is_mirrored(ordered(arabic, order).columns)
    assert not is_mirrored(ordered(view(("▁Rex", "▁كلب", ".")), order).columns)
