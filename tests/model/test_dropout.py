"""Cheap dropout does what torch's own does, as far as chance can tell."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from attnstudio.model.dropout import Dropout, kept_scale, set_dropout_strength

SHAPE = torch.Size((500, 801))  # no multiple of the four values that a random number gives


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(11)


@pytest.mark.parametrize("rate", [0.001, 0.1, 0.3, 0.5, 0.9])
def test_the_share_that_is_dropped_is_the_rate(rate):
    kept = kept_scale(SHAPE, rate, torch.float32)
    share = (kept == 0).double().mean().item()
    deviation = (rate * (1 - rate) / kept.numel()) ** 0.5

    assert share == pytest.approx(rate, abs=5 * deviation + 2**-17)


@pytest.mark.parametrize("rate", [0.1, 0.3, 0.9])
def test_what_is_kept_is_scaled_as_torch_scales_it(rate):
    ones = torch.ones(SHAPE)
    expected = functional.dropout(ones, rate).max()
    found = Dropout(rate).train()(ones)

    assert set(found.unique().tolist()) == {0.0, found.max().item()}
    torch.testing.assert_close(found.max(), expected, rtol=2**-16 / (1 - rate), atol=0.0)


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.3, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_expectation_is_kept(rate, dtype):
    kept = kept_scale(SHAPE, rate, dtype)
    deviation = (rate / (1 - rate) / kept.numel()) ** 0.5

    assert kept.dtype is dtype
    assert kept.double().mean().item() == pytest.approx(1.0, abs=4 * deviation)
    share = (kept == 0).double().mean().item()
    assert share == pytest.approx(rate, abs=0.002 + 4 * deviation)


@pytest.mark.parametrize("step", [1, 2, 3, 4, SHAPE[1]])
def test_values_are_dropped_independently_of_their_neighbours(step):
    dropped = (kept_scale(SHAPE, 0.3, torch.float32) == 0).flatten().double() - 0.3
    together = (dropped[step:] * dropped[:-step]).mean().item()

    assert together == pytest.approx(0.0, abs=5 * 0.21 / len(dropped) ** 0.5)


def test_two_calls_drop_different_values():
    first, second = (kept_scale(SHAPE, 0.5, torch.float32) == 0 for _ in range(2))

    assert (first == second).double().mean().item() == pytest.approx(0.5, abs=0.01)


def test_gradients_pass_where_values_were_kept():
    states = torch.ones(SHAPE, requires_grad=True)
    kept = Dropout(0.3).train()(states)
    kept.sum().backward()

    torch.testing.assert_close(states.grad, kept.detach())


def test_a_state_of_the_generator_brings_the_same_values_back():
    state = torch.get_rng_state()
    first = kept_scale(SHAPE, 0.3, torch.float32)
    torch.set_rng_state(state)

    assert kept_scale(SHAPE, 0.3, torch.float32).equal(first)


def test_nothing_is_dropped_outside_training_or_at_a_rate_of_zero():
    states = torch.randn(SHAPE)

    assert Dropout(0.5).eval()(states) is states
    assert Dropout(0.0).train()(states) is states


def test_a_weaker_dropout_drops_its_share_of_the_rate():
    dropout = Dropout(0.4).train()
    set_dropout_strength(nn.Sequential(nn.Linear(2, 2), dropout), 0.25)
    dropped = (dropout(torch.ones(SHAPE)) == 0).double().mean().item()

    assert dropped == pytest.approx(0.1, abs=0.003)
