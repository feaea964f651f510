"""The layers of a Transformer that is only read, with as few calls into torch as it takes.

Query, key and value come from one product, sums and ReLU happen inside the products. For one
sentence the calls took longer than the arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.model.attention.score import scaled_dot_products
from attnstudio.model.multi_head import KeyValues, MultiHeadAttention, select_and_append
from attnstudio.model.packed_linear import PackedLinear
from attnstudio.model.transformer_layers import DecoderLayer, EncoderLayer, FeedForward, LayerCache


@dataclass(frozen=True, slots=True)
class FoldedSource:
    """A single source with the layer's matrices multiplied in.

    A score (W_q x + b_q) k is x (W_q k) + b_q k, and an output W_o (sum of w v) is the sum of
    w (W_o v): with W_q k and W_o v of every position and head, the attention of a row on a short
    source is two small products. 1/sqrt(d) and the bias of W_o are folded in too.

    Attributes:
        scores_bias: (heads * src_len,).
        keys: (model_size, heads * src_len).
        values: (heads * src_len, model_size).
    """

    scores_bias: Tensor
    keys: Tensor
    values: Tensor

    def add_to(self, states: Tensor, normed: Tensor, heads: int) -> Tensor:
        """The states, (rows, model_size), and what they see of the source, once normalised."""
        scores = torch.addmm(self.scores_bias, normed, self.keys)
        weights = scores.view(len(states), heads, -1).softmax(dim=-1)
        return torch.addmm(states, weights.view(scores.shape), self.values)


@dataclass(frozen=True, slots=True)
class PackedCache:
    """What one decoder layer keeps between steps.

    Attributes:
        source: keys and values of the source.
        folded: the same, folded, where there is one short source.
        target: (rows, 2 * heads, position, head_size), keys and values of the target so far; None
            before the first.
        rows: which rows of ``target`` the cache stands for, taken when the next position joins
            them; None for all.
    """

    source: KeyValues
    folded: FoldedSource | None
    target: Tensor | None = None
    rows: Tensor | None = None

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> PackedCache:
        """See `DecoderState`."""
        return PackedCache(
            self.source if sources is None else self.source.select(sources),
            self.folded if sources is None else None,
            self.target,
            rows if self.rows is None else self.rows[rows],
        )

    def followed_by(self, later: Tensor) -> PackedCache:
        """The cache with the keys and values of the next target position."""
        if self.target is None:
            target = later
        elif self.rows is None:
            target = torch.cat((self.target, later), dim=2)
        else:
            target = select_and_append(self.target, self.rows, later)
        return PackedCache(self.source, self.folded, target)

    def unpacked(self) -> LayerCache:
        """The same as the model keeps it."""
        if self.target is None:
            return LayerCache(self.source)
        keys, values = self.target.chunk(2, dim=1)
        return LayerCache(self.source, KeyValues(keys, values), self.rows)


@dataclass(frozen=True, slots=True)
class LayerLook:
    """What a decoder layer looks at, and what it needs to go on.

    Attributes:
        own: (batch, heads, tgt_len, tgt_len) weights.
        cross: (batch, heads, tgt_len, src_len) weights.
        states: (batch, tgt_len, model_size) before the source is seen.
        values: (batch, heads, src_len, head_size) of the source.
    """

    own: Tensor
    cross: Tensor
    states: Tensor
    values: Tensor


class PackedEncoderLayer:
    """An encoder layer; see `EncoderLayer`."""

    def __init__(self, layer: EncoderLayer) -> None:
        self._own = _SelfAttention(layer.attention_norm, layer.attention)
        self._feedforward = _FeedForward(layer.feedforward_norm, layer.feedforward)

    def forward(self, states: Tensor, bias: Tensor | None) -> Tensor:
        """Move (batch, src_len, model_size) one layer up.

        Args:
            states: of the layer below.
            bias: (batch, 1, 1, src_len), minus infinity on padding; None without padding.
        """
        queries, keys, values = self._own.project(states).chunk(3, dim=1)
        context = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=bias)
        return self._feedforward.add_to(self._own.add_to(states, context))


class PackedDecoderLayer:
    """A decoder layer; see `DecoderLayer`."""

    def __init__(self, layer: DecoderLayer) -> None:
        cross, size = layer.cross, layer.cross.query.weight.size(1)
        self._heads = cross.heads
        self._own = _SelfAttention(layer.attention_norm, layer.attention)
        self._cross_norm = Norm(layer.cross_norm)
        self._cross_query = as_packed(cross.query)
        self._cross_memory = PackedLinear.side_by_side(
            [as_packed(cross.key), as_packed(cross.value)]
        )
        self._cross_output = as_packed(cross.output)
        self._feedforward = _FeedForward(layer.feedforward_norm, layer.feedforward)
        self._own.prepare_single_rows()
        self._feedforward.prepare_single_rows()
        # (heads, head_size, model_size): a head's rows of the query, its columns of the output
        self._query_by_head = self._cross_query.weight.view(cross.heads, -1, size)
        self._output_by_head = self._cross_output.weight.T.reshape(cross.heads, -1, size)

    def start(self, memory: Tensor, *, padded: bool) -> PackedCache:
        """What the layer keeps of the encoded source, (batch, src_len, model_size)."""
        heads = _split(self._cross_memory.forward(memory), 2 * self._heads)
        # a head's own places side by side: every step reads them, up to a third faster than apart
        keys, values = heads.contiguous().chunk(2, dim=1)
        source = KeyValues(keys, values)
        short = keys.size(2) <= keys.size(3)  # else folding multiplies more than it saves
        single = len(keys) == 1 and not padded
        return PackedCache(source, self._fold(source) if single and short else None)

    def advance(
        self, states: Tensor, cache: PackedCache, bias: Tensor | None
    ) -> tuple[Tensor, PackedCache]:
        """Move (rows, model_size), one position a row, one layer up."""
        rows, size = states.shape
        inputs = self._own.project_rows(states)
        queries, later = inputs.split_with_sizes((self._heads, 2 * self._heads), dim=1)
        cache = cache.followed_by(later)
        assert cache.target is not None
        keys, values = cache.target.chunk(2, dim=1)
        context = functional.scaled_dot_product_attention(queries, keys, values)
        states = self._own.add_rows_to(states, context.view(rows, size))
        normed = self._cross_norm(states)
        if cache.folded is None:
            states = self._attend(states, normed, cache.source, bias)
        else:
            states = cache.folded.add_to(states, normed, self._heads)
        return self._feedforward.add_to(states), cache

    def look(
        self, states: Tensor, memory: Tensor, causal: Tensor | None, bias: Tensor | None
    ) -> LayerLook:
        """The weights of known targets.

        Args:
            states: (batch, tgt_len, model_size).
            memory: the encoded source, (batch, src_len, model_size).
            causal: (tgt_len, tgt_len), minus infinity where a target may not look.
            bias: (batch, 1, 1, src_len), minus infinity on padding; None without padding.
        """
        queries, keys, values = self._own.project(states).chunk(3, dim=1)
        own = _weights(queries, keys, causal)
        states = self._own.add_to(states, own @ values)
        queries = _split(self._cross_query.forward(self._cross_norm(states)), self._heads)
        keys, values = _split(self._cross_memory.forward(memory), 2 * self._heads).chunk(2, dim=1)
        return LayerLook(own, _weights(queries, keys, bias), states, values)

    def go_on(self, look: LayerLook) -> Tensor:
        """The layer's states after it looked, (batch, tgt_len, model_size)."""
        context = (look.cross @ look.values).transpose(1, 2).flatten(2)
        return self._feedforward.add_to(self._cross_output.added_to(look.states, context))

    def _attend(
        self, states: Tensor, normed: Tensor, source: KeyValues, bias: Tensor | None
    ) -> Tensor:
        """Rows that share a source look at it together, as if they were target positions."""
        queries = self._cross_query.forward(normed).view(len(source.keys), -1, normed.size(1))
        context = functional.scaled_dot_product_attention(
            _split(queries, self._heads), source.keys, source.values, attn_mask=bias
        )  # (sources, heads, beams, head_size)
        return self._cross_output.added_to(states, context.transpose(1, 2).reshape(states.shape))

    def _fold(self, source: KeyValues) -> FoldedSource:
        keys, values = source.keys[0], source.values[0]  # (heads, src_len, head_size)
        query, output = self._cross_query, self._cross_output
        assert query.bias is not None
        assert output.bias is not None
        heads, _, head_size = keys.shape
        scaled = keys / math.sqrt(head_size)
        bias = scaled @ query.bias.view(heads, head_size, 1)
        folded_keys = scaled @ self._query_by_head  # (heads, src_len, model_size)
        # a head's weights sum to 1: they bring its share of the bias along
        folded_values = values @ self._output_by_head + output.bias / heads
        return FoldedSource(
            bias.flatten(), folded_keys.flatten(0, 1).T, folded_values.flatten(0, 1)
        )


