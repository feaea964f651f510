"""What is packed for reading computes what the model computes."""

import pytest
import torch
from tiny_models import ATTENTIVE, EVERY, build, ragged_batch, ragged_sources, target_inputs

from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import Intervention
from attnstudio.model.packed import packed
from attnstudio.sites import CROSS, SOURCE

every_model = pytest.mark.parametrize("name", EVERY)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def assert_close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


def single(length):
    """One sentence; one of more than 4 ids is longer than a head of the Transformer is wide."""
    values = torch.tensor([[7, 9, 4, 11, 12, 8, 2]])[:, -length:]
    return SourceBatch(values, torch.ones_like(values, dtype=torch.bool))


@every_model
def test_teacher_forcing_gives_the_same(name):
    model = build(EVERY[name])
    fast = packed(model)
    expected = model.decode(model.read(ragged_sources()), target_inputs())
    actual = fast.decode(fast.read(ragged_sources()), target_inputs())
    assert_close(actual.logits, expected.logits)


@every_model
@pytest.mark.parametrize("change", [None, Intervention(masked={CROSS: frozenset({1})})])
@pytest.mark.parametrize("length", [None, 3, 7])
def test_known_targets_look_where_a_traced_decode_looks(name, change, length):
    model = build(EVERY[name])
    fast = packed(model)
    source = ragged_batch() if length is None else single(length)
    inputs = target_inputs()[: len(source.values)]
    expected = model.decode(
        model.read({SOURCE: source}, intervention=change), inputs, intervention=change, trace=True
    )
    actual = fast.look(
        fast.read({SOURCE: source}, intervention=change), inputs, intervention=change
    )
    assert actual.keys() == expected.traces.keys()
    for site, trace in expected.traces.items():
        assert_close(actual[site].weights, trace.weights)
        expected_reach = trace.looked().reached
        reached = actual[site].reached
        if reached is None:
            assert expected_reach.all()
        else:
            assert reached.expand_as(expected_reach).equal(expected_reach)


@every_model
@pytest.mark.parametrize("beams", [1, 3])
@pytest.mark.parametrize("length", [1, 3, 7])
def test_steps_for_one_sentence_give_the_same(name, beams, length):
    model = build(EVERY[name])
    fast = packed(model)
    expected_state = model.start(model.read({SOURCE: single(length)}))
    actual_state = fast.start(fast.read({SOURCE: single(length)}))
    for number, tokens in enumerate(target_inputs()[:beams].unbind(dim=1)):
        expected = model.step(expected_state, tokens[: 1 if number == 0 else beams])
        actual = fast.step(actual_state, tokens[: 1 if number == 0 else beams])
        assert_close(actual.output.logits, expected.output.logits)
        parents = torch.zeros(beams, dtype=torch.long) if number == 0 else torch.arange(beams) // 2
        expected_state = expected.state.select(parents)
        actual_state = actual.state.select_beams(parents, None)


@every_model
def test_steps_for_one_sentence_with_padding_give_the_same(name):
    model = build(EVERY[name])
    fast = packed(model)
    values = torch.tensor([[7, 9, 2, 0]])
    source = SourceBatch(values, values != 0)
    expected = model.step(model.start(model.read({SOURCE: source})), torch.tensor([1]))
    actual = fast.step(fast.start(fast.read({SOURCE: source})), torch.tensor([1]))
    assert_close(actual.output.logits, expected.output.logits)


@every_model
def test_a_packed_state_may_be_stepped_from_twice_and_its_rows_selected(name):
    model = build(EVERY[name])
    fast = packed(model)
    state = fast.step(fast.start(fast.read({SOURCE: single(3)})), torch.tensor([1])).state
    state = state.select_beams(torch.tensor([0, 0]), None)
    state = fast.step(state, torch.tensor([5, 6])).state
    first = fast.step(state, torch.tensor([4, 9])).output.logits
    chosen = state.select(torch.tensor([1, 0, 1]))
    assert_close(
        fast.step(chosen, torch.tensor([9, 4, 9])).output.logits, first[torch.tensor([1, 0, 1])]
    )
    assert_close(fast.step(state, torch.tensor([4, 9])).output.logits, first)
    traced = fast.step(state, torch.tensor([4, 9]), trace=True)
    assert_close(traced.output.logits, first)


@every_model
def test_steps_of_a_beam_give_the_same(name):
    model = build(EVERY[name])
    fast = packed(model)
    expected_state = model.start(model.read(ragged_sources()))
    actual_state = fast.start(fast.read(ragged_sources()))
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
    wishes = {"intervention": Intervention(masked={CROSS: frozenset({1})}), "trace": True}
    tokens = torch.tensor([4, 5, 6])
    expected = model.step(model.start(model.read(ragged_sources())), tokens, **wishes).output
    actual = fast.step(fast.start(fast.read(ragged_sources())), tokens, **wishes).output
    assert_close(actual.logits, expected.logits)
    assert_close(actual.traces[CROSS].weights, expected.traces[CROSS].weights)


def test_a_long_target_goes_on_past_the_tabulated_positions(monkeypatch):
    monkeypatch.setattr("attnstudio.model.packed_transformer._TABULATED_POSITIONS", 3)
    model = build(EVERY["transformer"])
    fast = packed(model)
    together = model.decode(model.read(ragged_sources()), target_inputs()).logits
    state = fast.start(fast.read(ragged_sources()))
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
