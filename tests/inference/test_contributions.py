"""Contributions of places to a layer, against the formula worked out in NumPy from the weights."""

import numpy as np
import pytest
import torch
from numpy_models import NumpyTransformer

from attnstudio.config import DecodingConfig
from attnstudio.inference.translator import Translator
from attnstudio.model.attention import contributions
from attnstudio.model.interface import SourceBatch
from attnstudio.model.trained import TrainedModel
from attnstudio.model.transformer import TransformerModel
from attnstudio.model.weights import named_weights
from attnstudio.reading import Measure
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID, START_ID

PAIRS = [("the dog sees a bird today", "der Hund sieht heute einen Vogel"), ("my", "mein Hund")]
ALTI = [Measure.ALTI]


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


def layers_of(witness, memory, target_ids):
    """Of each layer: the parts (rows, places, size), what came before, what it gives."""
    witness.read_from(memory, np.array(target_ids))
    layers = [seen for (site, _), seen in witness.seen.items() if site == "cross"]
    for number, seen in enumerate(layers):
        output = witness.weights[f"decoder_layers.{number}.cross.output.weight"]
        by_head = np.split(seen["value"], witness.heads, axis=1)
        columns = np.split(output, witness.heads, axis=1)
        carried = [value @ column.T for value, column in zip(by_head, columns, strict=True)]
        parts = np.einsum("hqk,hkd->qkd", seen["weights"], np.stack(carried))
        yield parts, seen["came"], seen["came"] + seen["given"]


def length(x):
    return np.abs(x).sum(axis=-1)


def shares_of(parts, came, given):
    """The formula, row by row: (rows, places) and (rows,)."""
    of_places = np.maximum(0.0, length(given)[:, None] - length(given[:, None] - parts))
    of_prefix = np.maximum(0.0, length(given) - length(given - came))
    total = of_places.sum(axis=1) + of_prefix
    return of_places / total[:, None], of_prefix / total


def memory_of(model, tokenizer, text):
    ids = torch.tensor([[*tokenizer.encode(text), END_ID]])
    source = SourceBatch(ids, torch.ones_like(ids, dtype=torch.bool))
    return model.read({SOURCE: source}).sources[SOURCE].states[0].detach().double().numpy()


@pytest.mark.parametrize("text", PAIRS)
def test_contributions_are_those_of_the_paper(
    translator, model, tokenizer, text, monkeypatch, request
):
    monkeypatch.setattr(contributions, "_MOST_NUMBERS", 700)  # so that rows come in several parts
    pairs = [translator.read_forced(*each) for each in PAIRS]
    record = translator.records(pairs, measures=ALTI)[PAIRS.index(text)]
    if not isinstance(model, TransformerModel):
        assert record.measured == {Measure.ALTI: {}}
        assert record.prefix_shares(CROSS) is None
        return

    inputs = [START_ID, *tokenizer.encode(text[1])]
    tensors = {name: value.numpy() for name, value in named_weights(model).items()}
    positions = request.node.callspec.params["model"].partition("-")[2] or "sinusoidal"
    witness = NumpyTransformer(tensors, model.decoder_layers[0].cross.heads, positions)
    layers = [*layers_of(witness, memory_of(model, tokenizer, text[0]), inputs)]

    found, prefix = record.measured[Measure.ALTI][CROSS].weights, record.prefix_shares(CROSS)
    assert found.shape == (2, 1, len(inputs), len(record.source.tokens))
    for number, (parts, came, given) in enumerate(layers):
        places, rest = shares_of(parts, came, given)
        np.testing.assert_allclose(found[number, 0], places, atol=1e-4)
        np.testing.assert_allclose(prefix[number], rest, atol=1e-4)
    np.testing.assert_allclose(found.sum(axis=(1, 3)), 1.0 - prefix, atol=1e-5)
    assert prefix.mean() > 0.1


def test_the_parts_add_up_to_what_the_layer_gives(model, tokenizer):
    if not isinstance(model, TransformerModel):
        return
    given = []
    hooks = [
        layer.feedforward_norm.register_forward_pre_hook(lambda _, args: given.append(args[0]))
        for layer in model.decoder_layers
    ]
    ids = torch.tensor([[*tokenizer.encode(PAIRS[0][0]), END_ID]])
    inputs = torch.tensor([[START_ID, *tokenizer.encode(PAIRS[0][1])]])
    read = model.read({SOURCE: SourceBatch(ids, torch.ones_like(ids, dtype=torch.bool))})
    trace = model.decode(read, inputs, trace=True).traces[CROSS]
    for hook in hooks:
        hook.remove()

    assert len(given) == len(trace.carried) == 2
    for number, layer in enumerate(trace.carried):
        parts = torch.einsum("bhqk,bhkd->bqkd", trace.weights[:, number], layer.of_heads())
        whole = parts.sum(dim=2) + layer.residual.states + layer.residual.bias
        torch.testing.assert_close(whole, given[number], atol=1e-4, rtol=0.0)


def test_those_that_come_with_a_translation_are_those_of_reading_it(translator):
    config = DecodingConfig(beam_size=2, max_length_ratio=1.0)
    [found] = translator.translate([PAIRS[0][0]], config, attention=True, measures=ALTI)
    pair = translator.read_hypothesis(found.source, found.hypotheses[0])
    [again] = translator.records([pair], measures=ALTI)

    kept = found.attention.measured[Measure.ALTI]
    assert kept.keys() == again.measured[Measure.ALTI].keys()
    for site, matrix in kept.items():
        read = again.measured[Measure.ALTI][site].weights
        np.testing.assert_allclose(matrix.weights, read, atol=1e-5)
