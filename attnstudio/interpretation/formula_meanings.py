"""What the letters of formula cards stand for: templates, and what was learned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind

LEARNED = "{letters}: learned in the training."
_LEARNED = re.compile(
    r"[WUEVbv]′?_[A-Za-z]+|[γβ]|v(?= · (?:tanh|rⱼ))|u(?= · kⱼ)|a(?=\(j)|(?<=σ\()w(?=\))"
)


def learned_letters(card: Card) -> tuple[str, ...]:
    """The letters of a formula that stand for what the model has learned."""
    return tuple(dict.fromkeys(_LEARNED.findall(card.formula)))


def meaning_template(card: Card, step: StepNumbers) -> str:
    """What the other letters stand for, as far as the sentence of the card does not say it.

    It takes what ``{piece}`` is looked at.
    """
    return (
        _norm_meaning(card)
        or _attention_meaning(card, step)
        or _SCORE_MEANINGS.get(card.kind, "")
        or _threshold_meaning(card)
        or _sum_meaning(card)
    )


_SCORE_MEANINGS: Mapping[CardKind, str] = MappingProxyType(
    {
        CardKind.TURNED_QUERY: (
            "t: the place, counted from 0; R turns pair i, from 0 on, by t / 10000^(2i / d)."
        ),
        CardKind.TURNED_KEYS: (
            "j: the place of {piece}, counted from 0; R turns pair i, from 0 on, by "
            "j / 10000^(2i / d)."
        ),
        CardKind.FEATURE_QUERY: "elu(x) + 1: x + 1 above 0, exp(x) below.",
        CardKind.FEATURE_KEYS: "elu(x) + 1: x + 1 above 0, exp(x) below.",
        CardKind.SLOPE: "i and j: the two places; m: how steep, another for each head.",
        CardKind.SPAN: "i and j: the two places; z: the span, learned; R: the ramp behind it.",
        CardKind.PLACE: "S: how many pieces are read; σ: what makes a share from 0 to 1.",
        CardKind.NEARNESS: "j: the place of a piece; p: the place to look at; σ: half the window.",
        CardKind.SHARPNESS: "a: called α in papers; σ: what makes a share from 0 to 1.",
        CardKind.SOFTMAX: "s: the scores; m: the largest of them; T: the temperature.",
    }
)


def _threshold_meaning(card: Card) -> str:
    match card.kind:
        case CardKind.THRESHOLD if "k" in card.formula:
            return "s: the scores; k: how many of them are above τ."
        case CardKind.THRESHOLD:
            return "α: the weights on the next card."
        case CardKind.WEIGHTS if "(a" in card.formula:
            return "s: the scores; a: the sharpness; τ: the threshold; T: the temperature."
        case CardKind.WEIGHTS if "τ" in card.formula:
            return "s: the scores; τ: the threshold; T: the temperature."
        case CardKind.WEIGHTS:
            return "s: the scores."
        case CardKind.DISTANCE if "W_R" in card.formula:
            return "R: sines and cosines of the distance from j to i."
        case CardKind.DISTANCE:
            return "i and j: the two places; the farthest distances share a vector."
    return ""


def _norm_meaning(card: Card) -> str:
    if "μ" not in card.formula:
        return ""
    names = {
        CardKind.INPUT: "r: what came in; μ and σ: its mean and its spread.",
        CardKind.NORMED_SUM: "y: the sum; μ and σ: its mean and its spread.",
        CardKind.FEATURES: "y: what the last layer gave; μ and σ: its mean and its spread.",
    }
    return names.get(card.kind, "")


def _attention_meaning(card: Card, step: StepNumbers) -> str:
    match card.kind:
        case CardKind.KEYS | CardKind.VALUES if step.place.site.is_self:
            return "h: what this layer knows of {piece} so far."
        case CardKind.KEYS | CardKind.VALUES:
            return "h: what the encoder made of {piece}."
        case CardKind.FERTILITY:
            return "h: what the encoder made of each piece."
        case CardKind.COVERAGE if "Φ" in card.formula:
            return "α: the weights for each word before; Φ: how many words are expected."
        case CardKind.COVERAGE:
            return "α: the weights for each word before."
    return ""


def _sum_meaning(card: Card) -> str:
    match card.kind:
        case CardKind.RESIDUAL if "λ" in card.formula:
            return (
                "x: what came in; o: the heads joined; λ: follows from the number of layers (the α "
                "of DeepNorm)."
            )
        case CardKind.RESIDUAL:
            return f"{card.formula.partition(' = ')[2][0]}: what came in; o: the heads joined."
        case CardKind.LOGITS:
            letter = card.formula.partition(" = ")[2][:1]
            return letter + ": the last vector; w: a piece."
    return ""
