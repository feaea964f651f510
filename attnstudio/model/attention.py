"""From a query and keys to attention weights: the score functions and the one masked softmax."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from attnstudio.errors import UsageError
from attnstudio.model.interface import AttentionTrace
from attnstudio.model.intervention import AttentionSite, HeadAddress, Intervention

if TYPE_CHECKING:
    from collections.abc import Sequence


class ScoreFunction(nn.Module, ABC):
    """How well a source position fits what a recurrent decoder looks for.

    Keys are projected once a source, queries once a target position. Traces show both as they
    are after the projection, so that a score follows from them (and from ``score_vector``, in
    `TanhScore`) alone. Under autocast the projections are rounded, the scores are not.

    Args:
        query: maps decoder states, (…, hidden), to queries.
        key: maps encoder states, (…, memory_size), to keys of the same size.
    """

    def __init__(self, query: nn.Module, key: nn.Module) -> None:
        super().__init__()
        self.query = query
        self.key = key

    def project_queries(self, states: Tensor) -> Tensor:
        """(batch, tgt_len, hidden) to (batch, tgt_len, key_size)."""
        queries: Tensor = self.query(states)
        return _at_least_float32(queries)

    def project_keys(self, memory: Tensor) -> Tensor:
        """(batch, src_len, memory_size) to (batch, src_len, key_size)."""
        keys: Tensor = self.key(memory)
        return _at_least_float32(keys)

    def score(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Projected queries against projected keys: (batch, tgt_len, src_len), in float32."""
        with torch.autocast(queries.device.type, enabled=False):
            return self.compare(queries, keys)

    @abstractmethod
    def compare(self, queries: Tensor, keys: Tensor) -> Tensor:
        """The formula of `score`."""


class TanhScore(ScoreFunction):
    """v^T tanh(q + k), the formula of two papers.

    ADDITIVE: v^T tanh(W s + U h) (Bahdanau et al. 2015, appendix A.1.2).
    CONCAT: v^T tanh(W [h; s]) = v^T tanh(W_h h + W_s s) (Luong et al. 2015, equation 8).
    """

    def __init__(self, query: nn.Linear, key: nn.Linear) -> None:
        super().__init__(query, key)
        self.score_vector = nn.Linear(key.out_features, 1, bias=False)  # v

    def compare(self, queries: Tensor, keys: Tensor) -> Tensor:  # noqa: D102 - see ScoreFunction
        rows = []
        for query in torch.split(
            queries, 1, dim=1
        ):  # one row at a time stays in the processor's cache
            sums = query + keys  # (batch, src_len, hidden)
            rows.append(self.score_vector(sums.tanh_()).squeeze(-1))
        return torch.stack(rows, dim=1)


class DotScore(ScoreFunction):
    """q^T k.

    DOT: h^T s, where the sizes must be equal; GENERAL: h^T W s (Luong et al. 2015, equation 8).
    """

    def compare(self, queries: Tensor, keys: Tensor) -> Tensor:  # noqa: D102
        return queries @ keys.transpose(1, 2)


class ScaledDotScore(ScoreFunction):
    """q^T k / sqrt(d) with one head (Vaswani et al. 2017, equation 1)."""

    def compare(self, queries: Tensor, keys: Tensor) -> Tensor:  # noqa: D102
        return scaled_dot_scores(queries, keys)


