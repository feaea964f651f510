"""Every number of one step of a model, as plain arrays: what formulas are written out from.

Nothing here knows torch. A `SentenceNumbers` is made once of a sentence, by one forced pass (see
`step_reader`); the numbers of one step of one head are slices of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import INPUTS, Site, Units, absent_index
from attnstudio.errors import AlignmentError
from attnstudio.inference.coverage_numbers import CoverageArrays, CoverageNumbers
from attnstudio.inference.score_arrays import ScoreArrays
from attnstudio.inference.score_numbers import ScoreNumbers
from attnstudio.model.feature_kind import FeatureKind

Numbers = NDArray[np.floating]


class ScoreForm(StrEnum):
    """The formula of a score."""

    DOT = "dot"  # q·k (Luong et al. 2015, equation 8)
    SCALED_DOT = "scaled_dot"  # q·k/√d (Vaswani et al. 2017, equation 1)
    FEATURES = "features"  # φ(q)·φ(k) (Katharopoulos et al. 2020, equation 4)
    TANH = "tanh"  # v·tanh(q + k) (Bahdanau et al. 2015, A.1.2; Luong et al. 2015, equation 8)


@dataclass(frozen=True, slots=True)
class Affine:
    """W x + b.

    Attributes:
        weight: (out, in).
        bias: (out,); None where nothing is added.
    """

    weight: Numbers
    bias: Numbers | None

    def rows(self, part: slice) -> Affine:
        """What makes a part of the results."""
        return Affine(self.weight[part], None if self.bias is None else self.bias[part])


@dataclass(frozen=True, slots=True)
class Norm:
    """(x - mean) / √(variance + epsilon) · scale + shift (Ba et al. 2016).

    Attributes:
        scale: (size,).
        shift: (size,).
        epsilon: keeps the root above 0.
    """

    scale: Numbers
    shift: Numbers
    epsilon: float


@dataclass(frozen=True, slots=True)
class HeadNumbers:
    """One head of one layer, at one query.

    Attributes:
        form: the formula of its score.
        came: (size,), what the query is made of before the norm; None without a norm.
        norm: the norm.
        asking: (size,), what the query is made of.
        query_weights: make the query; None where it is taken as it is.
        query: (head_size,).
        looked_at: (keys, memory_size), what keys and values are made of.
        key_weights: make the keys; None where they are taken as they are.
        keys: (keys, head_size).
        vector: (head_size,), the v of v·tanh(q + k); None without one.
        made: what makes the scores, and what is made of them.
        scores: (keys,), minus infinity where masked.
        weights: (keys,), which sum to 1.
        value_weights: make the values; None where they are taken as they are.
        values: (keys, value_size).
        context: (value_size,), the weighted sum of the values.
        part: which of all heads' queries and keys are this head's.
        value_part: which of all heads' values are this head's.
        coverage: what the score knew of the looks before; None where that is nothing.
    """

    form: ScoreForm
    came: Numbers | None
    norm: Norm | None
    asking: Numbers
    query_weights: Affine | None
    query: Numbers
    looked_at: Numbers
    key_weights: Affine | None
    keys: Numbers
    vector: Numbers | None
    made: ScoreNumbers
    scores: Numbers
    weights: Numbers
    value_weights: Affine | None
    values: Numbers
    context: Numbers
    part: slice
    value_part: slice
    coverage: CoverageNumbers | None = None


@dataclass(frozen=True, slots=True)
class JoinedNumbers:
    """What one layer makes of all its heads, at one query.

    Attributes:
        contexts: (heads, value_size).
        output: makes one vector of the contexts side by side.
        given: (model_size,), that vector.
        came: (model_size,), what it is added to.
        scale: what that is multiplied with before.
        sum: (model_size,), with which the layer goes on, or its norm.
        norm: behind the sum; None where it goes on as it is.
        left: (model_size,), what that makes of the sum; None without it.
    """

    contexts: Numbers
    output: Affine
    given: Numbers
    came: Numbers
    scale: float
    sum: Numbers
    norm: Norm | None
    left: Numbers | None


@dataclass(frozen=True, slots=True)
class CellNumbers:
    """One layer of recurrent cells, at one step; see `model.workings.CellLayer` for the gates.

    Attributes:
        inputs: (input_size,), what is fed.
        weights: (gates, input_size + hidden) in double precision: for what is fed and for the state
            before, all gates below each other, in torch's order.
        input_bias: (gates,), beside the product with what is fed.
        hidden_bias: (gates,), beside the product with the state.
        before: (hidden,), the state before.
        after: (hidden,), the state after.
        memory_before: (hidden,) of an LSTM; None for a GRU.
        memory_after: (hidden,) of an LSTM; None for a GRU.
        gates: (3 or 4, hidden).
    """

    inputs: Numbers
    weights: Numbers
    input_bias: Numbers
    hidden_bias: Numbers
    before: Numbers
    after: Numbers
    memory_before: Numbers | None
    memory_after: Numbers | None
    gates: Numbers


@dataclass(frozen=True, slots=True)
class OutcomeNumbers:
    """From the last states to the probability of a piece, at one target position.

    Attributes:
        kind: how the features are made.
        inputs: (size,), of what.
        layer: by what.
        sums: (2 * feature_size,), of which each pair's larger is taken; None where none is.
        features: (feature_size,).
        pieces: the piece that is written, then those that are likeliest beside it.
        logits: of these pieces.
        log_probs: of these pieces.
        rows: (pieces, feature_size) of the output.
        bias: (pieces,) of the output; None where nothing is added.
        others: log Σ exp of the logits of all other pieces.
        other_count: how many those are.
    """

    kind: FeatureKind
    inputs: Numbers
    layer: Affine | Norm
    sums: Numbers | None
    features: Numbers
    pieces: tuple[str, ...]
    logits: Numbers
    log_probs: Numbers
    rows: Numbers
    bias: Numbers | None
    others: float
    other_count: int


class StepPlace(NamedTuple):
    """Which step of which head.

    Attributes:
        site: which attention.
        layer: counted from 0.
        head: counted from 0.
        query: the place of what looks, counted from 0: of the target piece that is predicted, or
            of the source piece that is read.
    """

    site: Site
    layer: int
    head: int
    query: int


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """Every number of one step of one head.

    Attributes:
        place: which.
        layers: how many layers its site has.
        heads: how many heads each layer has.
        looking: the piece that looks: the one that is predicted, or that is read.
        fed: the piece that the decoder is fed at this step; empty in an encoder.
        looked_at: the pieces that are looked at.
        head: of the attention.
        joined: of all its heads; None where the context itself goes on.
        cells: of each layer of recurrent cells; none in a Transformer.
        embedding_size: how many components of what the lowest cells are fed are of the piece; the
            others are of what was looked at, at this step or before.
        moves_first: whether the cells move before the source is looked at.
        outcome: what comes of it; None in an encoder.
        earlier: the pieces that were written before; none in an encoder.
        contexts: (heads, value_size), what all heads of the layer took.
    """

    place: StepPlace
    layers: int
    heads: int
    looking: str
    fed: str
    looked_at: tuple[str, ...]
    head: HeadNumbers
    joined: JoinedNumbers | None
    cells: tuple[CellNumbers, ...]
    embedding_size: int
    moves_first: bool
    outcome: OutcomeNumbers | None
    earlier: tuple[str, ...]
    contexts: Numbers


@dataclass(frozen=True, slots=True)
class LayerArrays:
    """One layer of one site, all its heads and queries.

    Attributes:
        form: the formula of the score.
        came: (queries, size), the states that came so far; None where nothing is added to them.
        scale: what these are multiplied with before something is added.
        norm: what makes of them what looks.
        asking: (queries, size).
        looked_at: (keys, memory_size).
        query_weights: of all heads, those of the first one first.
        key_weights: the same for keys.
        value_weights: the same for values.
        vectors: (heads, head_size), or (1, head_size) where all heads share it.
        queries: (heads, queries, head_size).
        keys: (heads, keys, head_size).
        made: what makes the scores, and what is made of them.
        scores: (heads, queries, keys).
        weights: the same shape.
        values: (heads, keys, value_size).
        contexts: (heads, queries, value_size).
        output: joins the heads.
        given: (queries, model_size).
        sums: (queries, model_size).
        norm_after: behind these sums; None where they go on as they are.
        left: (queries, model_size), what it makes of them.
        coverage: what the scores knew of the looks before; None where that is nothing.
    """

    form: ScoreForm
    came: Numbers | None
    scale: float
    norm: Norm | None
    asking: Numbers
    looked_at: Numbers
    query_weights: Affine | None
    key_weights: Affine | None
    value_weights: Affine | None
    vectors: Numbers | None
    queries: Numbers
    keys: Numbers
    made: ScoreArrays
    scores: Numbers
    weights: Numbers
    values: Numbers
    contexts: Numbers
    output: Affine | None
    given: Numbers | None
    sums: Numbers | None
    norm_after: Norm | None
    left: Numbers | None
    coverage: CoverageArrays | None = None

    def head(self, head: int, query: int) -> HeadNumbers:
        """The numbers of one head at one query."""
        part = slice(head * self.queries.shape[-1], (head + 1) * self.queries.shape[-1])
        of_values = slice(head * self.values.shape[-1], (head + 1) * self.values.shape[-1])
        known = self.coverage
        return HeadNumbers(
            form=self.form,
            came=None if self.came is None or self.norm is None else self.came[query],
            norm=self.norm,
            asking=self.asking[query],
            query_weights=self.query_weights and self.query_weights.rows(part),
            query=self.queries[head, query],
            looked_at=self.looked_at,
            key_weights=self.key_weights and self.key_weights.rows(part),
            keys=self.keys[head],
            vector=None if self.vectors is None else self.vectors[head % len(self.vectors)],
            made=self.made.head(head, query),
            scores=self.scores[head, query],
            weights=self.weights[head, query],
            value_weights=self.value_weights and self.value_weights.rows(of_values),
            values=self.values[head],
            context=self.contexts[head, query],
            part=part,
            value_part=of_values,
            coverage=None if known is None else known.head(head, query, self.weights[head]),
        )

    def joined(self, query: int) -> JoinedNumbers | None:
        """What the layer makes of its heads at one query."""
        if self.output is None or self.given is None or self.came is None or self.sums is None:
            return None
        return JoinedNumbers(
            self.contexts[:, query],
            self.output,
            self.given[query],
            self.came[query],
            self.scale,
            self.sums[query],
            self.norm_after,
            None if self.left is None else self.left[query],
        )


@dataclass(frozen=True, slots=True)
class CellArrays:
    """One layer of cells at all steps.

    Attributes:
        weights: see `CellNumbers`.
        input_bias: see `CellNumbers`.
        hidden_bias: see `CellNumbers`.
        inputs: (steps, input_size).
        hidden: (steps + 1, hidden), from the state before the first step on.
        memory: the same of an LSTM; None for a GRU.
        gates: (steps, 3 or 4, hidden).
    """

    weights: Numbers
    input_bias: Numbers
    hidden_bias: Numbers
    inputs: Numbers
    hidden: Numbers
    memory: Numbers | None
    gates: Numbers

    def step(self, step: int) -> CellNumbers:
        """The numbers of one step."""
        return CellNumbers(
            self.inputs[step],
            self.weights,
            self.input_bias,
            self.hidden_bias,
            self.hidden[step],
            self.hidden[step + 1],
            None if self.memory is None else self.memory[step],
            None if self.memory is None else self.memory[step + 1],
            self.gates[step],
        )


@dataclass(frozen=True, slots=True)
class SentenceNumbers:
    """Every number of a model while it is fed one known target.

    Attributes:
        axes: the units of each axis.
        sites: the layers of each attention; none in a model without attention.
        cells: the layers of its recurrent cells; none in a Transformer.
        embedding_size: see `StepNumbers`.
        moves_first: whether these move before the source is looked at.
        outcomes: one a target position; none in a model without attention.
    """

    axes: Mapping[str, Units]
    sites: Mapping[Site, tuple[LayerArrays, ...]]
    cells: tuple[CellArrays, ...]
    embedding_size: int
    moves_first: bool
    outcomes: tuple[OutcomeNumbers, ...]

    def step(self, place: StepPlace) -> StepNumbers:
        """One step of one head.

        Raises:
            AlignmentError: the model has no such attention, layer or head, or the sentence no such
                piece.
        """
        site, layer, head, query = place
        layers = self._layers_of(place)
        arrays, units = layers[layer], self.axes[site.queries]
        writes = site.queries != site.keys
        keys = self.axes[site.keys]
        return StepNumbers(
            place=place,
            layers=len(layers),
            heads=len(arrays.queries),
            looking=units.label(query),
            fed=self.axes[INPUTS].label(query) if writes else "",
            looked_at=tuple(keys.label(place) for place in range(len(keys))),
            head=arrays.head(head, query),
            joined=arrays.joined(query),
            cells=tuple(each.step(query) for each in self.cells) if writes else (),
            embedding_size=self.embedding_size,
            moves_first=self.moves_first,
            outcome=self.outcomes[query] if writes else None,
            earlier=tuple(units.label(place) for place in range(query)) if writes else (),
            contexts=arrays.contexts[:, query],
        )

    def _layers_of(self, place: StepPlace) -> tuple[LayerArrays, ...]:
        site, layer, head, query = place
        layers = self.sites.get(site)
        if layers is None:
            raise self._absent(site)
        heads, pieces = len(layers[0].queries), len(self.axes[site.queries])
        for name, index, count in (("layer", layer, len(layers)), ("head", head, heads)):
            if not 0 <= index < count:
                raise absent_index(name, index, layers=len(layers), heads=heads)
        if not 0 <= query < pieces:
            raise AlignmentError(
                "The {axis} has {count} pieces; piece {index} does not exist.",
                hint="Pieces are counted from 0, so the last one, the end of the sentence, is "
                "{last}.",
                axis=site.queries,
                count=pieces,
                index=query,
                last=pieces - 1,
            )
        return layers

    def _absent(self, site: Site) -> AlignmentError:
        if not self.sites:
            return AlignmentError(
                "This model has no attention.",
                hint="Train one with attention to see what it looks at.",
            )
        return AlignmentError(
            "This model has no attention of the name {name}.",
            hint="What it has: {sites}.",
            name=repr(site.name),
            sites=", ".join(each.name for each in self.sites),
        )
