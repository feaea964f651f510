"""What besides query and key makes a score, and what makes weights of it, as plain arrays.

Where a query and a key stand, how far may be looked, and how scores are shared out: see
`step_numbers`, of which these are parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]


class WeightForm(StrEnum):
    """What makes weights of scores."""

    SOFTMAX = "softmax"
    ENTMAX = "entmax"  # of any α above 1; 2 is sparsemax (Peters et al. 2019, equation 10)
    SHARE = "share"  # of linear attention (Katharopoulos et al. 2020, equation 4)


@dataclass(frozen=True, slots=True)
class WeightNumbers:
    """How one head shares out its looks.

    Attributes:
        form: the formula.
        alpha: of an entmax; else 2.
        learned: of what the head makes its α, 1 + σ(learned); None where it was not learned.
    """

    form: WeightForm
    alpha: float = 2.0
    learned: float | None = None


@dataclass(frozen=True, slots=True)
class ComparedNumbers:
    """What queries and keys are made to before they are compared.

    Attributes:
        query: (head_size,), as it was projected.
        keys: (keys, head_size), likewise.
        query_made: (head_size,), what is compared.
        keys_made: (keys, head_size), likewise.
        turned_at: where the query stands, if they are turned (Su et al. 2021); None where they are
            made to features (Katharopoulos et al. 2020, equation 7).
    """

    query: Numbers
    keys: Numbers
    query_made: Numbers
    keys_made: Numbers
    turned_at: int | None


@dataclass(frozen=True, slots=True)
class SlopeNumbers:
    """-m |i - j| (Press et al. 2022): m of a head."""

    slope: float


@dataclass(frozen=True, slots=True)
class VectorNumbers:
    """q·a/√d (Shaw et al. 2018): a of the distance to each key, (keys, head_size)."""

    vectors: Numbers


@dataclass(frozen=True, slots=True)
class WaveNumbers:
    """q·(W r)/√d, u·k/√d and v·(W r)/√d (Dai et al. 2019).

    Attributes:
        waves: (keys, model_size), r of the distance to each key.
        weight: (head_size, model_size), W.
        vectors: (keys, head_size), W r.
        content: (head_size,), u.
        place: (head_size,), v.
    """

    waves: Numbers
    weight: Numbers
    vectors: Numbers
    content: Numbers
    place: Numbers


PlaceNumbers = SlopeNumbers | VectorNumbers | WaveNumbers


@dataclass(frozen=True, slots=True)
class PredictedNumbers:
    """p = S σ(v·tanh(W q)), around which is looked (Luong et al. 2015, equation 9).

    Attributes:
        weight: (size, size), W.
        hidden: (size,), tanh(W q).
        vector: (size,), v.
        place: p, counted from 0.
    """

    weight: Numbers
    hidden: Numbers
    vector: Numbers
    place: float


@dataclass(frozen=True, slots=True)
class SpanNumbers:
    """min(max((R + z - x) / R, 0), 1) of what is x away (Sukhbaatar et al. 2019, equation 1).

    Attributes:
        span: z, in pieces.
        ramp: R, in pieces.
    """

    span: float
    ramp: float


@dataclass(frozen=True, slots=True)
class ReachNumbers:
    """How far one head may look at one query.

    Attributes:
        own: where the query stands, or the last key where there is no such place.
        is_causal: whether nothing behind its own place is looked at.
        window: how many places on each side of it, or of the predicted one; None for all.
        predicted: the place around which is looked; None for the query's own.
        span: what a head learned; None where it did not.
    """

    own: int
    is_causal: bool
    window: int | None = None
    predicted: PredictedNumbers | None = None
    span: SpanNumbers | None = None


@dataclass(frozen=True, slots=True)
class ScoreNumbers:
    """What makes the scores of one head at one query, and what is made of them.

    Attributes:
        terms: (keys,) each, first that of the score alone; their sum is the score.
        reach: how far is looked.
        weights: how looks are shared out.
        compared: what queries and keys are made to; None where they are compared as they are.
        places: what places bring; None where they add nothing.
    """

    terms: tuple[Numbers, ...]
    reach: ReachNumbers
    weights: WeightNumbers
    compared: ComparedNumbers | None = None
    places: PlaceNumbers | None = None
