"""From a config to a model."""

import pytest
import torch
from tiny_models import TRANSFORMER, VOCABULARY, recurrent

from attnstudio.config_attention import AttentionKind, NormaliserKind
from attnstudio.config_model import Cell
from attnstudio.errors import ConfigError
from attnstudio.model.attention.normaliser import (
    Entmax15,
    LearntEntmax,
    Share,
    Softmax,
    Sparsemax,
)
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.builder import build_model, parameter_count
from attnstudio.model.recurrent_decoders import (
    BahdanauDecoder,
    LuongDecoder,
    LuongFeedingDecoder,
    PlainDecoder,
)
from attnstudio.model.spec import translation_spec


def test_heads_that_do_not_divide_the_model_size_are_refused_with_some_that_do():
    config = TRANSFORMER.model_copy(update={"heads": 5})
    with pytest.raises(ConfigError, match=r"5 heads do not divide a size of 16\.") as caught:
        build_model(config, VOCABULARY)
    assert caught.value.hint == "Choose heads that divide it, such as 4."


def test_the_same_seed_builds_the_same_model():
    def built():
        torch.manual_seed(11)
        return build_model(recurrent(AttentionKind.ADDITIVE), VOCABULARY).state_dict()

    first, second = built(), built()
    assert all(first[name].equal(second[name]) for name in first)


@pytest.mark.parametrize(
    ("kind", "fed", "decoder"),
    [
        (AttentionKind.NONE, True, PlainDecoder),
        (AttentionKind.ADDITIVE, True, BahdanauDecoder),
        (AttentionKind.CONCAT, False, LuongDecoder),
        (AttentionKind.CONCAT, True, LuongFeedingDecoder),
        (AttentionKind.DOT, False, LuongDecoder),
    ],
)
def test_attention_and_input_feeding_choose_the_order_of_decoding(kind, fed, decoder):
    assert type(build_model(recurrent(kind, fed=fed), VOCABULARY).decoder) is decoder


@pytest.mark.parametrize("kind", AttentionKind)
def test_every_kind_has_an_embedding_of_its_own_vocabulary(kind):
    model = build_model(recurrent(kind), translation_spec(source=19, target=23, shared=False))
    assert model.encoder.embedding.num_embeddings == 19
    assert model.embedding.num_embeddings == model.output.out_features == 23


@pytest.mark.parametrize("config", [TRANSFORMER, recurrent(AttentionKind.DOT)])
def test_padding_is_embedded_as_zeros(config):
    model = build_model(config, VOCABULARY)
    embeddings = [module for module in model.modules() if isinstance(module, torch.nn.Embedding)]
    assert all(embedding.weight[0].eq(0.0).all() for embedding in embeddings)


def test_transformer_embeddings_start_at_the_scale_that_tying_needs():
    config = TRANSFORMER.model_copy(update={"model_size": 64})
    model = build_model(config, translation_spec(source=900, target=900, shared=True))
    assert model.target_embedding.weight.std().item() == pytest.approx(64**-0.5, rel=0.05)


@pytest.mark.parametrize("cell", Cell)
@pytest.mark.parametrize("fed", [True, False])
def test_recurrent_products_start_orthogonal_gate_by_gate(cell, fed):
    model = build_model(recurrent(AttentionKind.GENERAL, cell=cell, fed=fed), VOCABULARY)
    cells = model.decoder.cells
    weight = cells.hidden_gates[0].weight if fed else cells.recurrent.weight_hh_l0
    for gate in weight.split(8):
        torch.testing.assert_close(gate @ gate.T, torch.eye(8), atol=1e-5, rtol=0)


@pytest.mark.parametrize("fed", [True, False])
def test_an_lstm_starts_by_remembering(fed):
    model = build_model(recurrent(AttentionKind.DOT, cell=Cell.LSTM, fed=fed), VOCABULARY)
    cells = model.decoder.cells
    bias = (
        cells.input_gates.bias + cells.hidden_gates[0].bias
        if fed
        else cells.recurrent.bias_ih_l0 + cells.recurrent.bias_hh_l0
    )
    assert bias.tolist() == [0.0] * 8 + [1.0] * 8 + [0.0] * 16


def test_parameters_are_counted_by_hand_and_tied_ones_once():
    attention = 4 * (16 * 16 + 16)
    feedforward = 16 * 24 + 24 + 24 * 16 + 16
    norm = 2 * 16
    encoder = 2 * (attention + feedforward + 2 * norm) + norm
    decoder = 3 * (2 * attention + feedforward + 3 * norm) + norm
    assert parameter_count(build_model(TRANSFORMER, VOCABULARY)) == 23 * 16 + encoder + decoder


NORMALISERS = {
    NormaliserKind.SOFTMAX: Softmax,
    NormaliserKind.SPARSEMAX: Sparsemax,
    NormaliserKind.ENTMAX15: Entmax15,
    NormaliserKind.LEARNT_ENTMAX: LearntEntmax,
    NormaliserKind.LINEAR: Share,
}


@pytest.mark.parametrize("kind", NormaliserKind)
@pytest.mark.parametrize(
    "config", [TRANSFORMER, *map(recurrent, set(AttentionKind) - {AttentionKind.NONE})]
)
def test_models_normalise_as_they_are_asked_to_everywhere(config, kind):
    model = build_model(config.model_copy(update={"normaliser": kind}), VOCABULARY)
    specs = [
        part.spec
        for part in model.modules()
        if isinstance(getattr(part, "spec", None), AttentionSpec)
    ]
    assert specs
    assert {type(spec.normaliser) for spec in specs} == {NORMALISERS[kind]}


@pytest.mark.parametrize(("config", "looks"), [(TRANSFORMER, 8), (recurrent(AttentionKind.DOT), 1)])
def test_every_layer_and_site_learns_an_alpha_of_each_head(config, looks):
    """Two layers that read, three that write and look at both texts."""
    config = config.model_copy(update={"normaliser": NormaliserKind.LEARNT_ENTMAX})
    model = build_model(config, VOCABULARY)
    learnt = {
        name: value
        for name, value in model.named_parameters()
        if name.endswith("normaliser.raw_alphas")
    }
    heads = 4 if looks > 1 else 1
    assert [value.tolist() for value in learnt.values()] == [[0.0] * heads] * looks
    assert len({id(value) for value in learnt.values()}) == looks