class Norm:
    """`torch.nn.LayerNorm` without the cost of calling a module."""

    def __init__(self, norm: nn.Module) -> None:
        assert isinstance(norm, nn.LayerNorm), "norms come first where layers are packed"
        self._arguments = (list(norm.normalized_shape), norm.weight, norm.bias, norm.eps)

    def __call__(self, states: Tensor) -> Tensor:
        """Normalise (…, model_size)."""
        return torch.layer_norm(states, *self._arguments)


class _SelfAttention:
    """Everything around the attention of states on themselves."""

    def __init__(self, norm: nn.LayerNorm, attention: MultiHeadAttention) -> None:
        self._norm = Norm(norm)
        self._parts = 3 * attention.heads
        self._inputs = PackedLinear.side_by_side(
            [as_packed(part) for part in (attention.query, attention.key, attention.value)]
        )
        self._output = as_packed(attention.output)

    def prepare_single_rows(self) -> None:
        self._inputs.prepare_single_rows()
        self._output.prepare_single_rows()

    def project(self, states: Tensor) -> Tensor:
        """Queries, keys, values: (batch, 3 * heads, length, head_size)."""
        return _split(self._inputs.forward(self._norm(states)), self._parts)

    def project_rows(self, states: Tensor) -> Tensor:
        """The same of (rows, model_size): (rows, 3 * heads, 1, head_size)."""
        inputs = self._inputs.forward(self._norm(states))
        return inputs.view(len(states), self._parts, 1, -1)

    def add_to(self, states: Tensor, context: Tensor) -> Tensor:
        """The sum of what went in and what was seen, (batch, heads, length, head_size)."""
        return self._output.added_to(states, context.transpose(1, 2).flatten(2))

    def add_rows_to(self, states: Tensor, context: Tensor) -> Tensor:
        """The same of (rows, model_size)."""
        return self._output.added_to(states, context)


class _FeedForward:
    def __init__(self, norm: nn.Module, feedforward: FeedForward) -> None:
        self._norm = Norm(norm)
        self._enter, self._leave = as_packed(feedforward[0]), as_packed(feedforward[2])

    def prepare_single_rows(self) -> None:
        self._enter.prepare_single_rows()
        self._leave.prepare_single_rows()

    def add_to(self, states: Tensor) -> Tensor:
        """The sum of what went in and what came out."""
        return self._leave.added_to(states, self._enter.forward(self._norm(states)))


def _weights(queries: Tensor, keys: Tensor, bias: Tensor | None) -> Tensor:
    """(batch, heads, query_len, key_len)."""
    scores = scaled_dot_products(queries, keys)
    return (scores if bias is None else scores.add_(bias)).softmax(dim=-1)


def _split(states: Tensor, parts: int) -> Tensor:
    """(batch, length, parts * head_size) to (batch, parts, length, head_size)."""
    batch, length, _ = states.shape
    return states.view(batch, length, parts, -1).transpose(1, 2)


def as_packed(module: nn.Module) -> PackedLinear:
    """The module, which is one."""
    assert isinstance(module, PackedLinear), "the model was not packed"
    return module
