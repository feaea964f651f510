import copy
import math

import pytest
import torch
from torch import nn

from attnstudio.config import Schedule
from attnstudio.errors import ConfigError
from attnstudio.training.optimisation import (
    bent_peak,
    build_optimiser,
    gradient_norm,
    learning_rate,
    load_optimiser_tensors,
    optimiser_tensors,
    step_clipped,
)


def rate(step, schedule, *, warmup=100, horizon=0):
    return learning_rate(
        step, peak=2.0, schedule=schedule, warmup_steps=warmup, horizon_steps=horizon
    )


def test_the_rate_rises_straight_to_its_peak():
    assert [rate(s, Schedule.CONSTANT) for s in (1, 50, 100)] == [0.02, 1.0, 2.0]


def test_inverse_square_root_falls_to_half_at_four_times_the_warm_up():
    assert rate(400, Schedule.INVERSE_SQRT) == pytest.approx(1.0)


def test_inverse_square_root_without_warm_up_begins_at_the_peak():
    assert rate(1, Schedule.INVERSE_SQRT, warmup=0) == 2.0


def test_a_linear_schedule_is_halved_midway_and_zero_from_the_horizon_on():
    linear = [rate(s, Schedule.LINEAR, horizon=300) for s in (200, 300, 301)]

    assert linear == [1.0, 0.0, 0.0]


def test_a_linear_schedule_without_horizon_is_refused():
    with pytest.raises(ConfigError, match="needs a horizon after its warm-up of 100 steps"):
        rate(1, Schedule.LINEAR)


@pytest.mark.parametrize("new_horizon", [250, 900])
def test_a_bent_line_goes_on_from_its_rate_and_ends_at_the_new_horizon(new_horizon):
    peak = bent_peak(
        200, peak=2.0, warmup_steps=100, horizon_steps=300, new_horizon_steps=new_horizon
    )
    bent = [
        learning_rate(
            step,
            peak=peak,
            schedule=Schedule.LINEAR,
            warmup_steps=100,
            horizon_steps=new_horizon,
        )
        for step in (200, new_horizon)
    ]

    assert bent == pytest.approx([rate(200, Schedule.LINEAR, horizon=300), 0.0])


def test_the_peak_of_a_warm_up_is_not_bent():
    assert (
        bent_peak(50, peak=2.0, warmup_steps=100, horizon_steps=300, new_horizon_steps=200) == 2.0
    )


def test_gains_and_biases_do_not_decay():
    model = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.LayerNorm(3))
    decaying, others = build_optimiser(model, beta2=0.98, weight_decay=0.5).param_groups

    assert [tuple(p.shape) for p in decaying["params"]] == [(3, 3)]
    assert (decaying["weight_decay"], others["weight_decay"]) == (0.5, 0.0)


def test_an_optimiser_goes_on_exactly_from_its_tensors():
    def update(model, optimiser):
        model(torch.ones(2, 3)).square().sum().backward()
        for group in optimiser.param_groups:
            group["lr"] = 0.01
        optimiser.step()
        optimiser.zero_grad()

    torch.manual_seed(0)
    model = torch.nn.Linear(3, 2)
    optimiser = build_optimiser(model, beta2=0.98, weight_decay=0.1)
    update(model, optimiser)
    twin = torch.nn.Linear(3, 2)
    twin.load_state_dict(model.state_dict())
    twin_optimiser = build_optimiser(twin, beta2=0.98, weight_decay=0.1)
    saved = {name: t.clone() for name, t in optimiser_tensors(optimiser, model).items()}
    load_optimiser_tensors(twin_optimiser, twin, saved)
    for _ in range(3):
        update(model, optimiser)
        update(twin, twin_optimiser)

    assert torch.equal(model.weight, twin.weight)
    assert math.isfinite(float(model.weight.detach().sum()))


@pytest.mark.parametrize("limit", [0.0, 0.5, 100.0])
def test_a_clipped_step_is_torchs_clipping_and_step(limit):
    torch.manual_seed(1)
    ours = nn.Sequential(nn.Linear(4, 5), nn.Linear(5, 2))
    theirs = copy.deepcopy(ours)
    optimisers = [build_optimiser(model, beta2=0.98, weight_decay=0.1) for model in (ours, theirs)]
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = 0.01
    for _ in range(3):
        states = torch.randn(6, 4)
        for model in (ours, theirs):
            model.zero_grad()
            model(states).square().sum().backward()
        norm = gradient_norm(ours)
        step_clipped(optimisers[0], norm, limit)
        expected = nn.utils.clip_grad_norm_(theirs.parameters(), limit or math.inf)
        optimisers[1].step()

        torch.testing.assert_close(norm, expected)
        for found, wanted in zip(ours.parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(found, wanted)
