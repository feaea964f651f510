"""What an attention did, number by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.model.attention.score import Term
from attnstudio.model.workings import AttentionWorkings
from attnstudio.sites import Site

if TYPE_CHECKING:
    from attnstudio.model.residual import Residual


@dataclass(frozen=True, slots=True)
class AddedTo:
    """What the output of a layer's attention is added to.

    Attributes:
        states: (batch, query_len, output_size), which came so far, scaled as they are added.
        bias: (output_size,), which the output adds whatever is looked at.
        norm: through which the sum goes at once; None where it goes on as it is.
        scale: with which these states were multiplied.
    """

    states: Tensor
    bias: Tensor
    norm: nn.Module | None = None
    scale: float = 1.0

    def select(self, rows: Tensor) -> AddedTo:
        """Those whose row *i* is this one's row ``rows[i]``."""
        return replace(self, states=self.states.index_select(0, rows))


@dataclass(frozen=True, slots=True)
class CarriedValues:
    """What the weights of one layer are multiplied with, and what it becomes on the way out.

    Attributes:
        values: (batch, heads, key_len, value_size).
        output: (heads, value_size, output_size), which makes of the values of each head its part
            of what goes on; None where the values themselves do.
        residual: what that is added to; None where it is not added to anything.
    """

    values: Tensor
    output: Tensor | None
    residual: AddedTo | None = None

    def select(self, rows: Tensor) -> CarriedValues:
        """The values whose row *i* is this one's row ``rows[i]``."""
        residual = None if self.residual is None else self.residual.select(rows)
        return CarriedValues(self.values.index_select(0, rows), self.output, residual)

    def of_heads(self) -> Tensor:
        """f(x_j), what goes on of each place in full: (batch, heads, key_len, output_size)."""
        values = self.values.float()
        return values if self.output is None else values @ self.output.float()

    def side_by_side(self) -> Tensor:
        """The values of each head where they lie in a context in which heads lie side by side.

        Returns:
            (batch, heads, key_len, heads * value_size); a head has zeros where the others lie.
        """
        values = self.values.float()
        last = values.size(1) - 1
        return torch.stack(
            [
                functional.pad(each, (head * each.size(-1), (last - head) * each.size(-1)))
                for head, each in enumerate(values.unbind(dim=1))
            ],
            dim=1,
        )

    def norms(self) -> Tensor:
        """How long each vector is that goes on in full, ‖f(x_j)‖: (batch, heads, key_len)."""
        norms: Tensor = torch.linalg.vector_norm(self.of_heads(), dim=-1)
        return norms


@dataclass(frozen=True, slots=True)
class AttentionTrace:
    """Every number of the attention of one site, on the way from query to weight.

    Attributes:
        queries: (batch, layers, heads, query_len, head_size).
        keys: (batch, layers, heads, key_len, head_size).
        terms: each (batch, layers, heads, query_len, key_len); their sum is the score.
        scores: the same shape; minus infinity where masked.
        weights: the same shape, the normalised scores after any intervention; rows sum to 1.
        carried: of each layer, what is taken from where it looks.
        workings: of each layer, what its numbers were made of.
        places: (batch, layers, heads, query_len), around which place each query looks, counted
            from 0; None where it is not predicted.
    """

    queries: Tensor
    keys: Tensor
    terms: tuple[Term, ...]
    scores: Tensor
    weights: Tensor
    carried: tuple[CarriedValues, ...]
    workings: tuple[AttentionWorkings, ...]
    places: Tensor | None = None

    def select(self, rows: Tensor) -> AttentionTrace:
        """The trace whose row *i* is this one's row ``rows[i]``."""
        return AttentionTrace(
            self.queries.index_select(0, rows),
            self.keys.index_select(0, rows),
            tuple(Term(name, values.index_select(0, rows)) for name, values in self.terms),
            self.scores.index_select(0, rows),
            self.weights.index_select(0, rows),
            tuple(layer.select(rows) for layer in self.carried),
            tuple(layer.select(rows) for layer in self.workings),
            None if self.places is None else self.places.index_select(0, rows),
        )

    def norms(self) -> Tensor:
        """‖α_ij f(x_j)‖ of each head, as `weights` are shaped.

        Kobayashi et al. 2020, Attention is Not Only a Weight, equation 5. What an output adds to
        whatever is looked at, its bias, is no part of it.
        """
        taken = torch.stack([layer.norms() for layer in self.carried], dim=1)
        return self.weights * taken.unsqueeze(-2)  # (batch, layers, heads, 1, key_len)

    def looked(self) -> Looked:
        """The weights, and where a query could have put some."""
        return Looked(self.weights, ~(self.scores.isneginf() & (self.weights == 0.0)))


