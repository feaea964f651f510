"""Multi-head attention, by the fastest kernel where nobody looks, explicit where somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from attnstudio.model.attention.attend import attend
from attnstudio.model.attention.kernels import Kernel, context_by, kernel_for
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.attention.trace import AttentionTrace, CarriedValues
from attnstudio.model.workings import AttentionWorkings

if TYPE_CHECKING:
    from attnstudio.model.unpadding import Unpadding
    from attnstudio.sites import Site


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
        spec: what each head computes.
        dropout: share of weights dropped while training.
        site: which attention this is, so that an intervention finds it.
        layer: its layer, counted from 0.
    """

    def __init__(
        self,
        model_size: int,
        heads: int,
        spec: AttentionSpec,
        *,
        site: Site,
        layer: int = 0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.spec = spec
        self.site = site
        self.layer = layer
        self.dropout = dropout
        self.query = nn.Linear(model_size, model_size)
        self.key = nn.Linear(model_size, model_size)
        self.value = nn.Linear(model_size, model_size)
        self.output = nn.Linear(model_size, model_size)
        for name, part in spec.learnt_parts().items():
            self.add_module(name, part)

    def project(
        self, memory: Tensor, unpadding: Unpadding | None = None, *, first: int = 0
    ) -> KeyValues:
        """Keys and values of (batch, key_len, model_size), or of its tokens alone.

        Args:
            memory: what is looked at.
            unpadding: where the tokens are.
            first: the absolute position of the first, counted from 0.
        """
        keys, values = self.key(memory), self.value(memory)
        turned = self.spec.positions.turn(self._split(keys, unpadding), first)
        return KeyValues(turned, self._split(values, unpadding))

    def forward(
        self,
        states: Tensor,
        memory: KeyValues,
        mask: Tensor | None,
        request: AttentionRequest,
        unpadding: Unpadding | None = None,
    ) -> HeadsOutput:
        """Let (batch, query_len, model_size) look at the memory, but for its padding.

        Args:
            states: what looks; with an unpadding, its tokens alone.
            memory: what is looked at.
            mask: broadcasts to (batch, heads, query_len, key_len), True where there is no padding.
            request: what is wanted besides the states.
            unpadding: where the tokens are.
        """
        queries = self._split(self.query(states), unpadding)  # (batch, heads, query_len, head_size)
        queries = self.spec.positions.turn(queries, request.first_query)
        dropout = self.dropout if self.training else 0.0
        is_traced = request.traces(self.site, self.layer)
        kernel = kernel_for(
            self.spec,
            queries.device,
            queries.dtype,
            needs_weights=is_traced or request.intervention is not None,
            drops=dropout > 0.0,
            length=min(queries.size(2), memory.keys.size(2)),
        )
        if kernel is not Kernel.EXPLICIT:
            context = context_by(
                kernel,
                self.spec.reach,
                queries,
                memory.keys,
                memory.values,
                mask,
                first_query=request.first_query,
                dropout=dropout,
                positions=self.spec.positions,
            )
            return HeadsOutput(self._merge(context, unpadding), None)
        attended = attend(
            self.spec,
            queries,
            memory.keys,
            memory.values,
            mask,
            site=self.site,
            layer=self.layer,
            request=request,
            dropout=dropout,
        )
        output = self._merge(attended.context, unpadding)
        if not is_traced:
            return HeadsOutput(output, None)
        carried = CarriedValues(memory.values, self._output_of_heads())
        workings = AttentionWorkings(
            states,
            attended.context,
            self.query,
            self.key,
            self.value,
            self.spec.score,
            self.spec.normaliser,
            self.spec.reach,
            output,
            self.output,
            positions=self.spec.positions,
        )
        return HeadsOutput(output, attended.trace_of(queries, memory.keys, carried, workings))

    def _output_of_heads(self) -> Tensor:
        """What the output layer does with each head: (heads, head_size, model_size)."""
        weight: Tensor = self.output.weight  # (model_size, heads * head_size)
        return weight.detach().T.reshape(self.heads, -1, weight.size(0))

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
