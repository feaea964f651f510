"""Multi-head attention, fused where nobody looks and explicit where somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.model.attention import Inspection, attend, scaled_dot_scores
from attnstudio.model.interface import AttentionTrace
from attnstudio.model.rounded_attention import rounded_attention

if TYPE_CHECKING:
    from attnstudio.model.intervention import AttentionSite
    from attnstudio.model.unpadding import Unpadding


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Keys and values of one layer, each (batch, heads, key_len, head_size)."""

    keys: Tensor
    values: Tensor

    def select(self, rows: Tensor) -> KeyValues:
        """The keys and values whose row *i* is this one's row ``rows[i]``."""
        return KeyValues(self.keys.index_select(0, rows), self.values.index_select(0, rows))

    def followed_by(self, later: KeyValues, rows: Tensor | None = None) -> KeyValues:
        """These, or their rows ``rows``, and then those of later positions."""
        if rows is None:
            return KeyValues(
                torch.cat((self.keys, later.keys), dim=2),
                torch.cat((self.values, later.values), dim=2),
            )
        return KeyValues(
            select_and_append(self.keys, rows, later.keys),
            select_and_append(self.values, rows, later.values),
        )


def select_and_append(states: Tensor, rows: Tensor, later: Tensor) -> Tensor:
    """Both in one copy; without gradients."""
    batch, heads, length, head_size = later.shape
    both = later.new_empty(batch, heads, states.size(2) + length, head_size)
    torch.index_select(states, 0, rows, out=both[:, :, :-length])
    both[:, :, -length:] = later
    return both


@dataclass(frozen=True, slots=True)
class HeadsOutput:
    """(batch, query_len, model_size) and, if asked for, the trace of one layer."""

    states: Tensor
    trace: AttentionTrace | None


class MultiHeadAttention(nn.Module):
    """Several heads side by side (Vaswani et al. 2017, section 3.2.2).

    Args:
        model_size: size of the states, divided among the heads.
        heads: how many.
        dropout: share of weights dropped while training.
        site: which attention this is, so that an intervention finds it.
        layer: its layer, counted from 0.
    """

    def __init__(
        self, model_size: int, heads: int, dropout: float, site: AttentionSite, layer: int
    ) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.site = site
        self.layer = layer
        self.query = nn.Linear(model_size, model_size)
        self.key = nn.Linear(model_size, model_size)
        self.value = nn.Linear(model_size, model_size)
        self.output = nn.Linear(model_size, model_size)

    def project(self, memory: Tensor, unpadding: Unpadding | None = None) -> KeyValues:
        """Keys and values of (batch, key_len, model_size), or of its tokens alone."""
        keys, values = self.key(memory), self.value(memory)
        return KeyValues(self._split(keys, unpadding), self._split(values, unpadding))

    def forward(
        self,
        states: Tensor,
        memory: KeyValues,
        mask: Tensor | None,
        inspection: Inspection,
        unpadding: Unpadding | None = None,
    ) -> HeadsOutput:
        """Let (batch, query_len, model_size) look at the memory where the mask is True.

        With an unpadding, the states are its tokens alone.
        """
        queries = self._split(self.query(states), unpadding)  # (batch, heads, query_len, head_size)
        dropout = self.dropout if self.training else 0.0
        if not inspection.needs_weights:
            context = _fused(queries, memory, mask, dropout)
            return HeadsOutput(self._merge(context, unpadding), None)
        attended = attend(
            scaled_dot_scores(queries, memory.keys),
            memory.values,
            mask,
            site=self.site,
            layer=self.layer,
            inspection=inspection,
            dropout=dropout,
        )
        trace = AttentionTrace(
            queries.unsqueeze(1),
            memory.keys.unsqueeze(1),
            attended.scores.unsqueeze(1),
            attended.weights.unsqueeze(1),
        )
        states = self._merge(attended.context, unpadding)
        return HeadsOutput(states, trace if inspection.trace else None)

    def _split(self, states: Tensor, unpadding: Unpadding | None) -> Tensor:
        if unpadding is not None:
            return unpadding.split_heads(states)
        batch, length, _ = states.shape
        return states.view(batch, length, self.heads, -1).transpose(1, 2)

    def _merge(self, context: Tensor, unpadding: Unpadding | None) -> Tensor:
        side_by_side = (
            context.transpose(1, 2).flatten(2)
            if unpadding is None
            else unpadding.merge_heads(context)
        )
        output: Tensor = self.output(side_by_side)
        return output


def _fused(queries: Tensor, memory: KeyValues, mask: Tensor | None, dropout: float) -> Tensor:
    """The context, the weights of which nobody wants to see."""
    keys, values = memory.keys, memory.values
    on_processor = queries.device.type == "cpu"
    if on_processor and queries.dtype is torch.bfloat16 and not dropout:
        return rounded_attention(queries, keys, values, mask)
    with torch.autocast(queries.device.type, enabled=not on_processor):
        if on_processor:  # its product is slow in bfloat16
            queries, keys, values = queries.float(), keys.float(), values.float()
        return functional.scaled_dot_product_attention(
            queries, keys, values, attn_mask=mask, dropout_p=dropout
        )
