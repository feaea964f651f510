"""Contributions of places to a layer, against the formula worked out in NumPy from the weights."""

import numpy as np
import pytest
import torch

from attnstudio.axes import CROSS, SOURCE, Measure
from attnstudio.config import DecodingConfig
from attnstudio.inference.translator import Translator
from attnstudio.model.attention import contributions
from attnstudio.model.interface import SourceBatch
from attnstudio.model.trained import TrainedModel
from attnstudio.model.transformer import TransformerModel
from attnstudio.sides.text import TextSource
from attnstudio.tokenizer import END_ID, START_ID

PAIRS = [("the dog sees a bird today", "der Hund sieht heute einen Vogel"), ("my", "mein Hund")]
ALTI = [Measure.ALTI]


@pytest.fixture
def translator(model, tokenizer):
    return Translator(TrainedModel.of(model), TextSource(tokenizer), tokenizer)


class Weights:
    """A Transformer's weights by their names, and a forward pass that knows nothing but them."""

    def __init__(self, model):
        self.by_name = {name: value.double().numpy() for name, value in model.state_dict().items()}
        self.heads = model.decoder_layers[0].cross.heads
        self.layers = len(model.decoder_layers)

    def linear(self, name, x):
        return x @ self.by_name[f"{name}.weight"].T + self.by_name[f"{name}.bias"]

    def norm(self, name, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return scaled * self.by_name[f"{name}.weight"] + self.by_name[f"{name}.bias"]

    def embed(self, name, ids):
        table = self.by_name[f"{name}.weight"]
        size = table.shape[1]
        angles = np.arange(len(ids))[:, None] / 10_000 ** (np.arange(0, size, 2) / size)
        positions = np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(len(ids), -1)
        return table[ids] * np.sqrt(size) + positions[:, :size]

    def looks(self, name, x, memory, causal=False):
        """The weights of each head and f(x_j): (heads, rows, places), (heads, places, size)."""
        weights, carried = [], []
        size = x.shape[1] // self.heads
        query, key, value = (
            self.linear(f"{name}.{part}", of)
            for part, of in (("query", x), ("key", memory), ("value", memory))
        )
        for head in range(self.heads):
            part = slice(head * size, (head + 1) * size)
            scores = query[:, part] @ key[:, part].T / np.sqrt(size)
            if causal:
                scores[np.triu_indices(len(x), 1)] = -np.inf
            shares = np.exp(scores - scores.max(axis=1, keepdims=True))
            weights.append(shares / shares.sum(axis=1, keepdims=True))
            carried.append(value[:, part] @ self.by_name[f"{name}.output.weight"][:, part].T)
        return np.stack(weights), np.stack(carried)

    def attend(self, name, x, memory, causal=False):
        weights, carried = self.looks(name, x, memory, causal)
        return (weights @ carried).sum(axis=0) + self.by_name[f"{name}.output.bias"]

    def feed(self, name, x):
        return self.linear(f"{name}.2", np.maximum(self.linear(f"{name}.0", x), 0.0))

    def of_layers(self, memory, target_ids):
        """Of each layer: the parts (rows, places, size), what came before, what it gives."""
        x = self.embed("target_embedding", target_ids)
        for number in range(self.layers):
            layer = f"decoder_layers.{number}"
            normed = self.norm(f"{layer}.attention_norm", x)
            x = x + self.attend(f"{layer}.attention", normed, normed, causal=True)
            normed = self.norm(f"{layer}.cross_norm", x)
            weights, carried = self.looks(f"{layer}.cross", normed, memory)
            parts = np.einsum("hqk,hkd->qkd", weights, carried)
            given = x + self.attend(f"{layer}.cross", normed, memory)
            yield parts, x, given
            x = given + self.feed(
                f"{layer}.feedforward", self.norm(f"{layer}.feedforward_norm", given)
            )


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
def test_contributions_are_those_of_the_paper(translator, model, tokenizer, text, monkeypatch):
    monkeypatch.setattr(contributions, "_MOST_NUMBERS", 700)  # so that rows come in several parts
    pairs = [translator.read_forced(*each) for each in PAIRS]
    record = translator.records(pairs, measures=ALTI)[PAIRS.index(text)]
    if not isinstance(model, TransformerModel):
        assert record.measured == {Measure.ALTI: {}}
        assert record.prefix_shares(CROSS) is None
        return

    inputs = [START_ID, *tokenizer.encode(text[1])]
    layers = [*Weights(model).of_layers(memory_of(model, tokenizer, text[0]), inputs)]

    found, prefix = record.measured[Measure.ALTI][CROSS].weights, record.prefix_shares(CROSS)
    assert found.shape == (2, 1, len(inputs), len(record.source.tokens))
    for number, (parts, came, given) in enumerate(layers):
        places, rest = shares_of(parts, came, given)
        np.testing.assert_allclose(found[number, 0], places, atol=1e-4)
        np.testing.assert_allclose(prefix[number], rest, atol=1e-4)
    assert (found.sum(axis=(1, 3)) < 1.0).all()


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
