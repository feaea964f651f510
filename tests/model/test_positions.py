"""Every way to know places is the formula of its paper, in steps and beyond all known lengths."""

import numpy as np
import pytest
import torch
from numpy_models import NumpyTransformer, alibi_slope, turned
from safetensors.numpy import load_file
from safetensors.torch import save_file
from tiny_models import TRANSFORMER, VOCABULARY, build, ragged_sources, target_inputs

from attnstudio.config_attention import LEARNT_PLACES, PositionKind
from attnstudio.model.attention.alibi import Alibi, alibi_slopes
from attnstudio.model.attention.distances import at_pairs, distances_between
from attnstudio.model.attention.relative import Relative
from attnstudio.model.attention.rotary import Rotary
from attnstudio.model.builder import build_model
from attnstudio.model.input_positions import LearntPositions
from attnstudio.model.interface import SourceBatch
from attnstudio.model.weights import named_weights
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE
from attnstudio.training.optimisation import build_optimiser

CPU = torch.device("cpu")
IDS, INPUTS = [7, 9, 4, 11, 2], [1, 5, 6, 7, 8]
TERMS = {  # of a text that looks at itself
    PositionKind.SINUSOIDAL: ["q·k/√d"],
    PositionKind.LEARNT: ["q·k/√d"],
    PositionKind.NONE: ["q·k/√d"],
    PositionKind.ROTARY: ["q·k/√d"],
    PositionKind.ALIBI: ["q·k/√d", "−m·|i−j|"],
    PositionKind.RELATIVE: ["q·k/√d", "q·a/√d"],
    PositionKind.TRANSFORMER_XL: ["q·k/√d", "q·(W r)/√d", "u·k/√d", "v·(W r)/√d"],
}
every_kind = pytest.mark.parametrize("kind", PositionKind)


@pytest.fixture(autouse=True)
def _no_gradients():
    with torch.no_grad():
        yield


def built(kind, **changes):
    return build(TRANSFORMER.model_copy(update={"positions": kind, **changes}))


def source_of(ids):
    values = torch.tensor([ids])
    return {SOURCE: SourceBatch(values, torch.ones_like(values) > 0)}


def traces_of(model, sources, inputs):
    encoded = model.read(sources, trace=True)
    output = model.decode(encoded, inputs, trace=True)
    return {**encoded.traces, **output.traces}, output.logits


def assert_close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


# --- against NumPy, from the file ----------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("heads", [4, 2], ids=str)
def test_every_number_of_five_pieces_follows_from_the_file_in_numpy(kind, heads, tmp_path):
    model = built(kind, heads=heads)
    save_file(named_weights(model), tmp_path / "model.safetensors")
    witness = NumpyTransformer(load_file(tmp_path / "model.safetensors"), heads, kind.value)
    logits, seen = witness.read(np.array(IDS), np.array(INPUTS))
    traces, found = traces_of(model, source_of(IDS), torch.tensor([INPUTS]))

    np.testing.assert_allclose(found[0], logits, atol=2e-5, rtol=1e-4)
    for site in (ENCODER_SELF, DECODER_SELF, CROSS):
        trace = traces[site]
        for layer in range(trace.weights.size(1)):
            expected = seen[site.name, layer]
            np.testing.assert_allclose(trace.weights[0, layer], expected["weights"], atol=1e-5)
            for term in trace.terms:
                wanted = np.array([each[term.symbol] for each in expected["terms"]])
                np.testing.assert_allclose(term.values[0, layer], wanted, atol=1e-5)


@every_kind
def test_the_terms_have_names_and_their_sum_is_the_score(kind):
    traces, _ = traces_of(built(kind), ragged_sources(), target_inputs())
    for site in (ENCODER_SELF, DECODER_SELF, CROSS):
        trace = traces[site]
        names = TERMS[kind] if site.is_self else ["q·k/√d"]  # places of two texts are no distance
        assert [term.symbol for term in trace.terms] == names
        assert {term.values.shape for term in trace.terms} == {trace.scores.shape}
        seen = trace.scores.isfinite()
        assert_close(torch.stack([term.values for term in trace.terms]).sum(0)[seen],
                     trace.scores[seen])  # fmt: skip


