"""The cards of a score and of what is made of it, in plain words; see `formula_words`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from attnstudio.inference.score_numbers import WaveNumbers, WeightForm
from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind

SCORE_TITLES: Mapping[CardKind, str] = MappingProxyType(
    {
        CardKind.TURNED_QUERY: "Query, turned by its place",
        CardKind.TURNED_KEYS: "Key of {piece}, turned by its place",
        CardKind.FEATURE_QUERY: "Query, made positive",
        CardKind.FEATURE_KEYS: "Key of {piece}, made positive",
        CardKind.SCORES: "Scores",
        CardKind.SCALED: "Scaled scores",
        CardKind.DISTANCE: "Distance to {piece}",
        CardKind.BY_DISTANCE: "Query and distance",
        CardKind.BY_CONTENT: "Pieces that are always wanted",
        CardKind.BY_PLACE: "Distances that are always wanted",
        CardKind.SLOPE: "Less for what is far",
        CardKind.SPAN: "Span of this head",
        CardKind.PREDICTING: "Asked for a place",
        CardKind.PLACE: "Place to look at",
        CardKind.NEARNESS: "Less for what is far from there",
        CardKind.TOTAL: "Scores in all",
        CardKind.MASK: "Mask",
        CardKind.SOFTMAX: "Weights",
        CardKind.SHARPNESS: "Sharpness of this head",
        CardKind.THRESHOLD: "Threshold",
        CardKind.WEIGHTS: "Weights",
    }
)

_SENTENCES: Mapping[CardKind, str] = MappingProxyType(
    {
        CardKind.TURNED_QUERY: (
            "Each pair of numbers is turned like the hand of a clock: the later in the sentence, "
            "the farther."
        ),
        CardKind.TURNED_KEYS: (
            "Turned in the same way by the place of {piece}. Compared with the query, only how far "
            "apart the two are counts."
        ),
        CardKind.FEATURE_QUERY: "Every number is made positive, so that scores are shares already.",
        CardKind.FEATURE_KEYS: "Every number is made positive in the same way.",
        CardKind.SCORES: (
            "How well each piece fits the query: the higher, the more it is looked at."
        ),
        CardKind.SCALED: (
            "The same, made smaller, so that long vectors do not decide too sharply."
        ),
        CardKind.BY_DISTANCE: "How well each distance fits the query, whatever stands there.",
        CardKind.BY_CONTENT: "How much each piece is wanted, whatever the query is.",
        CardKind.BY_PLACE: "How much each distance is wanted, whatever the query is.",
        CardKind.SLOPE: "The farther away a piece is, the more is taken off its score.",
        CardKind.SPAN: (
            "Up to the span that this head learned, pieces count in full; a little farther they "
            "count less, and beyond that not at all."
        ),
        CardKind.PREDICTING: "The query is read for the place that it looks for.",
        CardKind.PLACE: "Around this place of the sentence is looked; the first piece is at 0.",
        CardKind.NEARNESS: "The farther a piece is from that place, the more is taken off.",
        CardKind.TOTAL: "The parts of each score, added up.",
        CardKind.SOFTMAX: "The scores become shares that add up to 1. Most goes to {most}.",
        CardKind.SHARPNESS: (
            "How sharply this head decides: near 1 it leaves nothing out, near 2 it leaves out a "
            "lot."
        ),
        CardKind.THRESHOLD: (
            "What is not above it gets exactly 0. It lies where the weights add up to 1."
        ),
    }
)


def score_sentence(card: Card, step: StepNumbers) -> str:
    """What a card of a score does; empty for all other cards. See `sentence_template`."""
    match card.kind:
        case CardKind.DISTANCE if isinstance(step.head.made.places, WaveNumbers):
            return "What this head makes of how far {piece} is away."
        case CardKind.DISTANCE:
            return "What this layer learned of how far {piece} is away, and to which side."
        case CardKind.MASK:
            return _masked(card, step)
        case CardKind.WEIGHTS if step.head.made.weights.form is WeightForm.SHARE:
            return "Each score as a share of all of them. Most goes to {most}."
        case CardKind.WEIGHTS:
            return "Shares that add up to 1: {n} of {all} pieces are looked at, most of all {most}."
    return _SENTENCES.get(card.kind, "")


def score_number(card: Card, step: StepNumbers) -> int | None:
    """How many pieces the sentence of a card of a score speaks of; None where it does not."""
    if card.kind is CardKind.WEIGHTS:
        return int(np.count_nonzero(step.head.weights))
    if card.kind is CardKind.MASK:
        return step.head.made.reach.window
    return None


def _masked(card: Card, step: StepNumbers) -> str:
    reach = step.head.made.reach
    if not np.isneginf(card.values).any():
        return "All pieces may be looked at here: nothing changes."
    if reach.predicted is not None:
        return "Pieces more than {n} places away from the place to look at get −∞."
    if reach.span is not None and reach.is_causal:
        return "Pieces that are not written yet, or that lie beyond the span, get −∞."
    if reach.span is not None:
        return "Pieces beyond the span of this head must not be looked at: they get −∞."
    if reach.window is not None and reach.is_causal:
        return "Pieces that are not written yet, or more than {n} places back, get −∞."
    if reach.window is not None:
        return "Pieces more than {n} places away must not be looked at: they get −∞."
    return "Pieces that are not written yet must not be looked at: they get −∞."
