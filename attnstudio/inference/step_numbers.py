"""Every number of one step of a model, as plain arrays: what formulas are written out from.

Nothing here knows torch. A `SentenceNumbers` is made once of a sentence, by one forced pass (see
`step_reader`); what stands here is cut out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from attnstudio.inference.coverage_numbers import CoverageNumbers
from attnstudio.inference.score_numbers import ScoreNumbers
from attnstudio.model.feature_kind import FeatureKind
from attnstudio.sites import Site

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
