"""Formula cards: sums that add up, checks that see a wrong number, a softmax at a temperature."""

import math

import numpy as np
import pytest

from attnstudio.inference.step_numbers import Affine, Norm
from attnstudio.interpretation.formula import CardKind, card, components, number_text, numbered
from attnstudio.interpretation.formula_export import card_to_table
from attnstudio.interpretation.formula_score_works import (
    Features,
    Finished,
    Near,
    Sloped,
    Spanned,
    Turned,
)
from attnstudio.interpretation.formula_weight_works import Entmax, Shares, Sharpness, Threshold
from attnstudio.interpretation.formula_weights import with_temperature
from attnstudio.interpretation.formula_works import (
    Divided,
    Larger,
    Masked,
    NamedTerm,
    Normed,
    Softmax,
    Squash,
    Terms,
    linear,
)

RANDOM = np.random.default_rng(3)
INPUTS = RANDOM.normal(size=9)
LAYER = Affine(RANDOM.normal(size=(4, 9)), RANDOM.normal(size=4))
NAMES = components("x", 9)
ROW = RANDOM.normal(size=(1, 8))
MASK = np.array([[False] * 5 + [True] * 3])

WORKS = {
    "linear": linear(INPUTS, LAYER, NAMES),
    "tanh": linear(INPUTS, LAYER, NAMES, Squash.TANH),
    "sigmoid": linear(INPUTS, LAYER, NAMES, Squash.SIGMOID),
    "terms": Terms((NamedTerm("a", (ROW[0], ROW[0])), NamedTerm("b", (ROW[0],)))),
    "parts": Terms((NamedTerm("a", (ROW[0],), 2.0 + ROW[0] ** 2), NamedTerm("b", (ROW[0],)))),
    "divided": Divided(ROW, 8),
    "masked": Masked(ROW, MASK),
    "softmax": Softmax(ROW, NAMES[:8], others=0.3, other_count=7),
    "norm": Normed(ROW, Norm(RANDOM.normal(size=8), RANDOM.normal(size=8), 1e-5), "y"),
    "larger": Larger(ROW),
    "finished": Finished(linear(INPUTS, LAYER, NAMES), square=9),
    "times": Finished(linear(INPUTS, LAYER, NAMES, Squash.SIGMOID), times=7),
    "turned": Turned(ROW, (3,), NAMES[:8]),
    "features": Features(ROW),
    "sloped": Sloped(0.25, 3, 8),
    "near": Near(3.4, 3, 8),
    "spanned": Spanned(1.3, 4.0, 2, 7),
    "sparsemax": Entmax(np.where(MASK, -np.inf, ROW), 2.0),
    "entmax": Entmax(ROW, 1.3, temperature=0.7),
    "threshold": Threshold(Entmax(np.where(MASK, -np.inf, ROW), 2.0), NAMES[:8]),
    "threshold of an entmax": Threshold(Entmax(ROW, 1.5), NAMES[:8]),
    "sharpness": Sharpness(0.4),
    "shares": Shares(np.where(MASK, -np.inf, np.exp(ROW)), NAMES[:8]),
}


@pytest.mark.parametrize("name", WORKS)
def test_each_number_is_what_its_arithmetic_gives(name):
    work = WORKS[name]
    values = work.values()

    assert values.ndim == 2
    for column, value in enumerate(values[0].tolist()):
        one = work.arithmetic(0, column)
        assert one.result == pytest.approx(value, abs=1e-12)
        if one.summands:
            parts = math.fsum(each.value for each in one.summands) + one.rest
            assert parts == pytest.approx(one.total, abs=1e-12)
        sizes = [abs(each.value) for each in one.summands]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("column", range(4))
def test_the_largest_five_products_and_the_bias_stand_before_the_rest(column):
    weights = LAYER.weight[column]
    products = {name: x * w for name, x, w in zip(NAMES, INPUTS, weights, strict=True)}
    ordered = sorted(products, key=lambda name: -abs(products[name]))
    shown = {name: products[name] for name in ordered[:5]} | {"b": LAYER.bias[column]}

    one = WORKS["linear"].arithmetic(0, column)

    assert [each.name for each in one.summands] == sorted(shown, key=lambda name: -abs(shown[name]))
    assert {each.name: each.value for each in one.summands} == pytest.approx(shown)
    assert one.rest_count == 4
    assert one.rest == pytest.approx(sum(products[name] for name in ordered[5:]))
    assert one.finish == ""


def test_a_norm_names_what_came_in_as_its_formula_does():
    [came] = (each for each in WORKS["norm"].arithmetic(0, 1).summands if each.name != "β")

    assert came.name == "y"


def test_pieces_that_come_more_than_once_are_counted():
    names = ("▁the", "▁dog", "▁the", "s", "▁the", "s")

    assert numbered(names) == ("▁the₁", "▁dog", "▁the₂", "s₁", "▁the₃", "s₂")
    assert numbered(("a", "b")) == ("a", "b")


def test_a_sum_says_what_is_done_with_it():
    one = WORKS["tanh"].arithmetic(0, 1)

    assert one.finish == f"tanh({number_text(one.total)})"
    assert one.result == pytest.approx(math.tanh(INPUTS @ LAYER.weight[1] + LAYER.bias[1]))


@pytest.mark.parametrize("place", [0, 3])
def test_the_check_sees_a_number_that_is_not_what_the_others_give(place):
    right = card(CardKind.QUERY, "q", WORKS["linear"].values(), WORKS["linear"])
    wrong = right.values.copy()
    wrong[0, place] += 0.25

    assert right.difference == 0.0
    assert card(CardKind.QUERY, "q", wrong, WORKS["linear"]).difference == pytest.approx(0.25)


def test_the_check_sees_a_mask_in_another_place():
    values = WORKS["masked"].values()
    moved = np.roll(values, 1)

    assert card(CardKind.MASK, "s", values, WORKS["masked"]).difference == 0.0
    assert card(CardKind.MASK, "s", moved, WORKS["masked"]).difference == math.inf


def softmax_card():
    work = Softmax(WORKS["masked"].values(), NAMES[:8])
    return card(CardKind.SOFTMAX, "α", work.values(), work, columns=NAMES[:8])


@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0, 10.0])
def test_a_temperature_divides_the_scores(temperature):
    cards = softmax_card()
    tops = np.where(MASK, 0.0, np.exp(ROW / temperature))

    changed = with_temperature(cards, temperature)

    np.testing.assert_allclose(changed.values, tops / tops.sum(), atol=1e-12)
    column = int(ROW[0, :5].argmax())
    assert (changed.values[0, column] > cards.values[0, column]) == (temperature < 1)
    assert changed.arithmetic(0, column).result == pytest.approx(changed.values[0, column])


def test_a_temperature_of_one_leaves_the_card_as_it_is():
    assert with_temperature(first := softmax_card(), 1.0) is first


def test_what_is_masked_counts_for_nothing_in_a_softmax():
    one = softmax_card().arithmetic(0, 6)

    assert one.result == 0.0
    assert all(each.value > 0 for each in one.summands)


def test_numbers_are_written_with_what_counts():
    numbers = [0.0, 0.83, -1.25, 1e-6, 123456.0, -math.inf]

    written = [number_text(number) for number in numbers]

    assert written == ["0", "0.8300", "−1.2500", "1.00e−06", "1.23e+05", "−∞"]


def test_a_table_holds_all_digits():
    shown = card(CardKind.SCORES, "s", np.array([1 / 3, -math.inf]), None, columns=("a", "b"))

    assert card_to_table(shown) == "\ta\tb\n\t0.3333333333333333\t-inf\n"
