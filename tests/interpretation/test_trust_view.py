"""The methods of a sentence as one matrix."""

import numpy as np
import pytest

from attnstudio.axes import Meaning, TextUnits
from attnstudio.interpretation.labels import label_of
from attnstudio.interpretation.methods import Method
from attnstudio.interpretation.trust import MethodTrust, Trust
from attnstudio.interpretation.trust_view import trust_view
from attnstudio.tokenizer import Token, end_token

NAMES = {method: method.value for method in Method}


@pytest.fixture
def trust():
    values = {
        Method.ATTENTION: [[0.2, 0.6], [0.5, 0.0], [9.0, 9.0]],
        Method.ERASURE: [[3.0, -1.0], [0.0, 0.0], [9.0, 9.0]],
    }
    rows = tuple(
        MethodTrust(method, np.array(rows), np.ones(3), 1.0) for method, rows in values.items()
    )
    return Trust(
        targets=TextUnits("ab", (Token("▁a", 0, 1), Token("b", 1, 2), end_token("ab"))),
        sources=TextUnits("xy", (Token("▁x", 0, 1), Token("y", 1, 2))),
        rows=rows,
        probabilities=np.ones(3),
        erased=np.ones((3, 2)),
        on_marks=np.zeros(3),
        on_signs=np.zeros(3),
    )


def test_every_row_is_in_shares_of_its_own_with_their_signs(trust):
    view = trust_view(trust, 0, NAMES)

    np.testing.assert_allclose(view.weights, [[0.25, 0.75], [0.75, -0.25]])
    assert view.meaning is Meaning.SIGNED
    assert view.ends == (-0.75, 0.75)
    assert [view.rows.label(row) for row in range(2)] == ["attention", "erasure"]
    assert [view.columns.label(column) for column in range(2)] == ["▁x", "y"]


def test_what_stands_beside_a_method_is_never_cut(trust):
    names = dict.fromkeys(NAMES, "Contributions −0.12")
    view = trust_view(trust, 0, names)
    assert label_of(view.rows, 0, longest_em=5.0) == "Contributions −0.12"


def test_a_row_of_nothing_stays_nothing(trust):
    assert trust_view(trust, 1, NAMES).weights.tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_of_no_word_it_is_the_mean_of_all_but_marks(trust):
    view = trust_view(trust, None, NAMES)
    np.testing.assert_allclose(view.weights, [[0.625, 0.375], [0.375, -0.125]])
