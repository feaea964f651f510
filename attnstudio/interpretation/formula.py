"""What a formula card is: numbers of a model, and how each of them is made of others.

A card holds the numbers that the model itself computed. Its `Work` makes them once more, in double
precision and from the numbers on the cards before it: `Card.difference` says how far the two are
apart, and `Card.arithmetic` writes one of them out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from attnstudio.interpretation.lettering import with_minus

MOST_SUMMANDS = 5
TOLERANCE = 1e-4  # between the model's numbers and the recomputed ones

Table = NDArray[np.float64]


class CardKind(StrEnum):
    """The steps of a formula."""

    BEFORE = "before"  # the state with which a decoder looks that looks first
    FED = "fed"  # what recurrent cells are fed
    RESET = "reset"
    UPDATE = "update"
    CANDIDATE = "candidate"
    INPUT_GATE = "input_gate"
    FORGET_GATE = "forget_gate"
    OUTPUT_GATE = "output_gate"
    MEMORY_CANDIDATE = "memory_candidate"
    MEMORY = "memory"
    STATE = "state"
    INPUT = "input"
    QUERY = "query"
    KEYS = "keys"
    TURNED_QUERY = "turned_query"  # of rotary positions
    TURNED_KEYS = "turned_keys"
    FEATURE_QUERY = "feature_query"  # of linear attention
    FEATURE_KEYS = "feature_keys"
    FERTILITY = "fertility"
    COVERAGE = "coverage"
    SCORES = "scores"
    SCALED = "scaled"
    DISTANCE = "distance"  # what stands for how far each piece is away
    BY_DISTANCE = "by_distance"
    BY_CONTENT = "by_content"
    BY_PLACE = "by_place"
    SLOPE = "slope"
    SPAN = "span"
    PREDICTING = "predicting"
    PLACE = "place"  # around which is looked
    NEARNESS = "nearness"
    TOTAL = "total"  # of several terms
    MASK = "mask"
    SOFTMAX = "softmax"
    SHARPNESS = "sharpness"  # of an entmax
    THRESHOLD = "threshold"
    WEIGHTS = "weights"  # that are no softmax
    VALUES = "values"
    CONTEXT = "context"
    SIDE_BY_SIDE = "side_by_side"  # heads that no matrix joins
    JOINED = "joined"
    RESIDUAL = "residual"
    NORMED_SUM = "normed_sum"  # where the norm comes last
    SKIPPED = "skipped"  # what lies between and is not written out
    SUMS = "sums"
    FEATURES = "features"
    LOGITS = "logits"
    PROBABILITIES = "probabilities"


class Quantity(StrEnum):
    """What numbers are; the same are coloured on the same scale."""

    STATE = "state"  # of either sign
    NORMED = "normed"  # of either sign, on one scale
    SUM = "sum"  # of either sign: what several parts are added up to
    QUERY = "query"  # of either sign; keys as well
    VALUE = "value"  # of either sign
    PRODUCT = "product"  # of either sign: scores before they are scaled
    SCORE = "score"  # of either sign, or minus infinity
    LOGIT = "logit"  # of either sign
    SHARE = "share"  # from 0 to 1
    COUNT = "count"  # from 0 on: of words, or of looks
    SINGLE = "single"  # beside nothing of its kind


@dataclass(frozen=True, slots=True)
class Summand:
    """One part of a sum.

    Attributes:
        name: what it comes from, such as a piece or a component of a vector.
        text: how it is made: ``0.52 × −1.30``.
        value: what it is.
    """

    name: str
    text: str
    value: float


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How one number is made.

    Attributes:
        summands: the largest, by size.
        rest: the sum of all others.
        rest_count: how many those are.
        total: the whole sum.
        finish: what is done with the sum, such as ``tanh(0.52)``; empty where nothing is.
        result: the number.
    """

    summands: tuple[Summand, ...]
    rest: float
    rest_count: int
    total: float
    finish: str
    result: float


