"""Gradients against finite differences and closed forms; integrated ones add up."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from made_models import KINDS, copying, linear, made_example
from tiny_models import ATTENTIVE, build

from attnstudio.attribution.example import Example, log_probs_of
from attnstudio.attribution.gradients import input_path, integrated_path, slopes_along
from attnstudio.attribution.work import Work
from attnstudio.model.interface import Embedded
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID, UNKNOWN_ID


def gradient_by_input(model, example):
    return slopes_along(model, example, [input_path(model, example)])[0]


def integrated_gradients(model, example, steps=5):
    return slopes_along(model, example, [integrated_path(model, example, steps)])[0]


@torch.no_grad()
def log_probs_from(model, example, states):
    mask = torch.ones(states.shape[:2], dtype=torch.bool)
    change = example.intervention
    encoded = model.encode({SOURCE: Embedded(states, mask)}, intervention=change)
    output = model.decode(encoded, example.inputs, intervention=change)
    scores = output.logits[0].log_softmax(-1)  # as precise as the states
    return scores.gather(1, example.targets.T)[:, 0]


@torch.no_grad()
def finite_differences(model, example, step=1e-6):
    """∂ log p(y_t) / ∂ x_j along x_j itself, in double precision, from both sides."""
    model = model.double()
    states = model.embed(example.sources_of(example.source))[SOURCE].states
    found = []
    for place in range(states.size(1)):
        there = torch.zeros_like(states)
        there[:, place] = step * states[:, place]
        ahead = log_probs_from(model, example, states + there)
        found.append((ahead - log_probs_from(model, example, states - there)) / (2 * step))
    return torch.stack(found, dim=1).numpy()


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_by_input_is_the_slope_along_the_vector_of_a_piece(kind):
    found = gradient_by_input(build(ATTENTIVE[kind]), made_example()).numpy()
    wanted = finite_differences(build(ATTENTIVE[kind]), made_example())
    assert np.abs(wanted).max() > 0.05
    np.testing.assert_allclose(found, wanted, atol=2e-3)


def test_gradient_by_input_of_many_target_pieces_is_that_of_each():
    """More than are predicted together, so that every part of them is tried."""
    targets = torch.tensor([[5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 4, 5, 6, 7, 8, END_ID]])
    example = replace(made_example(), targets=targets)
    found = gradient_by_input(build(ATTENTIVE["transformer"]), example).numpy()
    wanted = finite_differences(build(ATTENTIVE["transformer"]), example)
    np.testing.assert_allclose(found, wanted, atol=2e-3)


def test_a_changed_attention_holds_for_gradients():
    heads = frozenset(HeadAddress(CROSS, layer, head) for layer in range(3) for head in range(4))
    example = replace(made_example(), intervention=Intervention(ablated_heads=heads))
    for ask in (gradient_by_input, integrated_gradients):
        assert not ask(build(ATTENTIVE["transformer"]), example).any()
    assert gradient_by_input(build(ATTENTIVE["transformer"]), made_example()).any()


def test_gradient_by_input_of_a_linear_model_is_its_formula():
    """∂ log p(y) / ∂ x_j · x_j = mix[t, j] (w_y - Σ_v p_v w_v) · x_j."""
    model, mix = linear()
    example = Example(
        SOURCE, torch.tensor([[4, 5, 6, END_ID]]), torch.tensor([[7, 8, END_ID]]), [(0,), (1, 2)]
    )
    table, weight = model.table.detach().numpy(), model.projection.weight.detach().numpy()
    bias, mix = model.projection.bias.detach().numpy(), mix.numpy()
    inputs = table[[4, 5, 6, END_ID]]
    wanted = np.zeros((3, 4))
    for t, target in enumerate((7, 8, END_ID)):
        scores = weight @ (mix[t, :4] @ inputs) + bias
        probs = np.exp(scores - scores.max())
        slope = weight[target] - (probs / probs.sum()) @ weight
        wanted[t] = mix[t, :4] * (inputs @ slope)
    found = gradient_by_input(model, example).numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


# The edge of a window whose place is predicted moves over pieces while a source fades in: each time
# the probability jumps, and no gradient tells of a jump.
SMOOTH = [kind for kind in KINDS if "predicted" not in kind]


@pytest.mark.parametrize("kind", SMOOTH)
def test_integrated_gradients_add_up_to_what_all_words_change(kind):
    """Completeness (Sundararajan et al. 2017, proposition 1) within 0.01 nats in 1,024 steps."""
    model, example = build(ATTENTIVE[kind]), made_example()
    erased = example.without(range(len(example.words)))
    assert erased.tolist() == [UNKNOWN_ID] * 4 + [END_ID]
    log_probs = log_probs_of(model, example, torch.stack([example.source[0], erased])).detach()
    changes = log_probs[0] - log_probs[1]
    assert changes.abs().max() > 0.1
    many = integrated_gradients(model, example, steps=1024)
    torch.testing.assert_close(many.sum(dim=1), changes, atol=0.01, rtol=0.0)
    assert not many[:, -1].any(), "</s> is the same at both ends"


def test_integrated_gradients_are_the_integral_of_finite_differences():
    model, example = build(ATTENTIVE["transformer"]).double(), made_example()
    ids = torch.stack([example.source[0], example.without(range(3))])
    with torch.no_grad():
        real, baseline = model.embed(example.sources_of(ids))[SOURCE].states.split(1)
    steps, place, step = 40, 1, 1e-6
    total = np.zeros(5)
    for number in range(steps):
        point = baseline + (number + 0.5) / steps * (real - baseline)
        there = torch.zeros_like(point)
        there[:, place] = step * (real - baseline)[:, place]
        ahead = log_probs_from(model, example, point + there)
        total += ((ahead - log_probs_from(model, example, point - there)) / (2 * step)).numpy()
    found = integrated_gradients(build(ATTENTIVE["transformer"]), example, steps=steps)
    np.testing.assert_allclose(found[:, place].numpy(), total / steps, atol=2e-3)


def test_integrated_gradients_of_a_copy_are_where_it_copies_from():
    source = torch.tensor([[5, 8, 6, END_ID]])
    example = Example(SOURCE, source, source, [(0,), (1,), (2,)])
    found = integrated_gradients(copying(), example, steps=200).numpy()
    np.testing.assert_allclose(found, np.diag([6.0, 6.0, 6.0, 0.0]), atol=0.01)


def test_paths_that_go_together_are_each_as_alone():
    model, example = build(ATTENTIVE["transformer"]), made_example()
    paths = [input_path(model, example), integrated_path(model, example)]
    for found, path in zip(slopes_along(model, example, paths), paths, strict=True):
        torch.testing.assert_close(found, slopes_along(model, example, [path])[0])


def test_gradients_tell_how_far_they_are_and_end_when_they_are_told_to():
    model, told = build(ATTENTIVE["transformer"]), []
    work = Work(told.append, lambda: len(told) == 3)

    assert slopes_along(model, made_example(), [input_path(model, made_example())], work) is None
    assert told == [0.0, 0.2, 0.4]
