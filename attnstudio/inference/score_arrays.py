"""What `score_numbers` are slices of: the same of all heads and queries of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attnstudio.inference.score_numbers import (
    ComparedNumbers,
    Numbers,
    PlaceNumbers,
    PredictedNumbers,
    ReachNumbers,
    ScoreNumbers,
    SlopeNumbers,
    SpanNumbers,
    VectorNumbers,
    WaveNumbers,
    WeightForm,
    WeightNumbers,
)


@dataclass(frozen=True, slots=True)
class WeightArrays:
    """How the heads share out their looks.

    Attributes:
        form: the formula.
        alphas: (heads,) of an entmax, or one for all; else any.
        learned: (heads,), of what each head makes its α; None where none is learned.
    """

    form: WeightForm
    alphas: Sequence[float] = (2.0,)
    learned: Sequence[float] | None = None

    def head(self, head: int) -> WeightNumbers:
        """Of one head."""
        learned = None if self.learned is None else self.learned[head]
        return WeightNumbers(self.form, self.alphas[head % len(self.alphas)], learned)


@dataclass(frozen=True, slots=True)
class ComparedArrays:
    """Queries and keys, (heads, queries or keys, head_size), before and after they are changed."""

    queries: Numbers
    keys: Numbers
    queries_made: Numbers
    keys_made: Numbers
    are_turned: bool

    def head(self, head: int, query: int) -> ComparedNumbers:
        """Of one head at one query."""
        return ComparedNumbers(
            self.queries[head, query],
            self.keys[head],
            self.queries_made[head, query],
            self.keys_made[head],
            query if self.are_turned else None,
        )


@dataclass(frozen=True, slots=True)
class SlopeArrays:
    """-m |i - j|: m of each head."""

    slopes: Sequence[float]

    def head(self, head: int, query: int, key_len: int) -> PlaceNumbers:  # noqa: ARG002
        """Of one head at one query."""
        return SlopeNumbers(self.slopes[head])


@dataclass(frozen=True, slots=True)
class VectorArrays:
    """q·a/√d: a of each distance up to the farthest, (2 * farthest + 1, head_size)."""

    vectors: Numbers

    def head(self, head: int, query: int, key_len: int) -> PlaceNumbers:  # noqa: ARG002
        """Of one head at one query."""
        farthest = len(self.vectors) // 2
        away = np.arange(key_len) - query
        return VectorNumbers(self.vectors[np.clip(away, -farthest, farthest) + farthest])


@dataclass(frozen=True, slots=True)
class WaveArrays:
    """See `WaveNumbers`.

    Attributes:
        waves: (distances, model_size), of each i - j, from that of the first query and the last
            key on.
        weight: (model_size, model_size), below each other the rows of all heads.
        vectors: (distances, model_size), side by side those of all heads.
        content: (heads, head_size).
        place: (heads, head_size).
    """

    waves: Numbers
    weight: Numbers
    vectors: Numbers
    content: Numbers
    place: Numbers

    def head(self, head: int, query: int, key_len: int) -> PlaceNumbers:
        """Of one head at one query."""
        size = self.content.shape[1]
        part = slice(head * size, (head + 1) * size)
        rows = query - np.arange(key_len) + key_len - 1
        return WaveNumbers(
            self.waves[rows],
            self.weight[part],
            self.vectors[rows, part],
            self.content[head],
            self.place[head],
        )


PlaceArrays = SlopeArrays | VectorArrays | WaveArrays


@dataclass(frozen=True, slots=True)
class PredictedArrays:
    """See `PredictedNumbers`.

    Attributes:
        weight: (size, size).
        hidden: (heads, queries, size).
        vector: (size,).
        places: (heads, queries).
    """

    weight: Numbers
    hidden: Numbers
    vector: Numbers
    places: Numbers

    def head(self, head: int, query: int) -> PredictedNumbers:
        """Of one head at one query."""
        place = float(self.places[head, query])
        return PredictedNumbers(self.weight, self.hidden[head, query], self.vector, place)


@dataclass(frozen=True, slots=True)
class ReachArrays:
    """See `ReachNumbers`.

    Attributes:
        is_causal: whether nothing behind a query's own place is looked at.
        window: how many places on each side; None for all.
        predicted: the places around which is looked; None for the queries' own.
        spans: (heads,), in pieces; None where none is learned.
        ramp: in pieces.
    """

    is_causal: bool
    window: int | None = None
    predicted: PredictedArrays | None = None
    spans: Sequence[float] | None = None
    ramp: float = 1.0

    def head(self, head: int, query: int, key_len: int) -> ReachNumbers:
        """Of one head at one query."""
        return ReachNumbers(
            min(query, key_len - 1),
            self.is_causal,
            self.window,
            None if self.predicted is None else self.predicted.head(head, query),
            None if self.spans is None else SpanNumbers(self.spans[head], self.ramp),
        )


@dataclass(frozen=True, slots=True)
class ScoreArrays:
    """What makes the scores of a layer, and what is made of them.

    Attributes:
        terms: (heads, queries, keys) each; their sum is the score.
        reach: how far is looked.
        weights: how looks are shared out.
        compared: what queries and keys are made to; None where they are compared as they are.
        places: what places bring; None where they add nothing.
    """

    terms: tuple[Numbers, ...]
    reach: ReachArrays
    weights: WeightArrays
    compared: ComparedArrays | None = None
    places: PlaceArrays | None = None

    def head(self, head: int, query: int) -> ScoreNumbers:
        """Of one head at one query."""
        key_len = self.terms[0].shape[-1]
        compared, places = self.compared, self.places
        return ScoreNumbers(
            tuple(term[head, query] for term in self.terms),
            self.reach.head(head, query, key_len),
            self.weights.head(head),
            None if compared is None else compared.head(head, query),
            None if places is None else places.head(head, query, key_len),
        )
