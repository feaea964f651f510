"""Curves: the same numbers as the history, smoothed and thinned as the definitions say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from events import make_started, make_step, make_validation
from hypothesis import given
from hypothesis import strategies as st

from attnstudio.training.curves import (
    Axis,
    Curve,
    Curves,
    decimate,
    robust_range,
    smooth,
)
from attnstudio.training.events import Step
from attnstudio.training.history import History
from attnstudio.training.metric import (
    LEARNING_RATE,
    SPEED,
    TRAINING_LOSS,
    VALIDATION_LOSS,
    validated,
)
from attnstudio.training.scores import AER, BLEU


def step(number, loss=1.0):
    return Step(
        step=number,
        elapsed_s=6.0 * number,
        epoch=number / 10,
        loss=loss,
        learning_rate=0.001 * number,
        gradient_norm=0.5,
        tokens_per_second=900.0,
        target_tokens=100 * number,
    )


def validation(number, **changes):
    values = {
        "loss": 2.0, "perplexity": 7.4, "token_accuracy": 0.5, "bleu": 10.0, "chrf": 20.0,
    }  # fmt: skip
    scores = {name: value for name, value in (values | changes).items() if value is not None}
    return make_validation(step=number, elapsed_s=6.0 * number, epoch=number / 10, scores=scores)


def history_of(*events):
    history = History()
    for event in events:
        history.add(event)
    return history


def reference_average(values, weight):
    """Term by term, as the formula is written."""
    result, average, seen = [], 0.0, 0
    for value in values:
        if not math.isfinite(value):
            result.append(math.nan)
            continue
        average = weight * average + (1 - weight) * value
        seen += 1
        result.append(average / (1 - weight**seen))
    return result


def test_what_was_validated_is_the_same_object_until_the_next_validation():
    history = history_of(step(1), validation(1))
    curves = Curves(history)
    bleu, loss = (curves.of(metric, Axis.STEPS) for metric in (validated(BLEU), TRAINING_LOSS))

    history.add(step(2))
    assert curves.of(validated(BLEU), Axis.STEPS) is bleu
    assert curves.of(TRAINING_LOSS, Axis.STEPS) is not loss
    history.add(validation(2, bleu=11.0))

    assert curves.of(validated(BLEU), Axis.STEPS).y.tolist() == [10.0, 11.0]


def test_where_a_validation_stands_among_tokens_follows_the_steps():
    history = history_of(step(1), validation(3))
    curves = Curves(history)
    assert curves.of(validated(BLEU), Axis.TOKENS).x.tolist() == [100.0]

    history.add(step(5))
    assert curves.of(validated(BLEU), Axis.TOKENS).x.tolist() == [300.0]


@given(
    st.lists(st.floats(-1e3, 1e3) | st.just(math.nan) | st.just(math.inf), max_size=1500),
    st.floats(0, 0.999),
)
def test_smoothing_is_the_debiased_moving_average(values, weight):
    smoothed = smooth(np.array(values, dtype=np.float64), weight)

    np.testing.assert_allclose(smoothed, reference_average(values, weight), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("weight", [0.3, 0.6, 0.99, 0.999])
def test_smoothing_twenty_thousand_points_is_exact_too(weight):
    values = np.random.default_rng(1).normal(size=20_000)

    np.testing.assert_allclose(smooth(values, weight), reference_average(values, weight), atol=1e-8)


@pytest.mark.parametrize("weight", [0.3, 0.6, 0.99])
def test_blocks_that_are_carried_on_at_once_equal_those_carried_on_one_by_one(weight):
    values = np.random.default_rng(1).normal(size=5_000)
    block = int(min(512, max(1.0, np.log(1e-6) / np.log(weight))))
    powers = weight ** np.arange(block)
    carry, expected = 0.0, []
    for row in np.concatenate((values, np.zeros(-len(values) % block))).reshape(-1, block):
        sums = (1 - weight) * powers * np.cumsum(row / powers) + carry * weight * powers
        carry = sums[-1]
        expected.append(sums)
    corrections = -np.expm1(np.log(weight) * np.arange(1, len(values) + 1))

    np.testing.assert_array_equal(
        smooth(values, weight), np.concatenate(expected)[: len(values)] / corrections
    )


def test_a_constant_stays_what_it_is_from_the_first_point_on():
    np.testing.assert_allclose(smooth(np.full(50, 3.25), 0.95), 3.25)


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (Axis.STEPS, [1, 2, 3]),
        (Axis.EPOCHS, [0.1, 0.2, 0.3]),
        (Axis.TIME, [0.1, 0.2, 0.3]),
        (Axis.TOKENS, [100, 200, 300]),
    ],
)
def test_each_axis_places_steps_and_validations(axis, expected):
    history = history_of(step(1, 5.0), step(2, 4.0), step(3, 3.0), validation(2))
    curves = Curves(history)

    training = curves.of(TRAINING_LOSS, axis)
    validated = curves.of(VALIDATION_LOSS, axis)

    np.testing.assert_allclose(training.x, expected)
    np.testing.assert_allclose(training.y, [5.0, 4.0, 3.0])
    np.testing.assert_allclose(validated.x, expected[1])
    np.testing.assert_allclose(validated.y, [2.0])


def test_a_metric_that_was_not_measured_has_no_points():
    curves = Curves(history_of(step(1), validation(1, bleu=None), validation(2)))

    assert len(curves.of(validated(AER), Axis.STEPS).x) == 0
    np.testing.assert_allclose(curves.of(validated(BLEU), Axis.STEPS).x, [2])


def test_growing_curves_equal_those_made_at_once():
    history, grown = History(), None
    grown = Curves(history)
    for number in range(1, 700):
        history.add(step(number, math.sin(number)))
        if number % 90 == 0:
            grown.of(TRAINING_LOSS, Axis.STEPS)

    once = Curves(history)
    for metric in (TRAINING_LOSS, LEARNING_RATE, SPEED):
        np.testing.assert_array_equal(grown.of(metric, Axis.STEPS).y, once.of(metric, Axis.STEPS).y)


def test_a_resumed_run_draws_the_new_steps_and_not_the_voided_ones():
    history = history_of(*(step(number, 1.0) for number in range(1, 9)))
    curves = Curves(history)
    curves.of(TRAINING_LOSS, Axis.STEPS)

    history.add(make_started(step=4, elapsed_s=24.0, resumed_from=4, train_pairs=10, batches=10))
    for number in range(5, 11):
        history.add(step(number, 2.0))
    curve = curves.of(TRAINING_LOSS, Axis.STEPS)

    np.testing.assert_array_equal(curve.x, range(1, 11))
    np.testing.assert_array_equal(curve.y, [1.0] * 4 + [2.0] * 6)


def test_thinning_keeps_extremes_ends_and_gaps():
    y = np.random.default_rng(0).normal(size=10_000)
    y[1234], y[7777], y[5000] = 99.0, -99.0, math.nan
    thin = decimate(Curve(np.arange(10_000.0), y), 400)

    assert len(thin.x) <= 3 * 200 + 2
    assert list(np.diff(thin.x) > 0) == [True] * (len(thin.x) - 1)
    assert {0.0, 9_999.0, 1234.0, 7777.0, 5000.0} <= set(thin.x.tolist())
    assert math.isnan(thin.y[thin.x.tolist().index(5000.0)])


def test_where_a_score_lies_goes_with_its_points():
    first, second, third = (validation(n, aer=n / 10) for n in (1, 2, 3))
    second = replace(second, lowest={"aer": 0.1}, highest={"aer": 0.4})
    curves = Curves(history_of(first, second, third))

    curve = curves.of(validated(AER), Axis.STEPS)

    assert curve.y.tolist() == [0.1, 0.2, 0.3]
    np.testing.assert_array_equal(curve.low, [math.nan, 0.1, math.nan])
    np.testing.assert_array_equal(curve.high, [math.nan, 0.4, math.nan])
    assert curves.of(validated(BLEU), Axis.STEPS).low is None


def test_thinning_keeps_the_ends_of_the_points_that_it_keeps():
    y = np.arange(1_000.0)
    thin = decimate(Curve(y, y, y - 1, y + 1), 100)

    assert 50 < len(thin.x) < 110
    assert (thin.low == thin.y - 1).all()
    assert (thin.high == thin.y + 1).all()


def test_thinning_keeps_the_highest_of_negative_values_between_gaps():
    y = np.full(1_000, -5.0)
    y[503], y[509] = -1.0, -9.0
    y[::10] = math.nan
    thin = decimate(Curve(np.arange(1_000.0), y), 100)

    assert {503.0, 509.0} <= set(thin.x.tolist())


def test_a_short_curve_is_left_alone():
    curve = Curve(np.arange(5.0), np.arange(5.0))

    assert decimate(curve, 100) is curve


def test_the_range_passes_over_a_spike_and_what_is_no_number():
    values = np.concatenate((np.linspace(1, 2, 1000), [1e9, math.nan, math.inf]))

    low, high = robust_range(values)

    assert 1.0 <= low < 1.05
    assert 1.95 < high <= 2.0
    assert robust_range(np.array([math.nan])) is None


def test_a_curve_is_the_same_object_until_there_is_something_new():
    history = history_of(step(1), step(2), step(3))
    curves = Curves(history)
    before = curves.of(TRAINING_LOSS, Axis.STEPS)
    assert curves.of(TRAINING_LOSS, Axis.STEPS) is before

    history.add(step(4))

    assert len(curves.of(TRAINING_LOSS, Axis.STEPS).x) == 4


def test_a_clock_axis_knows_when_each_segment_began():
    history = History()
    history.add(make_started(train_pairs=10, batches=10, at=1_000.0))
    for n in (0, 1, 2, 3):  # the first at the very beginning
        history.add(step_at(n, 10.0 * n))
    history.add(
        make_started(step=2, elapsed_s=20.0, resumed_from=2, train_pairs=10, batches=10, at=9_000.0)
    )
    history.add(step_at(3, 31.0))
    curves = Curves(history)

    curve = curves.of(TRAINING_LOSS, Axis.CLOCK)

    np.testing.assert_array_equal(curve.x, [1_000.0, 1_010.0, 1_020.0, 9_011.0])
    np.testing.assert_array_equal(curves.at_steps([2], Axis.CLOCK), [1_020.0])


def test_what_an_older_log_does_not_tell_has_no_place_on_a_clock_axis():
    history = History()
    history.add(make_started(train_pairs=10, batches=10))
    history.add(step_at(1, 10.0))
    history.add(
        make_started(step=1, elapsed_s=10.0, resumed_from=1, train_pairs=10, batches=10, at=9_000.0)
    )
    history.add(step_at(2, 20.0))

    curve = Curves(history).of(TRAINING_LOSS, Axis.CLOCK)

    np.testing.assert_array_equal(curve.x, [9_010.0])
    np.testing.assert_array_equal(curve.y, [2.0])


def test_epochs_end_where_their_last_step_is():
    history = History()
    for n in range(1, 26):
        history.add(step_at(n, 1.0 * n))

    np.testing.assert_allclose(Curves(history).epoch_ends(Axis.STEPS), [10, 20])


def step_at(n, elapsed_s):
    return make_step(
        step=n,
        elapsed_s=elapsed_s,
        epoch=n / 10,
        loss=float(n),
        learning_rate=0.1,
        target_tokens=9 * n,
    )