# --- in steps, with what came before -------------------------------------------------------------


@every_kind
def test_steps_look_at_what_is_written_as_teacher_forcing_does(kind):
    model = built(kind)
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs(), trace=True).traces[DECODER_SELF]
    state = model.start(encoded)
    for place, tokens in enumerate(target_inputs().unbind(dim=1)):
        step = model.step(state, tokens, trace=True)
        state, own = step.state, step.output.traces[DECODER_SELF]
        assert_close(own.weights[..., 0, :], together.weights[..., place, : place + 1])
        assert_close(own.keys, together.keys[..., : place + 1, :])
        for mine, its in zip(own.terms, together.terms, strict=True):
            assert_close(mine.values[..., 0, :], its.values[..., place, : place + 1])


@every_kind
@pytest.mark.parametrize("first", [1, 3])
def test_a_text_may_be_fed_in_two_parts(kind, first):
    """As when a beginning is given: several queries, with context to their left."""
    model = built(kind)
    encoded = model.read(ragged_sources())
    together = model.decode(encoded, target_inputs()).logits
    state = model.start(encoded)
    parts = []
    for inputs in target_inputs().split([first, 6 - first], dim=1):
        step = model._advance(state, inputs, None, trace=False)
        state = step.state
        parts.append(step.output.logits)
    assert_close(torch.cat(parts, dim=1), together)


@every_kind
def test_a_text_far_longer_than_any_in_training_is_read_and_written(kind):
    model = built(kind)
    ids = torch.randint(3, 23, (1, 700), generator=torch.Generator().manual_seed(3))
    sources = {SOURCE: SourceBatch(ids, torch.ones_like(ids) > 0)}
    encoded = model.read(sources)
    together = model.decode(encoded, ids)
    assert together.logits.isfinite().all()
    state = (
        model.decode(encoded, ids[:, :-1]),
        model._advance(model.start(encoded), ids[:, :-1], None, trace=False).state,
    )
    last = model.step(state[1], ids[:, -1]).output.logits
    torch.testing.assert_close(last, together.logits[:, -1:], atol=1e-4, rtol=1e-4)


@every_kind
def test_the_order_of_what_is_read_counts_but_without_positions(kind):
    model = built(kind)
    there = model.read(source_of(IDS)).sources[SOURCE].states
    back = model.read(source_of(IDS[::-1])).sources[SOURCE].states.flip(1)
    assert torch.allclose(there, back, atol=1e-5) == (kind in UNORDERED)


# A reversed text has all distances of the text, in the other direction: who knows distances alone
# cannot tell them apart, and finds everything the other way round.
UNORDERED = {PositionKind.NONE, PositionKind.ALIBI}


# --- learnt --------------------------------------------------------------------------------------


def test_each_text_has_a_table_of_its_own_that_begins_at_zero():
    torch.manual_seed(1)
    model = build_model(TRANSFORMER.model_copy(update={"positions": "learnt"}), VOCABULARY)
    tables = [model.source_positions.weight, model.target_positions.weight]
    assert [tuple(table.shape) for table in tables] == [(LEARNT_PLACES, 16)] * 2
    assert not torch.cat(tables).any()
    assert {"source_positions.weight", "target_positions.weight"} < named_weights(model).keys()


def test_nothing_is_added_beyond_the_last_place():
    places = LearntPositions(4, places=3)
    torch.nn.init.normal_(places.weight)
    found = places.vectors(1, 4, CPU)
    assert torch.equal(found[:2], places.weight[1:] * 2.0)  # √4
    assert found[2:].eq(0.0).all()
    assert torch.equal(places.vectors(7, 2, CPU), torch.zeros(2, 4))


