"""What the letters of formula cards stand for: templates, and what was learned."""

from __future__ import annotations

import re

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind

LEARNED = "{letters}: learned in the training."
_LEARNED = re.compile(r"[WUEVb]′?_[A-Za-z]+|[γβ]|v(?= · tanh)")


def learned_letters(card: Card) -> tuple[str, ...]:
    """The letters of a formula that stand for what the model has learned."""
    return tuple(dict.fromkeys(_LEARNED.findall(card.formula)))


def meaning_template(card: Card, step: StepNumbers) -> str:
    """What the other letters stand for, as far as the sentence of the card does not say it.

    It takes what ``{piece}`` is looked at.
    """
    return _norm_meaning(card) or _attention_meaning(card, step) or _sum_meaning(card)


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
        case CardKind.SOFTMAX:
            return "s: the scores; m: the largest of them; T: the temperature."
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
