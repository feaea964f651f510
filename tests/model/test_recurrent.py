"""Recurrent models against the papers' equations worked out in NumPy, one step after the other."""

import numpy as np
import pytest
import torch
from tiny_models import build, ragged_batch, ragged_sources, recurrent, target_inputs
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attnstudio.config_attention import AttentionKind, CoverageKind
from attnstudio.config_model import Cell
from attnstudio.model.cells import CellState, FedCells
from attnstudio.model.intervention import HeadAddress, Intervention, RowAddress
from attnstudio.sites import CROSS, SOURCE

SENTENCE = 0  # the one without padding, five tokens


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def array(tensor):
    return tensor.detach().double().numpy()


def affine(linear, x):
    y = array(linear.weight) @ x
    return y if linear.bias is None else y + array(linear.bias)


def move(cell, from_inputs, from_hidden, hidden, memory):
    """The equations of torch.nn.GRU and torch.nn.LSTM."""
    if cell is Cell.GRU:
        (ir, iz, in_), (hr, hz, hn) = np.split(from_inputs, 3), np.split(from_hidden, 3)
        candidate = np.tanh(in_ + sigmoid(ir + hr) * hn)
        update = sigmoid(iz + hz)
        return (1 - update) * candidate + update * hidden, memory
    enter, forget, candidate, show = np.split(from_inputs + from_hidden, 4)
    memory = sigmoid(forget) * memory + sigmoid(enter) * np.tanh(candidate)
    return sigmoid(show) * np.tanh(memory), memory


def free_cell(model, config, embedded, hidden, memory):
    cells = model.decoder.cells.recurrent
    from_inputs = array(cells.weight_ih_l0) @ embedded + array(cells.bias_ih_l0)
    from_hidden = array(cells.weight_hh_l0) @ hidden + array(cells.bias_hh_l0)
    return move(config.cell, from_inputs, from_hidden, hidden, memory)


def fed_cell(model, config, embedded, fed, hidden, memory):
    cells = model.decoder.cells
    from_inputs = affine(cells.input_gates, embedded) + affine(cells.fed_gates, fed)
    from_hidden = affine(cells.hidden_gates[0], hidden)
    return move(config.cell, from_inputs, from_hidden, hidden, memory)


def scores_of(model, kind, state, source, part, covered):
    """Of one head, which has a part of each query, key and v (and of V for what is covered)."""
    score = model.decoder.score
    match kind:
        case AttentionKind.ADDITIVE | AttentionKind.CONCAT:
            v = array(score.score_vector.weight).reshape(-1)[part]
            sums = [affine(score.query, state) + affine(score.key, h) for h in source]
            if covered is not None:
                heard = array(score.coverage.vector.weight)[:, 0]
                sums = [each + heard * c for each, c in zip(sums, covered, strict=True)]
            return [v @ np.tanh(each[part]) for each in sums]
        case AttentionKind.DOT:
            return [state[part] @ h[part] for h in source]
        case AttentionKind.GENERAL:
            return [state[part] @ affine(score.key, h)[part] for h in source]
        case AttentionKind.SCALED_DOT:
            query = affine(score.query, state)[part]
            return [query @ affine(score.key, h)[part] / np.sqrt(query.size) for h in source]


def look(model, config, state, source, covered=None, rows=None, off=None):
    """Weights of each head, and what they take of the parts of the source, side by side.

    What each head was looking at before, (heads, source places), is brought up to date. Rows stand
    in place of the weights of heads, and nothing is taken by a head that is off.
    """
    all_weights, contexts = [], []
    size = config.hidden_size // config.heads
    for head, values in enumerate(np.split(source, config.heads, axis=1)):
        part = slice(head * size, (head + 1) * size)
        before = None if covered is None else covered[head]
        exponentials = np.exp(scores_of(model, config.attention, state, source, part, before))
        weights = exponentials / exponentials.sum()
        if rows and head in rows:
            weights = np.array(rows[head])
        all_weights.append(weights)
        contexts.append(weights @ values * (head != off))
        if covered is not None:
            covered[head] += weights / fertility_of(model, config, head, source)
    return all_weights, np.concatenate(contexts)


def fertility_of(model, config, head, source):
    """Tu et al. 2016, with N = 2."""
    if config.coverage is CoverageKind.PLAIN:
        return 1.0
    expects = array(model.decoder.score.coverage.fertility.weight)[head]
    return 2.0 * sigmoid(source @ expects)