def scaled_dot_scores(queries: Tensor, keys: Tensor) -> Tensor:
    """Q K^T / sqrt(d) over the last two dimensions (Vaswani et al. 2017, equation 1)."""
    return (queries / math.sqrt(queries.size(-1))) @ keys.transpose(-2, -1)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a call wants of the attention besides its result.

    Attributes:
        intervention: a change of the attention.
        trace: whether queries, keys, scores and weights are to be returned.
        first_target: the absolute target position of the call's first query.
    """

    intervention: Intervention | None = None
    trace: bool = False
    first_target: int = 0

    @property
    def needs_weights(self) -> bool:
        """Whether the weights must exist as numbers; if not, the fused path will do."""
        return self.trace or self.intervention is not None


@dataclass(frozen=True, slots=True)
class Attended:
    """What one layer took from what it looked at.

    Attributes:
        context: (batch, heads, query_len, value_size).
        scores: (batch, heads, query_len, key_len), minus infinity where masked.
        weights: the same shape; rows sum to 1.
    """

    context: Tensor
    scores: Tensor
    weights: Tensor


def attend(
    scores: Tensor,
    values: Tensor,
    mask: Tensor | None,
    *,
    site: AttentionSite,
    layer: int = 0,
    inspection: Inspection,
    dropout: float = 0.0,
) -> Attended:
    """Weights are the masked softmax of the scores, contexts the weighted sums of the values.

    The softmax is taken in float32 or better; masked positions get exactly 0. A row of the
    intervention stands as it was given, also where the source is masked.

    Args:
        scores: (batch, heads, query_len, key_len).
        values: (batch, heads, key_len, value_size).
        mask: broadcasts to the scores; True where a query may look.
        site: which attention this is, for the intervention.
        layer: its layer, counted from 0, for the intervention.
        inspection: the intervention, and where its target positions are.
        dropout: share of weights dropped on the way to the context; not seen in ``weights``.

    Raises:
        UsageError: an intervention masks a whole sentence or gives a row that is too long.
    """
    change = inspection.intervention
    if change is not None and site is AttentionSite.CROSS and change.masked_source:
        mask = _without_sources(mask, change.masked_source, scores)
    scores = _at_least_float32(scores)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    weights = scores.softmax(dim=-1)
    if change is not None and site is AttentionSite.CROSS:
        weights = _with_rows(weights, change, layer, inspection.first_target)
    dropped = functional.dropout(weights, dropout) if dropout else weights
    context = dropped.to(values.dtype) @ values  # (batch, heads, query_len, value_size)
    if change is not None:
        context = _without_heads(context, change, site, layer)
    return Attended(context, scores, weights)


def join_layers(traces: Sequence[AttentionTrace]) -> AttentionTrace | None:
    """One trace of all layers from traces of one layer each; None if there are none."""
    if not traces:
        return None
    return AttentionTrace(
        queries=torch.cat([trace.queries for trace in traces], dim=1),
        keys=torch.cat([trace.keys for trace in traces], dim=1),
        scores=torch.cat([trace.scores for trace in traces], dim=1),
        weights=torch.cat([trace.weights for trace in traces], dim=1),
    )


def _at_least_float32(states: Tensor) -> Tensor:
    return states.to(torch.promote_types(states.dtype, torch.float32))


def _without_sources(mask: Tensor | None, positions: frozenset[int], scores: Tensor) -> Tensor:
    kept = torch.ones(scores.size(-1), dtype=torch.bool, device=scores.device)
    kept[[position for position in positions if position < scores.size(-1)]] = False
    mask = kept if mask is None else mask & kept
    if not mask.any(dim=-1).all():
        raise UsageError(
            "With the source positions {positions} masked, nothing is left to look at.",
            hint="Leave at least one position of every sentence.",
            positions=", ".join(str(position) for position in sorted(positions)),
        )
    return mask


def _with_rows(weights: Tensor, change: Intervention, layer: int, first_target: int) -> Tensor:
    query_len, key_len = weights.shape[-2:]
    changed = weights.clone() if change.rows else weights
    for place, row in change.rows.items():
        query = place.target - first_target
        if place.layer != layer or not 0 <= query < query_len:
            continue
        if len(row) > key_len:
            raise UsageError(
                "{given} weights were given for a source of {length} positions.",
                hint="Give one weight a source position.",
                given=len(row),
                length=key_len,
            )
        changed[:, place.head, query] = 0.0
        changed[:, place.head, query, : len(row)] = changed.new_tensor(row)
    return changed


def _without_heads(
    context: Tensor, change: Intervention, site: AttentionSite, layer: int
) -> Tensor:
    kept = [
        HeadAddress(site, layer, head) not in change.ablated_heads
        for head in range(context.size(1))
    ]
    return context * context.new_tensor(kept).view(1, -1, 1, 1)
