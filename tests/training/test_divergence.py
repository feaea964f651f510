"""Losses as trainings report them: which of them rise without end."""

import math
import random

import pytest

from attnstudio.training.divergence import DivergenceWatch

UNIFORM = math.log(2000)


def certain_at(losses, *, every=1, uniform=UNIFORM):
    """The step after which divergence is certain; None for never."""
    watch = DivergenceWatch(uniform)
    for step, loss in enumerate(losses, start=1):
        if (step == 1 or step % every == 0) and watch.is_certain_after(step, loss):
            return step
    return None


def learning(steps, *, start=8.3, end=1.5, noise=0.3, seed=1):
    chance = random.Random(seed)
    return [
        end + (start - end) * math.exp(-step / 150) + chance.gauss(0.0, noise)
        for step in range(steps)
    ]


@pytest.mark.parametrize("every", [1, 10])
@pytest.mark.parametrize("noise", [0.05, 0.5, 1.5])
@pytest.mark.parametrize("seed", range(10))
def test_a_loss_that_falls_is_no_divergence_however_it_scatters(every, noise, seed):
    assert certain_at(learning(5_000, noise=noise, seed=seed), every=every) is None


@pytest.mark.parametrize("every", [1, 10])
def test_a_loss_that_rises_from_the_start_is_noticed_within_a_hundred_updates_or_so(every):
    losses = [8.3 + 2.0 * step for step in range(400)]

    assert 50 <= certain_at(losses, every=every) <= 120


@pytest.mark.parametrize("every", [1, 10])
def test_a_loss_that_rises_after_it_had_fallen_is_noticed(every):
    fallen = learning(500)
    risen = [fallen[-1] + 0.1 * step for step in range(300)]

    assert 550 <= certain_at(fallen + risen, every=every) <= 650


def test_a_checkpoint_from_before_the_rise_is_worth_going_on_from():
    watch = DivergenceWatch(UNIFORM)
    losses = learning(300) + [20.0] * 100
    for step, loss in enumerate(losses, start=1):
        watch.is_certain_after(step, loss)

    assert 295 <= watch.good_until <= 320


def test_a_bad_start_is_no_divergence():
    assert certain_at(learning(1_000, start=40.0)) is None


def test_a_loss_that_stays_where_a_model_that_knows_nothing_stands_is_none():
    assert certain_at([UNIFORM + 0.5] * 1_000) is None


@pytest.mark.parametrize("every", [1, 10])
def test_a_spike_from_which_training_recovers_passes(every):
    losses = learning(1_000)
    losses[600:610] = [500.0] * 10

    assert certain_at(losses, every=every) is None


def test_a_run_that_goes_on_with_a_lucky_batch_is_not_held_to_it():
    assert certain_at([0.1, *learning(500, start=3.0, end=3.0)]) is None


def test_a_vocabulary_of_few_pieces_makes_no_difference():
    assert certain_at(learning(1_000, start=3.2, end=0.2, noise=0.3), uniform=math.log(25)) is None
    assert certain_at([3.2 + step / 20 for step in range(200)], uniform=math.log(25)) < 150
