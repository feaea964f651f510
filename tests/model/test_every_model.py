"""What every model promises, whatever its family."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from kinds import normalised
from tiny_models import (
    ATTENTIVE,
    EVERY,
    RECURRENT,
    TRANSFORMER,
    TRANSFORMERS,
    build,
    ragged_batch,
    ragged_sources,
    target_inputs,
)
from torch.nn import functional

from attnstudio.model.interface import SourceBatch
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.sites import CROSS, DECODER_SELF, SOURCE

every_model = pytest.mark.parametrize("name", EVERY)
every_attentive_model = pytest.mark.parametrize("name", ATTENTIVE)
LENGTHS = (5, 3, 4)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def read(model, **wishes):
    encoded = model.read(ragged_sources(), **wishes)
    return model.decode(encoded, target_inputs(), **wishes)


def step_through(model, state, inputs, **wishes):
    """The outputs of one step a target position."""
    outputs = []
    for tokens in inputs.unbind(dim=1):
        step = model.step(state, tokens, **wishes)
        outputs.append(step.output)
        state = step.state
    return outputs


def specs_of(model):
    """What its attention on the source computes, layer by layer."""
    parts = [part for part in model.modules() if getattr(part, "site", None) == CROSS]
    return [part.spec for part in parts if hasattr(part, "spec")]


def reached_by(model, trace):
    """What each reach adds to the scores and where it lets look, padding aside.

    What it should is tested where it is tested alone.
    """
    padding = ragged_batch().mask[:, None, None, :]
    added, masks = [], []
    for layer, spec in enumerate(specs_of(model)):
        queries = trace.queries[:, layer]
        reached = spec.reach.over(queries, 5, first_query=0, padding=padding)
        shape = (*queries.shape[:3], 5)
        added.append(torch.zeros(shape) + sum(term.values for term in reached.terms))
        mask = padding if reached.mask is None else padding & reached.mask
        masks.append(mask.expand(shape))
    return torch.stack(added, dim=1), torch.stack(masks, dim=1)


def assert_close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


@every_model
def test_steps_give_the_logits_of_teacher_forcing(name):
    model = build(EVERY[name])
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs()).logits
    steps = step_through(model, model.start(encoded), target_inputs())
    assert together.shape == (3, 6, 23)
    assert_close(torch.cat([step.logits for step in steps], dim=1), together)


@every_attentive_model
def test_steps_look_where_teacher_forcing_looks(name):
    model = build(EVERY[name])
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs(), trace=True)
    steps = step_through(model, model.start(encoded), target_inputs(), trace=True)
    for part in ("queries", "scores", "weights"):
        joined = torch.cat([getattr(step.traces[CROSS], part) for step in steps], dim=3)
        assert_close(joined, getattr(together.traces[CROSS], part))
    for step in steps:
        assert_close(step.traces[CROSS].keys, together.traces[CROSS].keys)


def test_steps_of_a_transformer_look_at_the_target_as_teacher_forcing_does():
    model = build(TRANSFORMER)
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs(), trace=True).traces[DECODER_SELF]
    steps = step_through(model, model.start(encoded), target_inputs(), trace=True)
    for position, step in enumerate(steps):
        seen = slice(position + 1)
        own = step.traces[DECODER_SELF]
        assert_close(own.weights[..., 0, :], together.weights[..., position, seen])
        assert_close(own.scores[..., 0, :], together.scores[..., position, seen])
        assert_close(own.keys, together.keys[..., seen, :])


@every_model
def test_a_state_counts_the_tokens_it_was_fed(name):
    model = build(EVERY[name])
    state = model.start(model.read(ragged_sources()))
    for position in range(3):
        assert state.position == position
        state = model.step(state, torch.tensor([4, 5, 6])).state


@every_model
def test_the_path_with_a_trace_gives_the_logits_of_the_fused_path(name):
    model = build(EVERY[name])
    fused = model.read(ragged_sources())
    explicit = model.read(ragged_sources(), trace=True)
    real = ragged_batch().mask
    assert_close(explicit.sources[SOURCE].states[real], fused.sources[SOURCE].states[real])
    assert_close(read(model, trace=True).logits, read(model).logits)


@every_model
def test_nothing_is_traced_unless_asked_for(name):
    model = build(EVERY[name])
    output = read(model)
    assert CROSS not in output.traces
    assert DECODER_SELF not in output.traces
    assert model.read(ragged_sources()).traces == {}


@every_attentive_model
def test_the_trace_has_its_layers_heads_and_lengths(name):
    trace = read(build(EVERY[name]), trace=True).traces[CROSS]
    layers, heads, size = (3, 4, 4)
    if name not in TRANSFORMERS:
        layers, heads = 1, EVERY[name].heads
        size = EVERY[name].hidden_size // heads
    assert trace.queries.shape == (3, layers, heads, 6, size)
    assert trace.keys.shape == (3, layers, heads, 5, size)
    assert trace.scores.shape == trace.weights.shape == (3, layers, heads, 6, 5)


@every_attentive_model
def test_weights_are_the_normalised_scores(name):
    model = build(EVERY[name])
    trace = read(model, trace=True).traces[CROSS]
    expected = [
        normalised(spec.normaliser, trace.scores[:, layer])
        for layer, spec in enumerate(specs_of(model))
    ]
    assert_close(trace.weights.double(), torch.from_numpy(np.stack(expected, axis=1)))
    assert_close(trace.weights.sum(-1), torch.ones(trace.weights.shape[:-1]))


@every_attentive_model
def test_scores_follow_from_the_traced_queries_and_keys(name):
    model = build(EVERY[name])
    trace = read(model, trace=True).traces[CROSS]
    products = trace.queries @ trace.keys.transpose(-2, -1)
    if name.startswith(("additive", "concat", "transformer-additive")):
        vectors = torch.stack(
            [spec.score.weight for spec in specs_of(model)]
        )  # of all or each head
        sums = trace.queries[..., :, None, :] + trace.keys[..., None, :, :]
        for layer, workings in enumerate(trace.workings):
            if (known := workings.coverage) is not None:
                sums[:, layer] += known.covered[..., None] * known.vectors[:, None, None]
        expected = (sums.tanh() * vectors[:, :, None, None]).sum(-1)
    elif name.startswith(("dot", "general", "transformer-dot")):
        expected = products
    elif "linear" in name:
        queries, keys = (functional.elu(each) + 1 for each in (trace.queries, trace.keys))
        expected = queries @ keys.transpose(-2, -1)
    else:
        expected = products / trace.queries.size(-1) ** 0.5
    added, seen = reached_by(model, trace)
    assert_close(trace.scores, (expected + added).masked_fill(~seen, -torch.inf))


@every_attentive_model
def test_padding_is_never_looked_at(name):
    trace = read(build(EVERY[name]), trace=True).traces[CROSS]
    for row, length in enumerate(LENGTHS):
        assert trace.weights[row, ..., length:].eq(0.0).all()
        assert trace.scores[row, ..., length:].eq(-torch.inf).all()


@every_model
def test_a_sentence_alone_and_padded_in_a_batch_give_the_same(name):
    model = build(EVERY[name])
    together = read(model, trace=True)
    source = ragged_batch()
    for row, length in enumerate(LENGTHS):
        alone = SourceBatch(source.values[row : row + 1, :length], source.mask[:1, :length])
        inputs = target_inputs()[row : row + 1]
        output = model.decode(model.read({SOURCE: alone}), inputs, trace=True)
        assert_close(output.logits[0], together.logits[row])
        if CROSS in output.traces:
            assert_close(
                output.traces[CROSS].weights[0], together.traces[CROSS].weights[row, ..., :length]
            )


@every_model
def test_a_later_target_does_not_change_earlier_logits(name):
    model = build(EVERY[name])
    encoded = model.read(ragged_sources())
    changed = target_inputs()
    changed[:, 4:] = 3
    before = model.decode(encoded, target_inputs()).logits
    after = model.decode(encoded, changed).logits
    assert_close(after[:, :4], before[:, :4])
    assert not torch.allclose(after[:, 4:], before[:, 4:])


@every_model
def test_selected_rows_go_on_as_the_rows_they_were(name):
    model = build(EVERY[name])
    state = model.start(model.read(ragged_sources()))
    for tokens in target_inputs()[:, :3].unbind(dim=1):
        state = model.step(state, tokens).state
    rows = torch.tensor([2, 0, 0, 1, 2])
    tokens = target_inputs()[:, 3]
    expected = model.step(state, tokens, trace=True)
    actual = model.step(state.select(rows), tokens[rows], trace=True)
    assert_close(actual.output.logits, expected.output.logits[rows])
    if CROSS in expected.output.traces:
        assert_close(
            actual.output.traces[CROSS].weights, expected.output.traces[CROSS].weights[rows]
        )
        assert_close(actual.output.traces[CROSS].keys, expected.output.traces[CROSS].keys[rows])
    later = model.step(actual.state, tokens[rows]).output.logits
    assert_close(later, model.step(expected.state, tokens).output.logits[rows])


@every_model
def test_rows_that_share_a_source_go_on_like_rows_that_have_their_own(name):
    model = build(EVERY[name])
    shared = own = model.start(model.read(ragged_sources()))
    sources = torch.tensor([0, 2])
    choices = [
        (torch.tensor([0, 0, 1, 1, 2, 2]), None),
        (torch.tensor([1, 0, 5, 5]), sources),
        (torch.tensor([1, 1, 2, 3]), None),
    ]
    for number, (rows, kept) in enumerate(choices):
        shared, own = shared.select_beams(rows, kept), own.select(rows)
        tokens = torch.arange(4, 4 + len(rows))
        traced = model.step(shared, tokens, trace=True)
        expected = model.step(own, tokens, trace=True)
        assert_close(traced.output.logits, expected.output.logits)
        if CROSS in expected.output.traces:
            assert_close(traced.output.traces[CROSS].weights, expected.output.traces[CROSS].weights)
        step = model.step(shared, tokens)
        assert_close(step.output.logits, expected.output.logits)
        shared, own = (step.state, traced.state)[number % 2], expected.state
        assert shared.position == number + 1
    assert_close(
        model.step(shared.select(torch.tensor([3, 0])), torch.tensor([9, 8])).output.logits,
        model.step(own.select(torch.tensor([3, 0])), torch.tensor([9, 8])).output.logits,
    )


@every_model
def test_a_state_may_be_stepped_from_twice(name):
    model = build(EVERY[name])
    state = model.start(model.read(ragged_sources()))
    first = model.step(state, torch.tensor([4, 5, 6])).output.logits
    model.step(state, torch.tensor([7, 8, 9]))
    assert_close(model.step(state, torch.tensor([4, 5, 6])).output.logits, first)


# --- interventions -------------------------------------------------------------------------------


ROW = (0.1, 0.6, 0.3)


def joined_rows(steps, site, keys):
    """The weights of all steps, with zeros for the keys that a step does not have yet."""
    rows = (step.traces[site].weights for step in steps)
    return torch.cat([functional.pad(row, (0, keys - row.size(-1))) for row in rows], dim=3)


def read_both_ways(model, change):
    """The output of teacher forcing, and that of the steps joined to the same shape."""
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs(), intervention=change, trace=True)
    steps = step_through(
        model, model.start(encoded), target_inputs(), intervention=change, trace=True
    )
    joined = replace(
        together,
        features=torch.cat([step.features for step in steps], dim=1),
        traces={
            site: replace(trace, weights=joined_rows(steps, site, trace.weights.size(-1)))
            for site, trace in together.traces.items()
        },
    )
    return together, joined


@every_attentive_model
def test_a_replaced_row_is_what_the_model_looks_with(name):
    model = build(EVERY[name])
    layer, head = (1, 2) if name in TRANSFORMERS else (0, 0)
    change = Intervention(rows={RowAddress(CROSS, layer, head, 2): ROW})
    before = read(model, trace=True)
    for output in read_both_ways(model, change):
        expected = torch.tensor([*ROW, 0.0, 0.0]).expand(3, 5)
        assert_close(output.traces[CROSS].weights[:, layer, head, 2], expected)
        assert_close(
            output.traces[CROSS].weights[:, layer, head, :2],
            before.traces[CROSS].weights[:, layer, head, :2],
        )
        below = [each.traces[CROSS].weights[:, :layer] for each in (output, before)]
        assert_close(*below)
        assert_close(output.logits[:, :2], before.logits[:, :2])
        assert not torch.allclose(output.logits[:, 2], before.logits[:, 2], atol=1e-4)


@every_attentive_model
def test_a_masked_source_gets_nothing_and_the_rest_shares_it(name):
    model = build(EVERY[name])
    before = read(model, trace=True)
    for output in read_both_ways(model, Intervention(masked={CROSS: frozenset({1})})):
        weights = output.traces[CROSS].weights
        assert weights[..., 1].eq(0.0).all()
        assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
        # Of the first layer at the first position: nothing before it has changed yet.
        scores = before.traces[CROSS].scores[:, 0].clone()
        scores[..., 1] = -torch.inf
        expected = torch.from_numpy(normalised(specs_of(model)[0].normaliser, scores))
        assert_close(weights[:, 0, :, 0].double(), expected[:, :, 0])
        assert not torch.allclose(output.logits, before.logits, atol=1e-4)


@every_attentive_model
def test_interventions_act_alike_in_steps_and_in_teacher_forcing(name):
    model = build(EVERY[name])
    change = Intervention(
        rows={RowAddress(CROSS, 0, 0, 3): ROW},
        masked={CROSS: frozenset({0})},
        ablated_heads=frozenset({HeadAddress(CROSS, 1, 2)}),
    )
    together, steps = read_both_ways(model, change)
    assert_close(steps.logits, together.logits)
    assert_close(steps.traces[CROSS].weights, together.traces[CROSS].weights)


@pytest.mark.parametrize("name", RECURRENT)
def test_without_its_heads_a_recurrent_decoder_sees_a_context_of_zeros(name):
    """Zero weights give a zero context too, by a path of their own."""
    model, heads = build(EVERY[name]), range(EVERY[name].heads)
    without = Intervention(ablated_heads=frozenset(HeadAddress(CROSS, 0, head) for head in heads))
    nothing = Intervention(
        rows={
            RowAddress(CROSS, 0, head, target): (0.0,) * 5 for head in heads for target in range(6)
        }
    )
    ablated = read_both_ways(model, without)
    assert_close(ablated[0].logits, read(model, intervention=nothing).logits)
    assert_close(ablated[1].logits, ablated[0].logits)
    assert_close(ablated[0].traces[CROSS].weights.sum(-1), torch.ones(3, 1, len(heads), 6))


@every_model
def test_an_intervention_that_changes_nothing_changes_nothing(name):
    model = build(EVERY[name])
    assert_close(read(model, intervention=Intervention()).logits, read(model).logits)


# --- training ------------------------------------------------------------------------------------


@every_model
def test_training_repeats_exactly_from_the_same_random_state(name):
    model = build(EVERY[name]).train()
    state = torch.get_rng_state()
    first = read(model).logits
    torch.set_rng_state(state)
    assert read(model).logits.equal(first)
    assert not read(model).logits.equal(first)


@every_model
def test_every_parameter_learns(name):
    model = build(EVERY[name]).train()
    with torch.enable_grad():
        read(model).logits.logsumexp(-1).sum().backward()
    assert [key for key, value in model.named_parameters() if value.grad is None] == []


@every_model
def test_bfloat16_autocast_trains(name):
    model = build(EVERY[name]).train()
    with torch.enable_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        output = read(model, trace=True)
        logits = output.logits
        logits.float().logsumexp(-1).sum().backward()
    assert logits.isfinite().all()
    assert CROSS not in output.traces or output.traces[CROSS].weights.dtype is torch.float32
