"""Formula cards in words for people: a name and one sentence each, and what the check found.

Their templates stand in `interpretation.formula_words`; the translator is asked for them here.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.look.wording import count
from attnstudio.inference.step_numbers import StepNumbers
from attnstudio.interpretation.formula import Card, CardKind, number_text
from attnstudio.interpretation.formula_words import (
    check_template,
    has_several_layers,
    may_be_looked_at,
    most_looked_at,
    number_named,
    off_words,
    sentence_template,
    step_template,
    title_template,
)
from attnstudio.interpretation.lettering import isolate


def step_words(step: StepNumbers) -> str:
    """Which step it is: the piece that is written, and after which."""
    template = _tr(step_template(step))
    return template.format(looking=isolate(step.looking), fed=isolate(step.fed))


def place_words(layer: int, head: int) -> str:
    """Which head it is of."""
    return _tr("Layer {layer}, head {head}").format(layer=layer, head=head)


def card_title(card: Card, step: StepNumbers, piece: str) -> str:
    """What a card is called.

    Args:
        card: which one.
        step: whose.
        piece: the one that is looked at, of which cards with several rows show theirs.
    """
    title = _tr(title_template(card)).format(piece=isolate(piece))
    if has_several_layers(card, step):
        return _tr("{title} (layer {n})").format(title=title, n=card.layer)
    return title


def card_sentence(card: Card, step: StepNumbers, piece: str) -> str:
    """What a card does, for somebody who knows no formulas; as `card_title`."""
    has_share = card.kind is CardKind.PROBABILITIES
    share = f"{card.values[0, 0]:.0%}".replace("%", "\u00a0%") if has_share else ""
    return _tr(sentence_template(card, step)).format(
        piece=isolate(piece),
        looking=isolate(step.looking),
        fed=isolate(step.fed),
        most=isolate(most_looked_at(step)),
        n=count(number_named(card, step)),
        all=count(may_be_looked_at(step)),
        share=share,
    )


def check_words(difference: float | None) -> str:
    """What came of recomputing a card.

    Args:
        difference: see `Card.difference`.
    """
    number = "" if difference is None else off_words(difference)
    return _tr(check_template(difference)).format(n=number)


def moment_words(moment: str, name: str, number: float | None) -> str:
    """One number of a checkpoint; None where it is not among those that are shown."""
    if number is None:
        return _tr("{moment}: {name} is not among these").format(moment=moment, name=isolate(name))
    written = number_text(float(number))
    return _tr("{moment}: {name} = {n}").format(moment=moment, name=isolate(name), n=written)


def later_words(chosen: str, step: StepNumbers) -> str:
    """That the look after one piece, which was chosen, is the look for the next one."""
    words = _tr(
        "After writing {chosen} the model looks most at {most}; this look is used to write "
        "{looking}."
    )
    most = step.looked_at[int(step.head.weights.argmax())]
    return words.format(chosen=isolate(chosen), most=isolate(most), looking=isolate(step.looking))


def rest_words(number: int) -> str:
    """The other summands."""
    return _tr("the other {n}").format(n=count(number))


def _tr(text: str) -> str:
    return QCoreApplication.translate("formula", text)