class Work(Protocol):
    """How numbers are made of others."""

    def values(self) -> Table:
        """All of them, (rows, columns), in double precision."""
        ...

    def arithmetic(self, row: int, column: int) -> Arithmetic:
        """One of them, written out."""
        ...


@dataclass(frozen=True, slots=True)
class Card:
    """One step of a formula.

    Attributes:
        kind: which.
        formula: in the notation of the field.
        values: (rows, columns), of the model; minus infinity where masked.
        rows: what each row is of: a piece that is looked at; one empty name for a single row.
        columns: what each column is: a piece, or a component counted from 1, ``x₁``.
        work: how the numbers are made of those before; None where they are taken as they come.
        layer: of recurrent cells, counted from 0; None for all else.
    """

    kind: CardKind
    formula: str
    values: Table
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    work: Work | None
    layer: int | None = None

    @property
    def quantity(self) -> Quantity:
        """What the numbers are."""
        return _QUANTITIES.get(self.kind, Quantity.STATE)

    @property
    def is_over_pieces(self) -> bool:
        """Whether each column is a piece that is looked at, or that may be written."""
        return self.quantity in (Quantity.PRODUCT, Quantity.SCORE, Quantity.LOGIT) or self.kind in (
            CardKind.SOFTMAX,
            CardKind.WEIGHTS,
            CardKind.PROBABILITIES,
            CardKind.FERTILITY,
            CardKind.COVERAGE,
        )

    @property
    def difference(self) -> float | None:
        """The largest difference from what is recomputed; None where there is nothing to."""
        if self.work is None:
            return None
        again = self.work.values()
        finite = np.isfinite(self.values)
        if again.shape != self.values.shape or (finite != np.isfinite(again)).any():
            return math.inf
        return float(np.abs(self.values[finite] - again[finite]).max(initial=0.0))

    def arithmetic(self, row: int, column: int) -> Arithmetic | None:
        """How one number is made; None where it is taken as it comes."""
        return None if self.work is None else self.work.arithmetic(row, column)

    def strongest(self, row: int) -> int:
        """The column of the finite number of a row that is farthest from 0; 0 where none is."""
        sizes = np.where(np.isfinite(self.values[row]), np.abs(self.values[row]), -1.0)
        return int(sizes.argmax()) if sizes.size else 0


_QUANTITIES: Mapping[CardKind, Quantity] = MappingProxyType(
    {
        CardKind.INPUT: Quantity.NORMED,
        CardKind.NORMED_SUM: Quantity.NORMED,
        CardKind.JOINED: Quantity.SUM,
        CardKind.RESIDUAL: Quantity.SUM,
        CardKind.SUMS: Quantity.SUM,
        CardKind.FERTILITY: Quantity.COUNT,
        CardKind.COVERAGE: Quantity.COUNT,
        CardKind.FEATURES: Quantity.NORMED,
        CardKind.QUERY: Quantity.QUERY,
        CardKind.KEYS: Quantity.QUERY,
        CardKind.TURNED_QUERY: Quantity.QUERY,
        CardKind.TURNED_KEYS: Quantity.QUERY,
        CardKind.FEATURE_QUERY: Quantity.QUERY,
        CardKind.FEATURE_KEYS: Quantity.QUERY,
        CardKind.DISTANCE: Quantity.QUERY,
        CardKind.SHARPNESS: Quantity.SINGLE,
        CardKind.PLACE: Quantity.SINGLE,
        CardKind.THRESHOLD: Quantity.SINGLE,
        CardKind.VALUES: Quantity.VALUE,
        CardKind.SIDE_BY_SIDE: Quantity.VALUE,
        CardKind.CONTEXT: Quantity.VALUE,
        CardKind.SCORES: Quantity.PRODUCT,
        CardKind.SCALED: Quantity.SCORE,
        CardKind.MASK: Quantity.SCORE,
        CardKind.BY_DISTANCE: Quantity.SCORE,
        CardKind.BY_CONTENT: Quantity.SCORE,
        CardKind.BY_PLACE: Quantity.SCORE,
        CardKind.SLOPE: Quantity.SCORE,
        CardKind.SPAN: Quantity.SCORE,
        CardKind.NEARNESS: Quantity.SCORE,
        CardKind.TOTAL: Quantity.SCORE,
        CardKind.LOGITS: Quantity.LOGIT,
    }
    | dict.fromkeys(
        (
            CardKind.SOFTMAX,
            CardKind.WEIGHTS,
            CardKind.PROBABILITIES,
            CardKind.RESET,
            CardKind.UPDATE,
            CardKind.INPUT_GATE,
            CardKind.FORGET_GATE,
            CardKind.OUTPUT_GATE,
        ),
        Quantity.SHARE,
    )
)