def translate_by_hand(model, config, source, summary, tokens, rows=None, off=None):
    """Weights and logits at every position of one sentence.

    Rows are given by target position and head; one head may be off.
    """
    kind, size = config.attention, config.hidden_size
    start = np.tanh(affine(model.bridge, summary))
    hidden, memory = start[:size], start[size:]
    attentional = np.zeros(size)
    all_weights, all_logits = [], []
    counts = config.coverage is not CoverageKind.NONE
    covered = np.zeros((config.heads, len(source))) if counts else None
    for place, token in enumerate(tokens):
        change = (rows or {}).get(place), off
        embedded = array(model.embedding.weight)[token]
        if kind is AttentionKind.NONE:
            hidden, memory = free_cell(model, config, embedded, hidden, memory)
            features = hidden
        elif kind is AttentionKind.ADDITIVE:  # Bahdanau's order
            weights, context = look(model, config, hidden, source, covered, *change)
            hidden, memory = fed_cell(model, config, embedded, context, hidden, memory)
            seen = np.concatenate([hidden, context, embedded])
            features = affine(model.decoder.deep_output, seen).reshape(-1, 2).max(axis=1)
        else:  # Luong's order
            if config.input_feeding:
                hidden, memory = fed_cell(model, config, embedded, attentional, hidden, memory)
            else:
                hidden, memory = free_cell(model, config, embedded, hidden, memory)
            weights, context = look(model, config, hidden, source, None, *change)
            attentional = np.tanh(affine(model.decoder.combine, np.concatenate([context, hidden])))
            features = attentional
        if kind is not AttentionKind.NONE:
            all_weights.append(weights)
        all_logits.append(affine(model.output, features))
    return np.array(all_weights), np.array(all_logits)


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("heads", [1, 4])
@pytest.mark.parametrize(
    ("kind", "fed"),
    [(kind, True) for kind in AttentionKind]
    + [(kind, False) for kind in AttentionKind if kind is not AttentionKind.ADDITIVE],
)
def test_weights_and_logits_are_those_worked_out_by_hand(kind, cell, fed, heads):
    assert_as_by_hand(recurrent(kind, cell=cell, fed=fed, heads=heads))


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("heads", [1, 2])
@pytest.mark.parametrize("coverage", [CoverageKind.PLAIN, CoverageKind.FERTILITY])
def test_what_was_looked_at_before_counts_as_it_does_by_hand(coverage, heads, cell):
    config = recurrent(AttentionKind.ADDITIVE, cell=cell, heads=heads)
    assert_as_by_hand(config.model_copy(update={"coverage": coverage}))


@pytest.mark.parametrize(
    "config",
    [
        recurrent(AttentionKind.ADDITIVE, heads=4),
        recurrent(AttentionKind.CONCAT, heads=2),
        recurrent(AttentionKind.DOT, heads=4, fed=False),
        *(
            recurrent(AttentionKind.ADDITIVE, heads=2).model_copy(update={"coverage": coverage})
            for coverage in (CoverageKind.PLAIN, CoverageKind.FERTILITY)
        ),
    ],
    ids=["additive", "concat", "dot-free", "covered", "fertile"],
)
def test_a_change_of_one_head_and_what_comes_of_it_later_are_as_by_hand(config):
    """The row of a head counts for what was looked at before, as its own weights would."""
    row = (0.0, 0.7, 0.1, 0.2, 0.0)
    change = Intervention(
        rows={RowAddress(CROSS, 0, 1, 2): row},
        ablated_heads=frozenset({HeadAddress(CROSS, 0, 0)}),
    )
    assert_as_by_hand(config, change, rows={2: {1: row}}, off=0)


def assert_as_by_hand(config, change=None, **by_hand):
    model = build(config)
    with torch.no_grad():
        encoded = model.read(ragged_sources())
        output = model.decode(encoded, target_inputs(), intervention=change, trace=True)
    weights, logits = translate_by_hand(
        model,
        config,
        array(encoded.sources[SOURCE].states[SENTENCE]),
        array(encoded.sources[SOURCE].summary[SENTENCE]),
        target_inputs()[SENTENCE].tolist(),
        **by_hand,
    )
    np.testing.assert_allclose(output.logits.detach()[SENTENCE], logits, atol=1e-5)
    if config.attention is not AttentionKind.NONE:
        traced = output.traces[CROSS].weights[SENTENCE, 0].transpose(0, 1)  # target places first
        np.testing.assert_allclose(traced, weights, atol=1e-6)


