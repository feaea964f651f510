"""The models of `attnstudio.model` as one would write them at first.

Parameters bear the names that they bear there, so that one model's weights load into the other and
`training.py` can check that both compute the same. Everything is plain torch in float32: its own
dropout, its own attention, its own cross-entropy. The speed of training is held against them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.config_attention import AttentionKind
from attnstudio.config_model import RecurrentConfig, TransformerConfig
from attnstudio.model.interface import SourceBatch
from attnstudio.tokenizer import PADDING_ID


def plain_model(config: TransformerConfig | RecurrentConfig, vocabulary: int) -> nn.Module:
    """The plain model of a config, with a vocabulary that both sides share; one layer of GRU."""
    if isinstance(config, TransformerConfig):
        return PlainTransformer(config, vocabulary)
    return PlainRecurrent(config, vocabulary)


class PlainAttention(nn.Module):
    """Multi-head attention through torch's own product."""

    def __init__(self, size: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(size, size) for _ in range(4))

    def forward(self, states: Tensor, memory: Tensor, mask: Tensor | None) -> Tensor:
        """(batch, query_len, size) looks at (batch, key_len, size); without a mask, backwards."""
        queries, keys, values = (
            each.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for each in (self.query(states), self.key(memory), self.value(memory))
        )  # (batch, heads, length, head_size)
        context = functional.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, is_causal=mask is None
        )
        return self.output(context.transpose(1, 2).flatten(2))


class PlainEncoderLayer(nn.Module):
    """Self-attention and feed-forward."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        size = config.model_size
        self.attention_norm = nn.LayerNorm(size)
        self.attention = PlainAttention(size, config.heads)
        self.feedforward_norm = nn.LayerNorm(size)
        self.feedforward = nn.Sequential(
            nn.Linear(size, config.feedforward_size),
            nn.ReLU(),
            nn.Linear(config.feedforward_size, size),
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        """(batch, length, size) one layer up."""
        normed = self.attention_norm(states)
        states = states + self.dropout(self.attention(normed, normed, mask))
        return states + self.dropout(self.feedforward(self.feedforward_norm(states)))


class PlainDecoderLayer(PlainEncoderLayer):
    """Causal self-attention, attention on the source, feed-forward."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(config)
        self.cross_norm = nn.LayerNorm(config.model_size)
        self.cross = PlainAttention(config.model_size, config.heads)

    def forward(self, states: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """(batch, tgt_len, size) one layer up, looking at (batch, src_len, size)."""
        normed = self.attention_norm(states)
        states = states + self.dropout(self.attention(normed, normed, None))
        states = states + self.dropout(self.cross(self.cross_norm(states), memory, mask))
        return states + self.dropout(self.feedforward(self.feedforward_norm(states)))


class PlainTransformer(nn.Module):
    """A pre-norm Transformer with one embedding for everything."""

    def __init__(self, config: TransformerConfig, vocabulary: int) -> None:
        super().__init__()
        size = config.model_size
        self.target_embedding = nn.Embedding(vocabulary, size, padding_idx=PADDING_ID)
        self.encoder_layers = nn.ModuleList(
            PlainEncoderLayer(config) for _ in range(config.encoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(size)
        self.decoder_layers = nn.ModuleList(
            PlainDecoderLayer(config) for _ in range(config.decoder_layers)
        )
        self.decoder_norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, source: SourceBatch, inputs: Tensor) -> Tensor:
        """Logits, (batch, tgt_len, vocabulary)."""
        mask = source.mask[:, None, None, :]
        memory = self._embed(source.values)
        for layer in self.encoder_layers:
            memory = layer(memory, mask)
        memory = self.encoder_norm(memory)
        states = self._embed(inputs)
        for layer in self.decoder_layers:
            states = layer(states, memory, mask)
        return functional.linear(self.decoder_norm(states), self.target_embedding.weight)

    def _embed(self, tokens: Tensor) -> Tensor:
        size = self.target_embedding.embedding_dim
        steps = torch.exp(torch.arange(0, size, 2) / size * -math.log(10_000.0))
        angles = torch.arange(tokens.size(1)).unsqueeze(1) * steps
        positions = torch.stack((angles.sin(), angles.cos()), dim=-1).flatten(1)
        return self.dropout(self.target_embedding(tokens) * math.sqrt(size) + positions)


class PlainEncoder(nn.Module):
    """Two GRUs, one over the sentence turned round within its own length.

    This is faster than packed sequences, which would be the first thing to write.
    """

    def __init__(self, config: RecurrentConfig, vocabulary: int) -> None:
        super().__init__()
        sizes = (config.embedding_size, config.hidden_size)
        self.embedding = nn.Embedding(vocabulary, config.embedding_size, padding_idx=PADDING_ID)
        self.forwards = nn.ModuleList([nn.GRU(*sizes, batch_first=True)])
        self.backwards = nn.ModuleList([nn.GRU(*sizes, batch_first=True)])
        self.reduction = (
            nn.Linear(2 * config.hidden_size, config.hidden_size, bias=False)
            if config.attention is AttentionKind.DOT
            else nn.Identity()
        )
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, source: SourceBatch) -> tuple[Tensor, Tensor]:
        """States, (batch, src_len, memory), and their summary, (batch, 2 * hidden)."""
        embedded = self.dropout(self.embedding(source.values))
        places = torch.arange(source.mask.size(1)).expand_as(source.mask)
        last = source.mask.sum(dim=1, keepdim=True) - 1
        turned = torch.where(source.mask, last - places, places)
        ahead = self.forwards[0](embedded)[0]
        back = _taken(self.backwards[0](_taken(embedded, turned))[0], turned)
        summary = torch.cat((_taken(ahead, last)[:, 0], back[:, 0]), dim=-1)
        return self.reduction(torch.cat((ahead, back), dim=-1)), summary


def _taken(states: Tensor, places: Tensor) -> Tensor:
    return states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.size(-1)))


