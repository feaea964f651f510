"""Norms of what is taken from each place, against the formula of the paper worked out in NumPy."""

import numpy as np
import pytest
import torch

from attnstudio.config import DecodingConfig
from attnstudio.inference.translator import Translator
from attnstudio.model.interface import SourceBatch
from attnstudio.model.recurrent_decoders import BahdanauDecoder
from attnstudio.model.trained import TrainedModel
from attnstudio.model.transformer import TransformerModel
from attnstudio.reading import Measure
from attnstudio.sides.text import TextSource
from attnstudio.sites import CROSS, SOURCE
from attnstudio.tokenizer import END_ID

PAIRS = [("the dog sees a bird today", "der Hund sieht heute einen Vogel"), ("my", "mein Hund")]


NORMS = [Measure.NORMS]


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


def numbers(tensor):
    return tensor.detach().double().numpy()


def of_heads(attention, states):
    """‖(x W_V + b_V) W_O‖ of each head and place, W_O the head's part: (heads, places)."""
    values = states @ numbers(attention.value.weight).T + numbers(attention.value.bias)
    size = values.shape[-1] // attention.heads
    output = numbers(attention.output.weight)
    return np.stack(
        [
            np.linalg.norm(values[:, part] @ output[:, part].T, axis=-1)
            for part in (slice(h * size, (h + 1) * size) for h in range(attention.heads))
        ]
    )


def of_cross(model, states):
    """‖f(x_j)‖ of each layer, head and place of the source."""
    if isinstance(model, TransformerModel):
        return np.stack([of_heads(layer.cross, states) for layer in model.decoder_layers])
    heads, size = model.decoder.score.heads, states.shape[-1]
    parts = np.split(states, heads, axis=1)
    if isinstance(model.decoder, BahdanauDecoder):
        return np.stack([np.linalg.norm(part, axis=-1) for part in parts])[None]
    columns = np.split(numbers(model.decoder.combine.weight)[:, :size], heads, axis=1)
    taken = [part @ own.T for part, own in zip(parts, columns, strict=True)]
    return np.linalg.norm(taken, axis=-1)[None]


@pytest.mark.parametrize("text", PAIRS)
def test_norms_are_those_of_the_paper(translator, model, tokenizer, text):
    pairs = [translator.read_forced(*each) for each in PAIRS]
    record = translator.records(pairs, measures=NORMS)[PAIRS.index(text)]
    ids = torch.tensor([[*tokenizer.encode(text[0]), END_ID]])
    source = SourceBatch(ids, torch.ones_like(ids, dtype=torch.bool))
    states = numbers(model.read({SOURCE: source}).sources[SOURCE].states)[0]

    norms = record.measured[Measure.NORMS]
    assert set(norms) == {site for site in record.matrices if site.is_cross}
    if norms:
        expected = record.matrices[CROSS].weights * of_cross(model, states)[:, :, None]
        np.testing.assert_allclose(norms[CROSS].weights, expected, rtol=1e-5, atol=1e-5)


def test_norms_that_come_with_a_translation_are_those_of_reading_it(translator):
    config = DecodingConfig(beam_size=2, max_length_ratio=1.0)
    for found in translator.translate([PAIRS[0][0]], config, attention=True, measures=NORMS):
        pair = translator.read_hypothesis(found.source, found.hypotheses[0])
        again = translator.records([pair], measures=NORMS)[0]
        for site, matrix in again.measured[Measure.NORMS].items():
            given = found.attention.measured[Measure.NORMS][site].weights
            np.testing.assert_allclose(given, matrix.weights, rtol=1e-4, atol=1e-5)
            weights = found.attention.matrices[site].weights
            np.testing.assert_allclose(weights, again.matrices[site].weights, atol=1e-5)


def test_nobody_who_does_not_ask_gets_norms(translator):
    pair = translator.read_forced(*PAIRS[0])

    assert translator.records([pair])[0].measured == {}
    [found] = translator.translate([PAIRS[0][0]], attention=True)
    assert found.attention.measured == {}
