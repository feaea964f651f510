"""Models made by hand, of which it is known what each source place does for each target piece."""

import numpy as np
import torch
from torch import nn

from attnstudio.attribution.example import Example
from attnstudio.model.interface import (
    DecoderOutput,
    Embedded,
    Encoded,
    EncodedSource,
    SequenceModel,
    SourceBatch,
)
from attnstudio.sites import SOURCE
from attnstudio.tokenizer import END_ID, START_ID

KINDS = (
    "transformer", "transformer-rotary", "transformer-alibi",
    "transformer-relative", "transformer-xl",
    "transformer-window", "transformer-predicted", "transformer-span", "transformer-linear",
    "additive-gru-window", "dot-gru-predicted", "scaled_dot-gru-linear",
    "general-gru-fed", "dot-lstm-free", "additive-gru-fed", "additive-heads-fed",
)  # fmt: skip


def made_example(words=((0, 1), (2,), (3,))):
    source = torch.tensor([[7, 9, 4, 11, END_ID]])
    return Example(SOURCE, source, torch.tensor([[5, 6, 7, 8, END_ID]]), words)


@torch.no_grad()
def one_by_one(model, ids, targets):
    """Log probability of each target id, a sentence and a step at a time."""
    source = torch.tensor([ids])
    state = model.start(model.read({SOURCE: SourceBatch(source, torch.ones_like(source) > 0)}))
    found = []
    for fed, predicted in zip((START_ID, *targets[:-1]), targets, strict=True):
        step = model.step(state, torch.tensor([fed]))
        state = step.state
        found.append(float(step.output.logits[0, 0].double().log_softmax(-1)[predicted]))
    return np.array(found)


class MadeModel(SequenceModel):
    """Embeds by a table, encodes nothing, and scores by what a decoder made by hand says."""

    sources = (SOURCE,)

    def __init__(self, table, projection, features_of):
        super().__init__()
        self.table = nn.Parameter(table)
        self.projection = projection
        self.features_of = features_of
        self.target_vocabulary = projection.weight.size(0)

    def embed(self, sources):
        source = sources[SOURCE]
        return {SOURCE: Embedded(self.table[source.values], source.mask)}

    def encode(self, embedded, **_):
        source = embedded[SOURCE]
        return Encoded({SOURCE: EncodedSource(source.states, source.mask)})

    def decode(self, encoded, inputs, **_):
        states = encoded.sources[SOURCE].states  # (rows, src_len, size)
        return DecoderOutput(self.features_of(states, inputs.size(1)), self.projection)

    def start(self, encoded):
        raise NotImplementedError

    def step(self, state, tokens, **_):
        raise NotImplementedError


def copying(vocabulary=12, certainty=6.0):
    """Target place t is source place t, with so much certainty."""
    projection = nn.Linear(vocabulary, vocabulary, bias=False)
    with torch.no_grad():
        projection.weight.copy_(certainty * torch.eye(vocabulary))
    return MadeModel(torch.eye(vocabulary), projection, lambda states, length: states[:, :length])


def linear(vocabulary=9, size=5, seed=3):
    """The features of target place t are Σ_j mix[t, j] x_j, whatever comes before."""
    random = torch.Generator().manual_seed(seed)
    mix = torch.randn(8, 8, generator=random)
    projection = nn.Linear(size, vocabulary)
    with torch.no_grad():
        projection.weight.copy_(torch.randn(vocabulary, size, generator=random))
    table = torch.randn(vocabulary, size, generator=random)

    def features_of(states, length):
        return torch.einsum("tj,rjd->rtd", mix[:length, : states.size(1)], states)

    return MadeModel(table, projection, features_of), mix