def test_places_that_no_text_had_stay_without_anything():
    torch.manual_seed(1)
    model = build_model(TRANSFORMER.model_copy(update={"positions": "learnt"}), VOCABULARY)
    optimiser = build_optimiser(model, beta2=0.98, weight_decay=0.1)
    optimiser.param_groups[0]["lr"] = 0.1
    with torch.enable_grad():
        for _ in range(3):
            model.decode(model.read(ragged_sources()), target_inputs()).logits.pow(
                2
            ).sum().backward()
            optimiser.step()
    for table, length in ((model.source_positions, 5), (model.target_positions, 6)):
        assert table.weight[:length].norm(dim=1).min() > 0.1
        assert table.weight[length:].eq(0.0).all()


def test_gradients_of_places_are_the_same_without_padding():
    """`Unpadding` picks the vectors of places for each token: each must get back what is its."""
    model = built(PositionKind.LEARNT, dropout=0.0).train()
    found = []
    for rounds in (False, True):
        model.zero_grad()
        with torch.enable_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=rounds):
            encoded = model.read(ragged_sources())
            logits = model.decode(encoded, target_inputs()).logits
            logits.float().log_softmax(-1)[..., 5].sum().backward()
        found.append(model.source_positions.weight.grad[:6].clone())
    scale = found[0].abs().max()
    torch.testing.assert_close(found[1] / scale, found[0] / scale, atol=0.05, rtol=0)
    assert found[1][5].eq(0.0).all()


# --- rotary --------------------------------------------------------------------------------------


def test_turned_products_depend_on_the_distance_alone():
    queries, keys = torch.randn(1, 2, 4, 6, generator=torch.Generator().manual_seed(1)).chunk(2, 1)
    rotary = Rotary()
    near = rotary.turn(queries, 2) @ rotary.turn(keys, 0).mT
    far = rotary.turn(queries, 402) @ rotary.turn(keys, 400).mT
    torch.testing.assert_close(near, far, atol=2e-4, rtol=0)
    assert not torch.allclose(near, rotary.turn(queries, 3) @ rotary.turn(keys, 0).mT, atol=1e-2)


def test_a_turn_is_that_of_complex_numbers_and_keeps_lengths():
    states = torch.randn(1, 1, 5, 6, generator=torch.Generator().manual_seed(1))
    found = Rotary().turn(states, 30)
    np.testing.assert_allclose(
        found[0, 0], turned(states[0, 0].double().numpy(), np.arange(30, 35)), atol=1e-5
    )
    assert_close(found.norm(dim=-1), states.norm(dim=-1))


def test_a_turn_of_rounded_states_is_rounded_once():
    states = torch.randn(1, 1, 5, 6, generator=torch.Generator().manual_seed(1)).bfloat16()
    found = Rotary().turn(states, 30)
    assert found.dtype is torch.bfloat16
    assert torch.equal(found, Rotary().turn(states.float(), 30).bfloat16())


# --- ALiBi ---------------------------------------------------------------------------------------


def test_slopes_are_those_of_the_paper():
    assert alibi_slopes(8) == tuple(2.0**-power for power in range(1, 9))
    halves = (0.5, 1.5, 2.5, 3.5)  # every second of the sixteen that 16 heads have
    assert alibi_slopes(12) == (*alibi_slopes(8), *(2.0**-power for power in halves))


@pytest.mark.parametrize("heads", [1, 2, 3, 4, 6, 7, 16, 20, 48, 64])
def test_any_number_of_heads_has_slopes(heads):
    slopes = alibi_slopes(heads)
    np.testing.assert_allclose(slopes, [alibi_slope(head, heads) for head in range(heads)])
    assert len(set(slopes)) == heads
    assert all(0 < slope < 1 for slope in slopes)


