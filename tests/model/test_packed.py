"""What is packed for reading computes what the model computes."""

import pytest
import torch
from tiny_models import ATTENTIVE, EVERY, build, ragged_batch, target_inputs

from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed

every_model = pytest.mark.parametrize("name", EVERY)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def assert_close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


@every_model
def test_teacher_forcing_gives_the_same(name):
    model = build(EVERY[name])
    fast = packed(model)
    expected = model.decode(model.encode(ragged_batch()), target_inputs())
    actual = fast.decode(fast.encode(ragged_batch()), target_inputs())
    assert_close(actual.logits, expected.logits)


@every_model
def test_steps_of_a_beam_give_the_same(name):
    model = build(EVERY[name])
    fast = packed(model)
    expected_state = model.start(model.encode(ragged_batch()))
    actual_state = fast.start(fast.encode(ragged_batch()))
    parents = torch.tensor([0, 0, 1, 1, 2, 2])
    for number, tokens in enumerate(target_inputs().unbind(dim=1)):
        if number:
            expected_state = expected_state.select(parents)
            actual_state = actual_state.select_beams(parents, None)
            tokens = (tokens + torch.tensor([[0], [3]])).T.flatten() % 23
            parents = torch.tensor([1, 0, 2, 2, 5, 5])
        expected = model.step(expected_state, tokens)
        actual = fast.step(actual_state, tokens)
        assert_close(actual.output.logits, expected.output.logits)
        expected_state, actual_state = expected.state, actual.state
        assert actual_state.position == number + 1


@pytest.mark.parametrize("name", ATTENTIVE)
def test_a_trace_and_an_intervention_are_as_ever(name):
    model = build(EVERY[name])
    fast = packed(model)
    wishes = {"intervention": Intervention(masked_source=frozenset({1})), "trace": True}
    tokens = torch.tensor([4, 5, 6])
    expected = model.step(model.start(model.encode(ragged_batch())), tokens, **wishes).output
    actual = fast.step(fast.start(fast.encode(ragged_batch())), tokens, **wishes).output
    assert_close(actual.logits, expected.logits)
    assert_close(actual.cross.weights, expected.cross.weights)


def test_a_long_target_goes_on_past_the_tabulated_positions(monkeypatch):
    monkeypatch.setattr("attnstudio.model.packed_transformer._TABULATED_POSITIONS", 3)
    model = build(EVERY["transformer"])
    fast = packed(model)
    together = model.decode(model.encode(ragged_batch()), target_inputs()).logits
    state = fast.start(fast.encode(ragged_batch()))
    for position, tokens in enumerate(target_inputs().unbind(dim=1)):
        step = fast.step(state, tokens)
        state = step.state
        assert_close(step.output.logits[:, 0], together[:, position])


@every_model
def test_the_model_is_left_as_it_was(name):
    model = build(EVERY[name])
    before = [(key, type(module)) for key, module in model.named_modules()]
    packed(model)
    assert [(key, type(module)) for key, module in model.named_modules()] == before


def test_a_model_in_another_precision_is_not_packed():
    model = build(EVERY["transformer"]).double()
    assert packed(model) is model
