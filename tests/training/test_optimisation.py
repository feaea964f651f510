import copy
import math

import pytest
import torch
from torch import nn

from attnstudio.training.optimisation import (
    build_optimiser,
    gradient_norm,
    layer_gradient_norms,
    load_optimiser_tensors,
    optimiser_tensors,
    step_clipped,
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


def test_each_layer_of_a_stack_has_its_own_norm_and_nothing_else_has():
    torch.manual_seed(1)
    model = nn.Module()
    model.encoder_layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
    model.decoder_layers = nn.ModuleList([nn.Linear(3, 2)])
    model.last = nn.Linear(2, 1)
    states = torch.randn(5, 3)
    for layer in (*model.encoder_layers, *model.decoder_layers, model.last):
        states = layer(states).tanh()
    states.sum().backward()

    found = layer_gradient_norms(model)

    layers = [*model.encoder_layers, *model.decoder_layers]
    wanted = [torch.cat([p.grad.flatten() for p in layer.parameters()]).norm() for layer in layers]
    assert list(found) == ["encoder.0", "encoder.1", "decoder.0"]
    assert list(found.values()) == pytest.approx([float(each) for each in wanted])
    assert layer_gradient_norms(nn.Linear(2, 2)) == {}
