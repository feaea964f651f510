"""Models that the program does not have go through its interface: one that reads no source."""

from dataclasses import dataclass

import pytest
import torch
from tiny_models import target_inputs
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.config import TokenizerConfig
from attnstudio.inference.reader import AttentionReader, PairToRead, look_at_found
from attnstudio.inference.search import SearchOptions, search
from attnstudio.model.attention.normaliser import Softmax
from attnstudio.model.attention.reach import SoFar
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import ScaledDot
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.attention.trace import traces_of
from attnstudio.model.interface import DecoderOutput, Encoded, SequenceModel, StepOutput
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.model.multi_head import MultiHeadAttention
from attnstudio.model.trained import TrainedModel
from attnstudio.model.transformer import TiedProjection
from attnstudio.model.transformer_layers import EncoderLayer, FeedForward
from attnstudio.sites import DECODER_SELF, INPUTS, TARGET
from attnstudio.tokenizer import END_ID, Tokenizer, train_tokenizer


@dataclass(frozen=True)
class Written:
    """What was fed so far: (rows, position)."""

    tokens: Tensor

    @property
    def position(self):
        return self.tokens.size(1)

    def select(self, rows):
        return Written(self.tokens[rows])

    def select_beams(self, rows, sources):  # noqa: ARG002 - there are none
        return self.select(rows)


class OnlyWrites(SequenceModel):
    """A decoder alone: the Transformer's layers, which reach no further than what is written."""

    sources = ()

    def __init__(self, vocabulary=23, size=16, layers=2, heads=4):
        super().__init__()
        self.target_vocabulary = vocabulary
        self.embedding = nn.Embedding(vocabulary, size)
        self.layers = nn.ModuleList(
            EncoderLayer(
                size,
                attention=MultiHeadAttention(
                    size,
                    heads,
                    AttentionSpec(ScaledDot(), Softmax(), SoFar()),
                    site=DECODER_SELF,
                    layer=layer,
                ),
                feedforward=FeedForward(size, 24),
                dropout=0.0,
            )
            for layer in range(layers)
        )
        self.projection = TiedProjection(self.embedding)

    def embed(self, sources):
        assert not sources
        return {}

    def encode(self, embedded, *, intervention=None, trace=False):  # noqa: ARG002
        return Encoded({})

    def decode(self, encoded, inputs, *, intervention=None, trace=False):
        assert not encoded.sources
        states, traces = self.embedding(inputs), []
        for layer in self.layers:
            output = layer(states, None, AttentionRequest(intervention, trace))
            states = output.states
            traces.append(output.trace)
        return DecoderOutput(states, self.projection, traces_of({DECODER_SELF: traces}))

    def start(self, encoded):
        assert not encoded.sources
        return Written(torch.empty(0, 0, dtype=torch.int64))

    def step(self, state, tokens, **wishes):
        before = state.tokens if state.position else tokens.new_empty(len(tokens), 0)
        written = torch.cat((before, tokens[:, None]), dim=1)
        known = self.decode(Encoded({}), written, **wishes)
        output = DecoderOutput(known.features[:, -1:], self.projection)
        return StepOutput(output, Written(written))


@pytest.fixture
def model():
    torch.manual_seed(3)
    return OnlyWrites()


def test_it_trains_and_a_search_writes_what_it_learned(model):
    sentence = torch.tensor([[1, 5, 6, 7, 5, END_ID]])
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        optimiser.zero_grad()
        logits = model.decode(model.read({}), sentence[:, :-1]).logits
        functional.cross_entropy(logits[0], sentence[0, 1:]).backward()
        optimiser.step()
    for beam_size in (1, 3):
        [found] = search(model.eval(), model.read({}), [9], SearchOptions(beam_size))
        assert found[0].ids == (5, 6, 7, 5, END_ID)


@torch.no_grad()
def test_its_trace_is_of_what_is_written_so_far(model):
    encoded = model.read({}, trace=True)
    assert encoded.traces == {}
    output = model.decode(encoded, target_inputs(), trace=True)
    assert output.traces.keys() == {DECODER_SELF}
    weights = output.traces[DECODER_SELF].weights
    assert weights.shape == (3, 2, 4, 6, 6)
    assert weights.triu(diagonal=1).eq(0.0).all()
    assert model.look(encoded, target_inputs())[DECODER_SELF].weights.equal(weights)


@torch.no_grad()
def test_its_heads_can_be_taken_out(model):
    change = Intervention(ablated_heads=frozenset({HeadAddress(DECODER_SELF, 1, 2)}))
    changed = model.decode(model.read({}), target_inputs(), intervention=change).logits
    model.layers[1].attention.output.weight[:, 8:12] = 0.0  # head 2 of 4, of size 4
    expected = model.decode(model.read({}), target_inputs()).logits
    torch.testing.assert_close(changed, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("is_known", [False, True])
@torch.inference_mode()
def test_what_it_looks_at_is_read_without_any_source(is_known):
    texts = ["the dog sees a bone", "a dog sleeps"] * 10
    tokenizer = Tokenizer(train_tokenizer(texts, TokenizerConfig(vocabulary_size=280)).model)
    torch.manual_seed(3)
    model = TrainedModel.of(OnlyWrites(tokenizer.size))
    reader = AttentionReader(model, tokenizer)
    pairs = [PairToRead("", (*tokenizer.encode(text), END_ID), text, False) for text in texts[:2]]
    nothing = [{} for _ in pairs]

    if is_known:
        targets = [pair.target_ids for pair in pairs]
        looks = look_at_found(model.fast, targets, nothing, Encoded({}), None)
        records = [
            reader.record(pair, {}, (-0.5,) * len(pair.target_ids), looked)
            for pair, looked in zip(pairs, looks, strict=True)
        ]
    else:
        records = reader.read(pairs, nothing, {}, None)

    for record, text in zip(records, texts, strict=False):
        assert (record.target.text, record.sites) == (text, (DECODER_SELF,))
        assert set(record.axes) == {TARGET, INPUTS}