def test_both_sides_of_a_place_lose_alike_and_itself_nothing():
    queries, keys = torch.zeros(1, 4, 2, 4), torch.zeros(1, 4, 6, 4)
    [term] = Alibi().terms(queries, keys, first_query=3)
    expected = torch.tensor([[-3.0, -2, -1, 0, -1, -2], [-4, -3, -2, -1, 0, -1]]) / 4
    assert torch.equal(term.values[0, 0], expected)  # the first of four heads: 2^(-8/4)


# --- relative and Transformer-XL -----------------------------------------------------------------


@pytest.mark.parametrize(("queries", "keys", "first"), [(1, 6, 5), (4, 6, 2), (6, 6, 0), (3, 1, 2)])
def test_what_is_known_of_distances_comes_to_the_pairs_that_have_them(queries, keys, first):
    distances = distances_between(queries, keys, first, CPU)
    found = at_pairs(distances.float().expand(2, queries, -1), keys)
    expected = torch.arange(keys) - torch.arange(first, first + queries)[:, None]
    assert torch.equal(found, expected.float().expand(2, -1, -1))


def test_each_query_has_its_own_numbers_of_distances():
    rows = torch.arange(3)[:, None] * 100 + distances_between(3, 4, 1, CPU)
    expected = [[-1 - i + 100 * i + j for j in range(4)] for i in range(3)]
    assert at_pairs(rows.float(), 4).tolist() == expected


def test_vectors_of_distances_begin_as_large_as_keys():
    torch.manual_seed(1)
    config = TRANSFORMER.model_copy(update={"positions": "relative", "model_size": 64})
    model = build_model(config, VOCABULARY)
    inputs = torch.nn.functional.layer_norm(torch.randn(200, 64), [64])
    for layer in [*model.encoder_layers, *model.decoder_layers]:
        keys, vectors = layer.attention.key(inputs), layer.attention.positions.vectors
        assert vectors.std().item() == pytest.approx(keys.std().item(), rel=0.2)


def test_farther_distances_have_the_vector_of_the_farthest():
    relative = Relative(4, farthest=2)
    queries, keys = torch.randn(1, 2, 1, 4), torch.zeros(1, 2, 9, 4)
    [term] = relative.terms(queries, keys, first_query=4)
    by_vector = queries @ relative.vectors.T / 2.0  # (1, 2, 1, 5)
    assert_close(term.values, by_vector[..., [0, 0, 0, 1, 2, 3, 4, 4, 4]])


@pytest.mark.parametrize("kind", [PositionKind.RELATIVE, PositionKind.TRANSFORMER_XL])
def test_vectors_are_learnt_by_the_right_pairs(kind):
    """Against finite differences: what is shifted back must reach the distance it came from."""
    model = built(kind, dropout=0.0).double()
    scheme = model.encoder_layers[0].attention.spec.positions
    for parameter in scheme.parameters():
        random = torch.Generator().manual_seed(2)
        direction = torch.randn(parameter.shape, generator=random, dtype=torch.float64)

        def loss(step, parameter=parameter, direction=direction):
            parameter.data += step * direction
            logits = model.decode(model.read(ragged_sources()), target_inputs()).logits
            parameter.data -= step * direction
            return logits.log_softmax(-1)[..., 5].sum()

        with torch.enable_grad():
            [gradient] = torch.autograd.grad(loss(0.0), parameter)
        expected = (loss(1e-4) - loss(-1e-4)) / 2e-4
        assert (gradient * direction).sum().item() == pytest.approx(expected.item(), rel=1e-5)
        assert abs(expected.item()) > 1e-3


def test_an_earlier_segment_may_stand_before_the_keys():
    """What Transformer-XL remembers: the same as one long text, of which the end looks."""
    scheme = built(PositionKind.TRANSFORMER_XL).encoder_layers[0].attention.spec.positions
    queries, keys = torch.randn(2, 1, 4, 9, 4, generator=torch.Generator().manual_seed(4))
    whole = scheme.terms(queries, keys, 0)
    later = scheme.terms(queries[:, :, 6:], keys, 6)
    for mine, its in zip(later, whole, strict=True):
        assert_close(mine.values, its.values[:, :, 6:])
