"""Formula cards in plain words: templates of a name and a sentence each, and what is put in.

The window asks its translator for each template; a page for a browser takes them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import TOLERANCE, Card, CardKind
from attnstudio.interpretation.formula_score_words import (
    SCORE_TITLES,
    score_number,
    score_sentence,
)
from attnstudio.interpretation.lettering import with_minus
from attnstudio.model.feature_kind import FeatureKind

_TITLES: Mapping[CardKind, str] = MappingProxyType(
    {
        CardKind.BEFORE: "What it asks with",
        CardKind.FED: "What the cells read",
        CardKind.RESET: "Reset gate",
        CardKind.UPDATE: "Update gate",
        CardKind.CANDIDATE: "Candidate",
        CardKind.INPUT_GATE: "Input gate",
        CardKind.FORGET_GATE: "Forget gate",
        CardKind.OUTPUT_GATE: "Output gate",
        CardKind.MEMORY_CANDIDATE: "Candidate for the memory",
        CardKind.MEMORY: "Memory",
        CardKind.STATE: "State",
        CardKind.INPUT: "What goes in",
        CardKind.QUERY: "Query",
        CardKind.KEYS: "Key of {piece}",
        CardKind.FERTILITY: "How many words are expected",
        CardKind.COVERAGE: "Looked at so far",
        CardKind.VALUES: "Value of {piece}",
        CardKind.CONTEXT: "Weighted sum",
        CardKind.SIDE_BY_SIDE: "Heads side by side",
        CardKind.JOINED: "Heads joined",
        CardKind.RESIDUAL: "Added to what came in",
        CardKind.NORMED_SUM: "Brought to one scale",
        CardKind.SKIPPED: "Not written out",
        CardKind.SUMS: "State, context and piece",
        CardKind.FEATURES: "Last vector",
        CardKind.LOGITS: "Logits",
        CardKind.PROBABILITIES: "Probabilities",
    }
    | dict(SCORE_TITLES)
)


def step_template(step: StepNumbers) -> str:
    """Which step it is; takes the piece that looks and the one that is fed."""
    if step.outcome is None:
        return "How the encoder reads {looking}"
    return "How {looking} is written after {fed}"


def title_template(card: Card) -> str:
    """What a card is called; takes the piece that is looked at."""
    return _TITLES[card.kind]


def has_several_layers(card: Card, step: StepNumbers) -> bool:
    """Whether the name of a card must say of which layer of cells it is."""
    return card.layer is not None and len(step.cells) > 1


def sentence_template(card: Card, step: StepNumbers) -> str:
    """What a card does, for somebody who knows no formulas.

    It takes what ``{piece}`` is looked at, which is ``{looking}``, and which is ``{fed}``; the
    ``{most}`` of `most_looked_at`, the ``{n}`` of `number_named`, ``{all}`` of
    `may_be_looked_at`, and the ``{share}`` that the piece gets that is written.
    """
    return (
        _cell_sentence(card, step)
        or score_sentence(card, step)
        or _attention_sentence(card, step)
        or _outcome(card, step)
    )


def most_looked_at(step: StepNumbers) -> str:
    """The piece that the head looks at most."""
    return step.looked_at[int(step.head.weights.argmax())]


def may_be_looked_at(step: StepNumbers) -> int:
    """How many pieces the head may look at."""
    return int(np.isfinite(step.head.scores).sum())


def number_named(card: Card, step: StepNumbers) -> int:
    """How many pieces or heads the sentence of a card speaks of."""
    if card.kind is CardKind.PROBABILITIES and step.outcome is not None:
        return len(step.outcome.pieces) + step.outcome.other_count
    number = score_number(card, step)
    return step.heads if number is None else number


def check_template(difference: float | None) -> str:
    """What came of recomputing a card; takes how far it was off, ``{n}``.

    Args:
        difference: see `Card.difference`.
    """
    if difference is None:
        return "Taken as it comes: there is nothing to recompute."
    if difference < TOLERANCE:
        return "✓ Recomputed from the numbers shown: off by {n}"
    return "✗ Recomputed from the numbers shown: off by {n}"


def off_words(difference: float) -> str:
    """How far recomputed numbers are off, with one digit that counts."""
    return with_minus(f"{difference:.0e}") if difference else "0"


def _cell_sentence(card: Card, step: StepNumbers) -> str:
    if card.kind is CardKind.FED:
        return _fed(step)
    is_gru = bool(step.cells) and step.cells[0].memory_after is None
    return {
        CardKind.RESET: ("How much of the old state the candidate may use: 0 none of it, 1 all."),
        CardKind.UPDATE: (
            "How much of the old state stays: 0 takes the candidate, 1 keeps the old."
        ),
        CardKind.CANDIDATE: "What the new state would be if nothing of the old one stayed.",
        CardKind.INPUT_GATE: (
            "How much of the candidate is written into the memory: 0 none of it, 1 all."
        ),
        CardKind.FORGET_GATE: "How much of the memory stays: 0 forgets it, 1 keeps it.",
        CardKind.MEMORY_CANDIDATE: "What could be written into the memory.",
        CardKind.OUTPUT_GATE: "How much of the memory is shown: 0 none of it, 1 all.",
        CardKind.MEMORY: "What stays of the memory, and what is written into it.",
        CardKind.STATE: (
            "The old state and the candidate, mixed number by number."
            if is_gru
            else "What the output gate shows of the memory."
        ),
    }.get(card.kind, "")


def _fed(step: StepNumbers) -> str:
    if not step.moves_first:
        return "The cells read {fed} as a vector e, and beside it what was looked at, c."
    if len(step.cells[0].inputs) > step.embedding_size:
        return "The cells read {fed} as a vector e, and a, what came of the step before."
    return "The cells read {fed} as a vector."


def _attention_sentence(card: Card, step: StepNumbers) -> str:
    if card.kind is CardKind.SKIPPED:
        return _skipped(step)
    is_encoder = step.outcome is None
    return {
        CardKind.BEFORE: (
            "This decoder looks before it moves: its state is still that before {fed}."
        ),
        CardKind.INPUT: _input(is_encoder=is_encoder, is_normed="μ" in card.formula),
        CardKind.QUERY: "The question that is asked of every piece.",
        CardKind.KEYS: (
            "What {piece} answers to. The better it fits the query, the higher its score."
        ),
        CardKind.FERTILITY: (
            "How many words each piece is expected to become, from 0 to 2: its looks are counted "
            "in parts of them."
        ),
        CardKind.COVERAGE: (
            "How much each piece was looked at for the words before this one. The score knows it, "
            "so that nothing need be said twice or forgotten."
        ),
        CardKind.VALUES: "What is taken from {piece} where it is looked at.",
        CardKind.CONTEXT: "What is taken in all: the value of each piece, times its weight.",
        CardKind.SIDE_BY_SIDE: "What the {n} heads took, one after the other: so it goes on.",
        CardKind.JOINED: "What the {n} heads of this layer took, mixed by one matrix.",
        CardKind.RESIDUAL: (
            "What came in is kept, made larger, and what was looked at is added to it."
            if "λ" in card.formula
            else "What came in is kept, and what was looked at is added to it."
        ),
        CardKind.NORMED_SUM: "The sum, brought to one scale: with it the layer goes on.",
    }.get(card.kind, "")


def _input(*, is_encoder: bool, is_normed: bool) -> str:
    if is_normed:
        return (
            "What this layer knows of {looking} so far, brought to one scale."
            if is_encoder
            else "What this layer knows so far, brought to one scale."
        )
    if is_encoder:
        return "What this layer knows of {looking} so far."
    return "What this layer knows so far."


def _skipped(step: StepNumbers) -> str:
    is_last = step.place.layer == step.layers - 1
    if step.outcome is None:
        return (
            "The rest of this layer, the layers after it, and the decoder, which looks at what "
            "comes out of the last one."
        )
    if step.place.site.is_self and is_last:
        return (
            "The attention of this last layer over the source, and its feed-forward part. The next "
            "card begins with what comes out."
        )
    if step.place.site.is_self:
        return (
            "The attention of this layer over the source, its feed-forward part, and the layers "
            "after it. The next card begins with what comes out of the last one."
        )
    if is_last:
        return "The feed-forward part of this last layer. The next card begins with what comes out."
    return (
        "The feed-forward part of this layer, and the layers after it. The next card begins with "
        "what comes out of the last one."
    )


def _outcome(card: Card, step: StepNumbers) -> str:
    outcome = step.outcome
    assert outcome is not None  # an encoder has no such cards
    match card.kind, outcome.kind:
        case CardKind.SUMS, _:
            return "The new state, what was looked at and the piece before, mixed."
        case CardKind.FEATURES, FeatureKind.NORM:
            return "What comes out of the last layer, brought to one scale."
        case CardKind.FEATURES, FeatureKind.TANH:
            return "What was looked at and the state, joined to one vector."
        case CardKind.FEATURES, _:
            return "Of each pair of numbers the larger one."
        case CardKind.LOGITS, _:
            return "How well pieces fit: {looking} first, then the likeliest beside it."
    return "The logits of all {n} pieces become probabilities. {looking} gets {share}."
