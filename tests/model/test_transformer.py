"""What is the Transformer's own: heads, positions, tied embeddings, self-attention."""

import numpy as np
import pytest
import torch
from tiny_models import (
    TRANSFORMER,
    TRANSFORMERS,
    build,
    ragged_batch,
    ragged_sources,
    target_inputs,
)
from torch import nn

from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.reach import Everything, so_far
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import ScaledDot
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.input_positions import sinusoidal_positions
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.spec import translation_spec
from attnstudio.sites import CROSS, DECODER_SELF, ENCODER_SELF, SOURCE


def affine(linear, rows):
    return rows @ linear.weight.detach().double().numpy().T + linear.bias.detach().double().numpy()


def test_two_heads_over_five_tokens_are_those_worked_out_by_hand():
    torch.manual_seed(5)
    attention = MultiHeadAttention(
        6, 2, AttentionSpec(ScaledDot(), Softmax(), Everything()), site=CROSS
    )
    states, source = torch.randn(1, 2, 6), torch.randn(1, 5, 6)
    with torch.no_grad():
        output = attention(states, attention.project(source), None, AttentionRequest(trace=True))
    q = affine(attention.query, states[0].double().numpy())
    k = affine(attention.key, source[0].double().numpy())
    v = affine(attention.value, source[0].double().numpy())
    contexts = []
    for head, columns in enumerate((slice(0, 3), slice(3, 6))):
        scores = q[:, columns] @ k[:, columns].T / np.sqrt(3)
        weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        contexts.append(weights @ v[:, columns])
        np.testing.assert_allclose(output.trace.scores[0, 0, head], scores, atol=1e-6)
        np.testing.assert_allclose(output.trace.weights[0, 0, head], weights, atol=1e-6)
    expected = affine(attention.output, np.hstack(contexts))
    np.testing.assert_allclose(output.states[0], expected, atol=1e-6)


def copy_attention(ours, theirs):
    parts = (ours.query, ours.key, ours.value)
    theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
    theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
    theirs.out_proj.load_state_dict(ours.output.state_dict())


def copy_feedforward(ours, theirs, norms):
    theirs.linear1.load_state_dict(ours.feedforward[0].state_dict())
    theirs.linear2.load_state_dict(ours.feedforward[2].state_dict())
    for number, norm in enumerate(norms, start=1):
        getattr(theirs, f"norm{number}").load_state_dict(norm.state_dict())


def last_norm(layer, of_stack):
    """Where norms come last, that of the last layer is the one behind the stack."""
    last = layer.feedforward_norm
    return of_stack if isinstance(last, nn.Identity) else last


def torchs_own_logits(model, source, inputs):
    """The same weights in torch.nn's encoder and decoder."""
    first = model.encoder_layers[0].residual.norm_first
    sizes = {"d_model": 16, "nhead": 4, "dim_feedforward": 24, "dropout": 0.0}
    order = {"batch_first": True, "norm_first": first}
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(**sizes, **order),
        2,
        model.encoder_norm if first else None,
        False,
    )
    decoder = nn.TransformerDecoder(
        nn.TransformerDecoderLayer(**sizes, **order), 3, model.decoder_norm if first else None
    )
    for ours, theirs in zip(model.encoder_layers, encoder.layers, strict=True):
        copy_attention(ours.attention, theirs.self_attn)
        copy_feedforward(ours, theirs, [ours.attention_norm, last_norm(ours, model.encoder_norm)])
    for ours, theirs in zip(model.decoder_layers, decoder.layers, strict=True):
        copy_attention(ours.attention, theirs.self_attn)
        copy_attention(ours.cross, theirs.multihead_attn)
        norms = [ours.attention_norm, ours.cross_norm, last_norm(ours, model.decoder_norm)]
        copy_feedforward(ours, theirs, norms)
    embedding = model.target_embedding.weight
    positions = sinusoidal_positions(0, 6, 16, torch.device("cpu"))
    memory = encoder(
        embedding[source.values] * 4.0 + positions[:5], src_key_padding_mask=~source.mask
    )  # sqrt(16) = 4
    states = decoder(
        embedding[inputs] * 4.0 + positions,
        memory,
        tgt_mask=torch.ones(6, 6, dtype=torch.bool).triu(1),
        memory_key_padding_mask=~source.mask,
    )
    return states @ embedding.T


@pytest.mark.parametrize("name", ["transformer", "transformer-post"])
def test_the_whole_model_is_torchs_own_stack(name):
    model = build(TRANSFORMERS[name])
    with torch.no_grad():
        expected = torchs_own_logits(model, ragged_batch(), target_inputs())
        actual = model.decode(model.read(ragged_sources()), target_inputs()).logits
    torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-5)