def card(
    kind: CardKind,
    formula: str,
    values: NDArray[np.floating],
    work: Work | None,
    *,
    rows: tuple[str, ...] = ("",),
    columns: tuple[str, ...] | None = None,
    layer: int | None = None,
) -> Card:
    """A card; a single row may come without its second dimension, components without names."""
    table = np.atleast_2d(np.asarray(values, dtype=np.float64))
    symbol = formula.partition(" = ")[0].rstrip("ⱼᵢ")
    names = columns if columns is not None else components(symbol, table.shape[1])
    return Card(kind, formula, table, rows, names, work, layer)


def largest_of(cards: Iterable[Card]) -> Mapping[Quantity, float]:
    """The size of the largest finite number of each quantity: the ends of its scale."""
    largest = dict.fromkeys(Quantity, 0.0) | {Quantity.SHARE: 1.0}
    for each in cards:
        finite = each.values[np.isfinite(each.values)]
        if finite.size and each.quantity is not Quantity.SHARE:
            largest[each.quantity] = max(largest[each.quantity], float(np.abs(finite).max()))
    return largest


@lru_cache(maxsize=128)  # they are the same at every step
def components(symbol: str, count: int) -> tuple[str, ...]:
    """Names of the components of a vector, counted from 1: ``x₁``, or ``1`` without a symbol."""
    if not symbol:
        return tuple(str(number + 1) for number in range(count))
    return tuple(symbol + _lowered(number + 1) for number in range(count))


def number_text(value: float) -> str:
    """A number in a formula, with four digits after the point or three that count."""
    if math.isinf(value):
        return "−∞" if value < 0 else "∞"
    if value == 0.0:
        return "0"
    size = abs(value)
    text = f"{size:.4f}" if 1e-3 <= size < 1e4 else f"{size:.2e}"
    return with_minus(f"-{text}" if value < 0 else text)


def numbered(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names that can be told apart: those that come more than once are counted, ``the₁ the₂``."""
    seen: Counter[str] = Counter()
    told, often = [], Counter(names)
    for name in names:
        seen[name] += 1
        told.append(name + _lowered(seen[name]) if often[name] > 1 else name)
    return tuple(told)


def signed_in_brackets(value: float) -> str:
    """A number that follows a sign: in brackets where it is below 0."""
    text = number_text(value)
    return f"({text})" if value < 0 else text


def written_out(
    values: Table, summand: Callable[[int], Summand], finish: str, total: float, result: float
) -> Arithmetic:
    """The largest summands by size, and the rest as one number.

    Args:
        values: (n,), what is added up.
        summand: makes one of them, which takes longer than all their values.
        finish: what is done with the sum.
        total: the sum.
        result: what comes of it.
    """
    order = np.argsort(-np.abs(values), kind="stable")
    kept = [int(place) for place in order[:MOST_SUMMANDS] if values[place]]
    left = order[len(kept) :]
    if len(left) == 1 and values[left[0]]:  # a rest of one is no shorter than the one itself
        kept, left = [int(place) for place in order], left[:0]
    rest = math.fsum(values[left])
    return Arithmetic(tuple(map(summand, kept)), rest, len(left), total, finish, result)


def _lowered(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
