"""The one attention, in full: scores, mask, weights, what a person changes, context.

Every other way to compute it, see `kernels`, is this one made faster.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from attnstudio.errors import UsageError
from attnstudio.model.attention.normaliser import Share
from attnstudio.model.attention.reach import Reached, both_masks
from attnstudio.model.attention.request import AttentionRequest
from attnstudio.model.attention.score import Term
from attnstudio.model.attention.spec import AttentionSpec
from attnstudio.model.attention.trace import AttentionTrace, CarriedValues
from attnstudio.model.intervention import HeadAddress, Intervention
from attnstudio.model.precision import at_least_float32
from attnstudio.model.workings import AttentionWorkings

if TYPE_CHECKING:
    from attnstudio.sites import Site


@dataclass(frozen=True, slots=True)
class Attended:
    """What one layer took from what it looked at.

    Attributes:
        context: (batch, heads, query_len, value_size).
        terms: each (batch, heads, query_len, key_len); their sum is the score.
        scores: the same shape, minus infinity where masked.
        weights: the same shape; rows sum to 1.
        places: (batch, heads, query_len), around which each query looks; None where it is not said.
    """

    context: Tensor
    terms: tuple[Term, ...]
    scores: Tensor
    weights: Tensor
    places: Tensor | None = None

    def trace_of(
        self, queries: Tensor, keys: Tensor, carried: CarriedValues, workings: AttentionWorkings
    ) -> AttentionTrace:
        """The trace of one layer, from the queries, keys and values that it was given."""
        return AttentionTrace(
            queries.unsqueeze(1),
            keys.unsqueeze(1),
            tuple(Term(symbol, values.unsqueeze(1)) for symbol, values in self.terms),
            self.scores.unsqueeze(1),
            self.weights.unsqueeze(1),
            (carried,),
            (workings,),
            None if self.places is None else self.places.unsqueeze(1),
        )


def attend(
    spec: AttentionSpec,
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    mask: Tensor | None,
    *,
    site: Site,
    layer: int = 0,
    request: AttentionRequest,
    dropout: float = 0.0,
) -> Attended:
    """Weights are the normalised scores, contexts the weighted sums of the values.

    Weights are made in float32 or better; masked positions get exactly 0. A row of the intervention
    stands as it was given, also where the keys are masked. Scores are shown as they are before a
    temperature of the intervention divides them. Under autocast queries, keys and values
    are as rounded as they come, and nothing is rounded further.

    Args:
        spec: what to compute.
        queries: (batch, heads, query_len, size).
        keys: (batch, heads, key_len, size).
        values: (batch, heads, key_len, value_size).
        mask: broadcasts to (batch, heads, query_len, key_len); True where there is no padding.
        site: which attention this is, for the intervention.
        layer: its layer, counted from 0, for the intervention.
        request: the intervention, and the position of the first query.
        dropout: share of weights dropped on the way to the context; not seen in ``weights``.

    Raises:
        UsageError: an intervention masks all that a query may look at, gives a row that is too
            long, or a temperature where there is none.
    """
    first, change = request.first_query, request.intervention
    padding = mask
    terms, reached = _terms_of(spec, queries, keys, first, padding)
    mask = both_masks(padding, reached.mask)
    scores = at_least_float32(_sum_of(terms))
    if change is not None and (masked := change.masked.get(site)):
        mask = _without_keys(mask, masked, scores, padding=padding, is_causal=spec.reach.is_causal)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf)
    if isinstance(spec.normaliser, Share):
        _refuse_temperatures(change, site, layer)
    weights = spec.normaliser(_at_temperatures(scores, change, site, layer))
    if change is not None and (share := change.kept_shares.get(site)) is not None:
        weights = _largest(weights, ~scores.isneginf(), share)
    if change is not None and change.rows:
        is_causal = spec.reach.is_causal
        weights = _with_rows(weights, change, site, layer, first_query=first, is_causal=is_causal)
    dropped = functional.dropout(weights, dropout) if dropout else weights
    context = dropped.to(values.dtype) @ values  # (batch, heads, query_len, value_size)
    if change is not None:
        context = _without_heads(context, change, site, layer)
    return Attended(context, terms, scores, weights, reached.places)


def _terms_of(
    spec: AttentionSpec, queries: Tensor, keys: Tensor, first_query: int, padding: Tensor | None
) -> tuple[tuple[Term, ...], Reached]:
    """The terms of the scores, of all parts, and how far the queries reach."""
    kind = queries.device.type
    if torch.is_autocast_enabled(kind):  # turning off what is off took 6 µs a step
        with torch.autocast(kind, enabled=False):
            return _terms_of(spec, queries, keys, first_query, padding)
    reached = spec.reach.over(queries, keys.size(-2), first_query=first_query, padding=padding)
    of_score = spec.score.terms(queries, keys, first_query)
    of_places = spec.positions.terms(queries, keys, first_query)
    return (*of_score, *of_places, *reached.terms), reached


def _sum_of(terms: tuple[Term, ...]) -> Tensor:
    total = terms[0].values
    for term in terms[1:]:
        total = total + term.values
    return total


def _without_keys(
    mask: Tensor | None,
    positions: frozenset[int],
    scores: Tensor,
    *,
    padding: Tensor | None,
    is_causal: bool,
) -> Tensor:
    kept = torch.ones(scores.size(-1), dtype=torch.bool, device=scores.device)
    kept[[position for position in positions if position < scores.size(-1)]] = False
    elsewhere = (kept if padding is None else padding & kept).any()
    mask = kept if mask is None else mask & kept
    if mask.any(dim=-1).all():
        return mask
    said = ", ".join(str(position) for position in sorted(positions))
    if elsewhere and not is_causal:
        raise UsageError(
            "With the positions {positions} masked, all that a word can look at is hidden.",
            hint="Hide fewer words at once: what lies further away is out of its reach.",
            positions=said,
        )
    raise UsageError(
        "With the positions {positions} masked, nothing is left to look at.",
        hint="Leave at least one position for every word that looks.",
        positions=said,
    )


def _refuse_temperatures(change: Intervention | None, site: Site, layer: int) -> None:
    if change is None:
        return
    if any((head.site, head.layer) == (site, layer) for head in change.temperatures):
        raise UsageError(
            "Linear attention has no temperature: its weights stay the same when all scores are "
            "divided by one number.",
            hint="Switch the head off instead, or say where it is to look.",
        )


def _at_temperatures(scores: Tensor, change: Intervention | None, site: Site, layer: int) -> Tensor:
    """Divided by the temperature of each head; the very same where there is none."""
    if change is None or not change.temperatures:
        return scores
    of_heads = [
        change.temperatures.get(HeadAddress(site, layer, head), 1.0)
        for head in range(scores.size(1))
    ]
    return scores / scores.new_tensor(of_heads).view(1, -1, 1, 1)


def _largest(weights: Tensor, reached: Tensor, share: float) -> Tensor:
    """The largest weights of each row alone, which then sum to 1.

    Args:
        weights: (batch, heads, query_len, key_len).
        reached: the same shape, True where a query may look.
        share: of the places that a row may look at, how many are kept: rounded, at least one. Of
            weights that are equal, those that come first.
    """
    count = (reached.sum(dim=-1, keepdim=True) * share + 0.5).floor().clamp_min(1.0)
    ranks = weights.argsort(dim=-1, descending=True, stable=True).argsort(dim=-1)
    kept = weights.masked_fill(ranks >= count, 0.0)
    return kept / kept.sum(dim=-1, keepdim=True)


def _with_rows(
    weights: Tensor,
    change: Intervention,
    site: Site,
    layer: int,
    *,
    first_query: int,
    is_causal: bool,
) -> Tensor:
    query_len, key_len = weights.shape[-2:]
    changed = weights.clone()
    for place, row in change.rows.items():
        query = place.query - first_query
        if place.site != site or place.layer != layer or not 0 <= query < query_len:
            continue
        most = min(key_len, place.query + 1) if is_causal else key_len
        if len(row) > most:
            raise UsageError(
                "{given} weights were given where there are {length} positions to look at.",
                hint="Give one weight a position.",
                given=len(row),
                length=most,
            )
        changed[:, place.head, query] = 0.0
        changed[:, place.head, query, : len(row)] = changed.new_tensor(row)
    return changed


def _without_heads(context: Tensor, change: Intervention, site: Site, layer: int) -> Tensor:
    kept = [
        HeadAddress(site, layer, head) not in change.ablated_heads
        for head in range(context.size(1))
    ]
    return context * context.new_tensor(kept).view(1, -1, 1, 1)
