"""What is changed of the attention, as all that draw it are told."""

import numpy as np
import pytest
from records import make_record

from attnstudio.gui.inspector.shown_change import ShownChange
from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress, Spread
from attnstudio.sites import CROSS, ENCODER_SELF
from attnstudio.tokenizer import Token, end_token

TEXT = ("a b", (Token("▁a", 0, 1), Token("▁b", 1, 3), end_token("a b")))


@pytest.fixture
def change(qapp):  # noqa: ARG001 - it has signals
    return ShownChange()


def test_heads_of_another_attention_are_not_off(change):
    off = frozenset({HeadAddress(CROSS, 0, 1), HeadAddress(ENCODER_SELF, 1, 0)})
    change.tell(("two heads",), off)
    assert change.off(CROSS) == {(0, 1)}
    assert change.off(ENCODER_SELF) == {(1, 0)}
    assert change.reached(CROSS) is None, "what comes of it is not known yet"


def test_a_head_is_reached_where_one_of_its_rows_is(change):
    record = make_record(TEXT, TEXT, cross=np.full((2, 2, 3, 3), 1 / 3))
    asked = Intervention(rows={RowAddress(CROSS, 0, 1, 1): (1.0, 0.0, 0.0)})
    reach = reach_of(asked, record, Spread.LAYERS)
    change.tell(("a row",), frozenset())
    change.compare(Comparison(asked, record, record, reach, "", ""))
    assert change.reached(CROSS).tolist() == [[False, True], [True, True]]
    assert change.reached(ENCODER_SELF) is None


def test_what_is_changed_no_more_is_not_shown(change):
    told = []
    change.changed.connect(lambda: told.append(change.is_shown))
    change.tell(("a row",), frozenset())
    change.show(True)
    change.show(True)  # says nothing new
    assert told == [False, True]
    change.tell(("another",), frozenset())
    assert change.is_shown
    change.tell((), frozenset())
    assert not change.is_shown