class Looked(NamedTuple):
    """Where an attention looks, and where it can.

    Attributes:
        weights: (batch, layers, heads, query_len, key_len); rows sum to 1.
        reached: broadcasts to them, False where a query cannot look; None where it can everywhere.
    """

    weights: Tensor
    reached: Tensor | None = None


Traces = Mapping[Site, AttentionTrace]


def traces_of(layers: Mapping[Site, Sequence[AttentionTrace | None]]) -> Traces:
    """One trace a site from those of its layers; none of a site whose layers were not traced."""
    there = {site: [each for each in traces if each is not None] for site, traces in layers.items()}
    return {site: join_layers(traces) for site, traces in there.items() if traces}


def looks_of(traces: Traces) -> dict[Site, Looked]:
    """Where each site looks."""
    return {site: trace.looked() for site, trace in traces.items()}


def norms_of(traces: Traces) -> dict[Site, Tensor]:
    """Where the target looks at a source, shaped as weights; see `AttentionTrace.norms`."""
    return {site: trace.norms() for site, trace in traces.items() if site.is_cross}


def added_to(
    trace: AttentionTrace, states: Tensor, residual: Residual, norm: nn.Module
) -> AttentionTrace:
    """The trace of one layer whose output is added to (batch, query_len, output_size).

    Args:
        trace: of the layer.
        states: what came.
        residual: how the output is added to it.
        norm: of the sublayer.
    """
    [carried], [workings] = trace.carried, trace.workings
    output = workings.output
    assert output is not None
    bias = cast("Tensor", output.bias).detach()
    before, after = (norm, None) if residual.norm_first else (None, norm)
    added = AddedTo(residual.kept(states), bias, after, residual.scale)
    return replace(
        trace,
        carried=(replace(carried, residual=added),),
        workings=(replace(workings, norm=before),),
    )


def join_layers(traces: Sequence[AttentionTrace]) -> AttentionTrace:
    """One trace of all layers from traces of one layer each, of which there is at least one."""
    return AttentionTrace(
        queries=torch.cat([trace.queries for trace in traces], dim=1),
        keys=torch.cat([trace.keys for trace in traces], dim=1),
        terms=join_terms([trace.terms for trace in traces], dim=1),
        scores=torch.cat([trace.scores for trace in traces], dim=1),
        weights=torch.cat([trace.weights for trace in traces], dim=1),
        carried=tuple(layer for trace in traces for layer in trace.carried),
        workings=tuple(layer for trace in traces for layer in trace.workings),
        places=join_places([trace.places for trace in traces], dim=1),
    )


def join_places(parts: Sequence[Tensor | None], *, dim: int) -> Tensor | None:
    """Predicted places, one after the other along a dimension; None where none are predicted."""
    there = [part for part in parts if part is not None]
    return torch.cat(there, dim=dim) if there else None


def join_terms(parts: Sequence[tuple[Term, ...]], *, dim: int) -> tuple[Term, ...]:
    """Terms of the same score, one after the other along a dimension."""
    return tuple(
        Term(same[0].symbol, torch.cat([term.values for term in same], dim=dim))
        for same in zip(*parts, strict=True)
    )
