"""What a change did to words that it does not reach."""

import numpy as np
import pytest
from records import make_record

from attnstudio.interpretation.comparison import Comparison
from attnstudio.interpretation.reach_of_change import reach_of
from attnstudio.model.intervention import Intervention, RowAddress, Spread
from attnstudio.sites import CROSS
from attnstudio.tokenizer import Token


def record(log_probs):
    source = ("a b", (Token("▁a", 0, 1), Token("▁b", 1, 3), Token("</s>", 3, 3)))
    target = (
        "x y z",
        (Token("▁x", 0, 1), Token("▁y", 1, 3), Token("▁z", 3, 5), Token("</s>", 5, 5)),
    )
    return make_record(source, target, cross=np.full((1, 1, 4, 3), 1 / 3), log_probs=log_probs)


def comparison(text_after, *, text_before="x y z", query=1, after=(-1.0, -1.0, -1.0, -1.0)):
    before = record((-1.0, -1.0, -1.0, -1.0))
    change = Intervention(rows={RowAddress(CROSS, 0, 0, query): (1.0,)})
    reach = reach_of(change, before, Spread.STATES)
    return Comparison(change, before, record(after), reach, text_before, text_after)


@pytest.mark.parametrize(
    ("text_after", "turns"),
    [
        ("x y z", False),
        ("x w z", False),  # the word that was changed
        ("x", False),
        ("w y z", True),
        ("", True),
        ("w x y z", True),
    ],
)
def test_only_a_beam_turns_words_before_those_that_a_change_reaches(text_after, turns):
    assert comparison(text_after).turns_earlier_words is turns


def test_of_a_target_that_a_person_gave_nothing_is_said_of_earlier_words():
    assert not comparison("w y z", text_before="v y z").turns_earlier_words


def test_a_change_of_all_words_turns_none_before_them():
    assert not comparison("w y z", query=0).turns_earlier_words


def test_what_moves_out_of_reach_is_told():
    assert comparison("x y z").unexpected == 0.0
    moved = comparison("x y z", after=(-1.25, -2.0, -1.0, -1.0))
    assert moved.unexpected == 0.25
    assert moved.differences.tolist() == [-0.25, -1.0, 0.0, 0.0]
