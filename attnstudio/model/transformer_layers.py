"""The layers of a Transformer (Vaswani et al. 2017); for the place of the norms see `residual`."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.trace import AttentionTrace, added_to
from attnstudio.model.dropout import Dropout
from attnstudio.model.multi_head import HeadsOutput, KeyValues, MultiHeadAttention
from attnstudio.model.precision import rounded
from attnstudio.model.residual import PRE_NORM, Residual
from attnstudio.model.unpadding import Unpadding


class FeedForward(nn.Sequential):
    """Two linear layers with a ReLU between (Vaswani et al. 2017, equation 2)."""

    def __init__(self, model_size: int, inner_size: int) -> None:
        super().__init__(
            nn.Linear(model_size, inner_size), nn.ReLU(), nn.Linear(inner_size, model_size)
        )


@dataclass(frozen=True, slots=True)
class LayerCache:
    """What one decoder layer keeps between steps.

    Attributes:
        source: keys and values of the source.
        target: those of the target positions so far; None before the first.
        rows: which rows of ``target`` the cache stands for, taken when the next position joins
            them; None for all.
    """

    source: KeyValues
    target: KeyValues | None = None
    rows: Tensor | None = None

    def select(self, rows: Tensor) -> LayerCache:
        """The cache whose row *i* is this one's row ``rows[i]``."""
        target_rows = rows if self.rows is None else self.rows[rows]
        return LayerCache(
            self.source.select(rows),
            None if self.target is None else self.target.select(target_rows),
        )

    def select_beams(self, rows: Tensor, sources: Tensor | None) -> LayerCache:
        """The same with the source kept once for all its rows."""
        return LayerCache(
            self.source if sources is None else self.source.select(sources),
            self.target,
            rows if self.rows is None else self.rows[rows],
        )

    def followed_by(self, later: KeyValues) -> LayerCache:
        """The cache with the next target positions."""
        target = later if self.target is None else self.target.followed_by(later, self.rows)
        return LayerCache(self.source, target)


def last_norm(model_size: int, residual: Residual, *, is_last: bool) -> nn.Module:
    """The norm of a layer's last sublayer.

    A stack has a norm behind it. Where norms come last, that one is the norm of its last layer.
    """
    return nn.Identity() if is_last and not residual.norm_first else nn.LayerNorm(model_size)


class EncoderLayer(nn.Module):
    """Self-attention and feed-forward, each added to what came as the residual says."""

    def __init__(
        self,
        model_size: int,
        *,
        attention: MultiHeadAttention,
        feedforward: FeedForward,
        dropout: float,
        residual: Residual = PRE_NORM,
        is_last: bool = False,
    ) -> None:
        super().__init__()
        self.residual = residual
        self.attention_norm = nn.LayerNorm(model_size)
        self.attention = attention
        self.feedforward_norm = last_norm(model_size, residual, is_last=is_last)
        self.feedforward = feedforward
        self.dropout = Dropout(dropout)

    def forward(
        self,
        states: Tensor,
        mask: Tensor,
        request: AttentionRequest,
        unpadding: Unpadding | None = None,
    ) -> HeadsOutput:
        """Move (batch, src_len, model_size), or its tokens alone, one layer up."""
        residual = self.residual
        entered = rounded(residual.entered(self.attention_norm, states))
        looked: HeadsOutput = self.attention(
            entered, self.attention.project(entered, unpadding), mask, request, unpadding
        )
        trace = looked.trace
        if trace is not None and unpadding is None:
            trace = added_to(trace, states.detach(), residual, self.attention_norm)
        states = residual.left(self.attention_norm, states, self.dropout(looked.states))
        entered = residual.entered(self.feedforward_norm, states)
        given = self.dropout(self.feedforward(entered))
        return HeadsOutput(residual.left(self.feedforward_norm, states, given), trace)


@dataclass(frozen=True, slots=True)
class _DecoderLayerOutput:
    states: Tensor
    cache: LayerCache
    self_trace: AttentionTrace | None
    cross_trace: AttentionTrace | None


class DecoderLayer(nn.Module):
    """Causal self-attention, attention on the source, feed-forward."""

    def __init__(
        self,
        model_size: int,
        *,
        attention: MultiHeadAttention,
        cross: MultiHeadAttention,
        feedforward: FeedForward,
        dropout: float,
        residual: Residual = PRE_NORM,
        is_last: bool = False,
    ) -> None:
        super().__init__()
        self.residual = residual
        self.attention_norm = nn.LayerNorm(model_size)
        self.attention = attention
        self.cross_norm = nn.LayerNorm(model_size)
        self.cross = cross
        self.feedforward_norm = last_norm(model_size, residual, is_last=is_last)
        self.feedforward = feedforward
        self.dropout = Dropout(dropout)

    def forward(
        self,
        states: Tensor,
        cache: LayerCache,
        source_mask: Tensor,
        request: AttentionRequest,
        unpadding: Unpadding | None = None,
    ) -> _DecoderLayerOutput:
        """Move (batch, tgt_len, model_size), which follows what is cached, one layer up.

        Rows that share a source look at it together, as if they were target positions. With an
        unpadding, the states are its tokens alone.
        """
        residual = self.residual
        entered = rounded(residual.entered(self.attention_norm, states))
        new = self.attention.project(entered, unpadding, first=request.first_query)
        cache = cache.followed_by(new)
        target = cache.target
        assert target is not None
        own: HeadsOutput = self.attention(entered, target, None, request, unpadding)
        own_trace = own.trace
        if own_trace is not None and unpadding is None:
            own_trace = added_to(own_trace, states.detach(), residual, self.attention_norm)
        states = residual.left(self.attention_norm, states, self.dropout(own.states))
        together = residual.entered(self.cross_norm, states)
        if unpadding is None:
            together = together.view(source_mask.size(0), -1, states.size(-1))
        looked: HeadsOutput = self.cross(together, cache.source, source_mask, request, unpadding)
        trace = looked.trace
        if trace is not None and unpadding is None:
            trace = added_to(trace, states.detach(), residual, self.cross_norm)
        given = self.dropout(looked.states.view_as(states))
        states = residual.left(self.cross_norm, states, given)
        entered = residual.entered(self.feedforward_norm, states)
        given = self.dropout(self.feedforward(entered))
        states = residual.left(self.feedforward_norm, states, given)
        return _DecoderLayerOutput(states, cache, own_trace, trace)