def test_positions_are_those_of_the_paper():
    positions = sinusoidal_positions(0, 12, 8, torch.device("cpu"))
    assert positions[3, 4].item() == pytest.approx(np.sin(3 / 10_000 ** (4 / 8)))
    assert positions[11, 7].item() == pytest.approx(np.cos(11 / 10_000 ** (6 / 8)))


def test_positions_may_start_anywhere_and_have_no_end():
    later = sinusoidal_positions(5000, 3, 8, torch.device("cpu"))
    assert later.equal(sinusoidal_positions(0, 5003, 8, torch.device("cpu"))[5000:])


def test_an_odd_size_has_positions_too():
    assert sinusoidal_positions(0, 4, 7, torch.device("cpu")).shape == (4, 7)


def test_a_query_sees_itself_and_what_came_before():
    mask = so_far(2, 4, 2, torch.device("cpu"))
    assert mask.tolist() == [[True, True, True, False], [True, True, True, True]]


@pytest.mark.parametrize("site", ["encoder", "decoder"])
def test_self_attention_is_traced_and_sums_to_one(site):
    model = build(TRANSFORMER)
    encoded = model.read(ragged_sources(), trace=True)
    output = model.decode(encoded, target_inputs(), trace=True)
    trace = encoded.traces[ENCODER_SELF] if site == "encoder" else output.traces[DECODER_SELF]
    layers, length = (2, 5) if site == "encoder" else (3, 6)
    assert trace.weights.shape == (3, layers, 4, length, length)
    torch.testing.assert_close(trace.weights.sum(-1), torch.ones(3, layers, 4, length))
    torch.testing.assert_close(trace.scores.softmax(-1), trace.weights)


def test_the_decoder_never_looks_ahead():
    model = build(TRANSFORMER)
    trace = model.decode(model.read(ragged_sources()), target_inputs(), trace=True).traces[
        DECODER_SELF
    ]
    assert trace.weights.triu(diagonal=1).eq(0.0).all()


def test_the_encoder_never_looks_at_padding():
    trace = build(TRANSFORMER).read(ragged_sources(), trace=True).traces[ENCODER_SELF]
    assert trace.weights[1, ..., 3:].eq(0.0).all()


@pytest.mark.parametrize("site", [CROSS, ENCODER_SELF, DECODER_SELF], ids=lambda site: site.name)
def test_an_ablated_head_is_one_whose_columns_of_the_output_product_are_zero(site):
    change = Intervention(ablated_heads=frozenset({HeadAddress(site, 1, 2)}))
    model = build(TRANSFORMER)
    encoded = model.read(ragged_sources(), intervention=change)
    ablated = model.decode(encoded, target_inputs(), intervention=change).logits
    plain = model.decode(model.read(ragged_sources()), target_inputs()).logits
    attention = {
        ENCODER_SELF: model.encoder_layers[1].attention,
        DECODER_SELF: model.decoder_layers[1].attention,
        CROSS: model.decoder_layers[1].cross,
    }[site]
    attention.output.weight.data[:, 8:12] = 0.0  # head 2 of 4, head size 4
    expected = model.decode(model.read(ragged_sources()), target_inputs()).logits
    torch.testing.assert_close(ablated, expected, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(ablated, plain, atol=1e-4)


def test_attention_dropout_acts_in_training_on_both_paths():
    model = build(TRANSFORMER.model_copy(update={"dropout": 0.0, "attention_dropout": 0.5}))
    encoded = model.read(ragged_sources())
    quiet = model.decode(encoded, target_inputs()).logits
    model.train()
    for trace in (False, True):
        assert not torch.allclose(model.decode(encoded, target_inputs(), trace=trace).logits, quiet)


@pytest.mark.parametrize("trace", [False, True])
def test_attention_dropout_is_silent_in_what_is_only_read(trace):
    model = build(TRANSFORMER.model_copy(update={"dropout": 0.0, "attention_dropout": 0.5}))
    source, inputs = ragged_batch(), target_inputs()
    once = model.decode(model.read({SOURCE: source}, trace=trace), inputs, trace=trace).logits
    again = model.decode(model.read({SOURCE: source}, trace=trace), inputs, trace=trace).logits
    assert torch.equal(once, again)


def test_target_embedding_and_output_are_one_parameter():
    model = build(TRANSFORMER, translation_spec(source=19, target=23, shared=False))
    shapes = [tuple(parameter.shape) for parameter in model.parameters()]
    assert shapes.count((23, 16)) == 1
    assert shapes.count((19, 16)) == 1


def test_a_shared_vocabulary_has_one_embedding():
    model = build(TRANSFORMER)
    assert model.source_embedding is model.target_embedding
    assert [tuple(p.shape) for p in model.parameters()].count((23, 16)) == 1
