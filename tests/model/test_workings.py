"""What the numbers of a step were made of is there when it is asked for, and only then."""

import pytest
import torch
from tiny_models import ATTENTIVE, EVERY, RECURRENT, build, ragged_sources, target_inputs

from attnstudio.model.transformer import TransformerModel


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


@pytest.mark.parametrize("name", EVERY)
def test_nobody_who_does_not_ask_gets_workings(name):
    model = build(EVERY[name])
    encoded = model.read(ragged_sources())

    assert model.decode(encoded, target_inputs()).workings is None


@pytest.mark.parametrize("name", RECURRENT)
def test_cells_that_are_run_again_stand_where_they_stood(name):
    model = build(ATTENTIVE[name])
    encoded = model.read(ragged_sources())
    inputs = target_inputs()
    replayed = model.decode(encoded, inputs, trace=True).workings.cells.replay()

    state = model.start(encoded)
    for step in range(inputs.size(1)):
        for layer, cells in enumerate(replayed):
            before = state.cells.hidden[layer]
            torch.testing.assert_close(cells.hidden[:, step], before, atol=1e-5, rtol=0)
            if state.cells.memory:
                kept = state.cells.memory[layer]
                torch.testing.assert_close(cells.memory[:, step], kept, atol=1e-5, rtol=0)
        state = model.step(state, inputs[:, step]).state
    assert torch.allclose(replayed[-1].hidden[:, -1], state.cells.top, atol=1e-5)


@pytest.mark.parametrize("name", ATTENTIVE)
def test_queries_and_features_follow_from_what_they_are_made_of(name):
    model = build(ATTENTIVE[name])
    output = model.decode(model.read(ragged_sources()), target_inputs(), trace=True)

    made = output.workings.features
    features = made.layer(made.inputs)
    if made.sums is not None:
        torch.testing.assert_close(made.sums, features)
        features = features.unflatten(-1, (-1, 2)).amax(dim=-1)
    elif not isinstance(model, TransformerModel):
        features = features.tanh()
    torch.testing.assert_close(features, output.features)
    for trace in output.traces.values():
        for layer, workings in enumerate(trace.workings):
            queries = workings.query(workings.asking)  # (batch, query_len, heads * size)
            expected = trace.queries[:, layer]
            heads = queries.unflatten(-1, (expected.size(1), -1)).transpose(1, 2)
            torch.testing.assert_close(workings.positions.turn(heads, 0), expected)


def test_a_chosen_row_of_an_encoder_brings_its_workings_along():
    model = build(ATTENTIVE["transformer"])
    encoded = model.read(ragged_sources(), trace=True)

    chosen = encoded.select(torch.tensor([2, 0]))

    for site, trace in chosen.traces.items():
        for kept, whole in zip(trace.workings, encoded.traces[site].workings, strict=True):
            assert torch.equal(kept.asking, whole.asking[[2, 0]])
            assert torch.equal(kept.context, whole.context[[2, 0]])
            assert torch.equal(kept.given, whole.given[[2, 0]])
