"""What the letters of a formula stand for, and formulas with their lowered letters."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QCoreApplication

from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card
from attnstudio.interpretation.formula_meanings import LEARNED, learned_letters, meaning_template
from attnstudio.interpretation.lettering import isolate

_LOWERED = re.compile(r"_([A-Za-z]+)")


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
    meaning = meaning_template(card, step)
    words = [_tr(meaning).format(piece=isolate(piece))] if meaning else []
    if learned := learned_letters(card):
        words.append(_tr(LEARNED).format(letters=", ".join(learned)))
    return " ".join(words)


def _tr(text: str) -> str:
    return QCoreApplication.translate("formula", text)
