"""What the letters of a formula stand for, and formulas with their lowered letters."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QCoreApplication

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind
from attnstudio.interpretation.lettering import isolate

_LOWERED = re.compile(r"_([A-Za-z]+)")
_LEARNED = re.compile(r"[WUEb]′?_[A-Za-z]+|[γβ]|v(?= · tanh)")


def formula_html(formula: str) -> str:
    """A formula as rich text: ``W_Q`` with a lowered Q."""
    return _LOWERED.sub(r"<sub>\1</sub>", html.escape(isolate(formula)))


def symbol_words(card: Card, step: StepNumbers, piece: str) -> str:
    """What the letters of a card's formula stand for, as far as its sentence does not say it.

    Args:
        card: which one.
        step: whose.
        piece: the one that is looked at.
    """
    learned = dict.fromkeys(_LEARNED.findall(card.formula))
    words = [_meaning(card, step).replace("{piece}", isolate(piece))]
    if learned:
        words.append(_tr("{letters}: learned in the training.").format(letters=", ".join(learned)))
    return " ".join(filter(None, words))


def _meaning(card: Card, step: StepNumbers) -> str:
    match card.kind:
        case CardKind.KEYS | CardKind.VALUES if step.place.site.is_self:
            return _tr("h: what this layer knows of {piece} so far.")
        case CardKind.KEYS | CardKind.VALUES:
            return _tr("h: what the encoder made of {piece}.")
        case CardKind.INPUT:
            return _tr("r: what came in; μ and σ: its mean and its spread.")
        case CardKind.FEATURES if "μ" in card.formula:
            return _tr("y: what the last layer gave; μ and σ: its mean and its spread.")
        case CardKind.RESIDUAL:
            return _tr("r: what came in; o: the heads joined.")
        case CardKind.LOGITS:
            letter = card.formula.partition(" = ")[2][:1]
            return _tr("{letter}: the last vector; w: a piece.").format(letter=letter)
        case CardKind.SOFTMAX:
            return _tr("s: the scores; m: the largest of them; T: the temperature.")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("formula", text)