def packed_oracle(encoder, cell, layers):
    """Torch's own bidirectional stack with the weights of ours."""
    kind = nn.GRU if cell is Cell.GRU else nn.LSTM
    oracle = kind(6, 8, layers, batch_first=True, bidirectional=True)
    for layer, (forwards, backwards) in enumerate(
        zip(encoder.forwards, encoder.backwards, strict=True)
    ):
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            oracle.get_parameter(f"{part}_l{layer}").copy_(forwards.get_parameter(f"{part}_l0"))
            oracle.get_parameter(f"{part}_l{layer}_reverse").copy_(
                backwards.get_parameter(f"{part}_l0")
            )
    return oracle


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("layers", [1, 2])
def test_the_encoder_is_torchs_bidirectional_stack_over_packed_sentences(cell, layers):
    source = ragged_batch()
    with torch.no_grad():
        model = build(recurrent(AttentionKind.GENERAL, cell=cell, layers=layers))
        encoder = model.encoder
        encoded = model.read(ragged_sources()).sources[SOURCE]
        packed = pack_padded_sequence(
            encoder.embedding(source.values),
            source.mask.sum(1),
            batch_first=True,
            enforce_sorted=False,
        )
        outputs, final = packed_oracle(encoder, cell, layers)(packed)
    hidden = final if cell is Cell.GRU else final[0]
    states, _ = pad_packed_sequence(outputs, batch_first=True)
    torch.testing.assert_close(encoded.states[source.mask], states[source.mask])
    torch.testing.assert_close(encoded.summary, torch.cat((hidden[-2], hidden[-1]), dim=-1))


def test_the_encoder_states_of_dot_are_reduced_to_the_decoders_size():
    states = build(recurrent(AttentionKind.DOT)).read(ragged_sources()).sources[SOURCE].states
    assert states.shape == (3, 5, 8)


def test_the_other_encoder_states_keep_both_directions():
    states = build(recurrent(AttentionKind.GENERAL)).read(ragged_sources()).sources[SOURCE].states
    assert states.shape == (3, 5, 16)


@pytest.mark.parametrize("cell", Cell)
def test_without_attention_there_is_no_cross_trace_and_only_the_summary_counts(cell):
    model = build(recurrent(AttentionKind.NONE, cell=cell))
    encoded = model.read(ragged_sources())
    output = model.decode(encoded, target_inputs(), trace=True)
    step = model.step(model.start(encoded), target_inputs()[:, 0], trace=True)
    assert CROSS not in output.traces
    assert CROSS not in step.output.traces
    encoded.sources[SOURCE].states.data.zero_()
    assert model.decode(encoded, target_inputs()).logits.equal(output.logits)


@pytest.mark.parametrize("cell", Cell)
def test_fed_cells_are_torchs_own_stack_over_input_and_fed_side_by_side(cell):
    torch.manual_seed(2)
    ours = FedCells(cell, input_size=3, fed_size=2, hidden_size=4, layers=2, dropout=0.0)
    oracle = (nn.GRU if cell is Cell.GRU else nn.LSTM)(5, 4, 2, batch_first=True)
    inputs, fed, start = torch.randn(2, 6, 3), torch.randn(2, 6, 2), torch.randn(2, 2, 4)
    with torch.no_grad():
        oracle.weight_ih_l0.copy_(torch.cat((ours.input_gates.weight, ours.fed_gates.weight), 1))
        oracle.bias_ih_l0.copy_(ours.input_gates.bias)
        oracle.weight_ih_l1.copy_(ours.upper_gates[0].weight)
        oracle.bias_ih_l1.copy_(ours.upper_gates[0].bias)
        for layer, gates in enumerate(ours.hidden_gates):
            oracle.get_parameter(f"weight_hh_l{layer}").copy_(gates.weight)
            oracle.get_parameter(f"bias_hh_l{layer}").copy_(gates.bias)
        memory = () if cell is Cell.GRU else start.unbind()
        state = CellState(start.unbind(), memory)
        tops = []
        for step, projected in enumerate(ours.project_inputs(inputs).unbind(1)):
            state = ours.step(projected, fed[:, step], state)
            tops.append(state.top)
        expected, _ = oracle(
            torch.cat((inputs, fed), 2), start if cell is Cell.GRU else (start, start)
        )
    torch.testing.assert_close(torch.stack(tops, 1), expected)