class PlainScore(nn.Module):
    """ADDITIVE, DOT or GENERAL."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.query, self.key = nn.Identity(), nn.Identity()
        if config.attention is not AttentionKind.DOT:
            self.key = nn.Linear(2 * size, size, bias=False)
        if config.attention is AttentionKind.ADDITIVE:
            self.query = nn.Linear(size, size, bias=False)
            self.score_vector = nn.Linear(size, 1, bias=False)

    def forward(self, states: Tensor, keys: Tensor) -> Tensor:
        """(batch, tgt_len, hidden) against (batch, src_len, hidden)."""
        queries = self.query(states)
        if not hasattr(self, "score_vector"):
            return queries @ keys.transpose(1, 2)
        sums = queries.unsqueeze(2) + keys.unsqueeze(1)  # (batch, tgt_len, src_len, hidden)
        return self.score_vector(sums.tanh()).squeeze(-1)


class PlainFedCells(nn.Module):
    """A GRU cell that sees a word, whose product is known beforehand, and something fed."""

    def __init__(self, embedding_size: int, fed_size: int, hidden_size: int) -> None:
        super().__init__()
        self.input_gates = nn.Linear(embedding_size, 3 * hidden_size)
        self.fed_gates = nn.Linear(fed_size, 3 * hidden_size, bias=False)
        self.hidden_gates = nn.ModuleList([nn.Linear(hidden_size, 3 * hidden_size)])

    def forward(self, projected: Tensor, fed: Tensor, hidden: Tensor) -> Tensor:
        """The next hidden state."""
        given = (projected + self.fed_gates(fed)).chunk(3, dim=-1)
        recurrent = self.hidden_gates[0](hidden).chunk(3, dim=-1)
        reset, update = ((g + r).sigmoid() for g, r in list(zip(given, recurrent, strict=True))[:2])
        candidate = (given[2] + reset * recurrent[2]).tanh()
        return candidate + update * (hidden - candidate)


class PlainAdditiveDecoder(nn.Module):
    """Look, move the cell with what was seen, predict through maxout."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        hidden, embedding = config.hidden_size, config.embedding_size
        self.feature_size = hidden // 2
        self.cells = PlainFedCells(embedding, 2 * hidden, hidden)
        self.score = PlainScore(config)
        self.deep_output = nn.Linear(3 * hidden + embedding, 2 * self.feature_size)

    def forward(self, embedded: Tensor, values: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """Features, (batch, tgt_len, feature_size)."""
        keys = self.score.key(values)
        hiddens, contexts = [], []
        for projected in self.cells.input_gates(embedded).unbind(dim=1):
            context = _context(self.score(hidden.unsqueeze(1), keys), values, mask).squeeze(1)
            hidden = self.cells(projected, context, hidden)
            hiddens.append(hidden)
            contexts.append(context)
        seen = torch.cat((torch.stack(hiddens, 1), torch.stack(contexts, 1), embedded), dim=-1)
        return self.deep_output(seen).unflatten(-1, (self.feature_size, 2)).amax(dim=-1)


class PlainLuongDecoder(nn.Module):
    """A GRU over the target, then attention for all positions at once."""

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__()
        hidden = config.hidden_size
        memory_size = hidden if config.attention is AttentionKind.DOT else 2 * hidden
        self.feature_size = hidden
        self.cells = nn.Module()
        self.cells.recurrent = nn.GRU(config.embedding_size, hidden, batch_first=True)
        self.score = PlainScore(config)
        self.combine = nn.Linear(memory_size + hidden, hidden, bias=False)

    def forward(self, embedded: Tensor, values: Tensor, mask: Tensor, hidden: Tensor) -> Tensor:
        """Features, (batch, tgt_len, feature_size)."""
        outputs = self.cells.recurrent(embedded, hidden.unsqueeze(0))[0]
        context = _context(self.score(outputs, self.score.key(values)), values, mask)
        return self.combine(torch.cat((context, outputs), dim=-1)).tanh()


def _context(scores: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    weights = scores.masked_fill(~mask.unsqueeze(1), -math.inf).softmax(dim=-1)
    return weights @ values


class PlainRecurrent(nn.Module):
    """Encoder, a start state from its summary, decoder, vocabulary."""

    def __init__(self, config: RecurrentConfig, vocabulary: int) -> None:
        super().__init__()
        self.encoder = PlainEncoder(config, vocabulary)
        self.bridge = nn.Linear(2 * config.hidden_size, config.hidden_size)
        self.embedding = nn.Embedding(vocabulary, config.embedding_size, padding_idx=PADDING_ID)
        additive = config.attention is AttentionKind.ADDITIVE
        self.decoder = (PlainAdditiveDecoder if additive else PlainLuongDecoder)(config)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(self.decoder.feature_size, vocabulary)

    def forward(self, source: SourceBatch, inputs: Tensor) -> Tensor:
        """Logits, (batch, tgt_len, vocabulary)."""
        values, summary = self.encoder(source)
        embedded = self.dropout(self.embedding(inputs))
        features = self.decoder(embedded, values, source.mask, self.bridge(summary).tanh())
        return self.output(self.dropout(features))
