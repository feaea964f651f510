"""A chip and its attention in words, for those who cannot see them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from attnstudio.axes import Units
from attnstudio.gui.widgets.chip_changes import signed_words
from attnstudio.gui.widgets.chip_picture import ChipPicture, units_of
from attnstudio.gui.widgets.site_words import looked_words
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.interpretation.lettering import isolate, with_minus
from attnstudio.interpretation.site_words import is_looking

_TOLD = 3


def picture_words(picture: ChipPicture | None) -> str:
    """What the chips show now: ``Hund, 2 of 3, looks at: dog 0.75, old 0.15, the 0.05``."""
    if picture is None:
        return _tr("Nothing is shown yet.")
    if picture.choice is None:
        return _tr("Arrow keys choose a token and show its attention.")
    return _choice_words(picture, picture.choice)


def chip_tip(picture: ChipPicture, token: ChosenToken) -> str:
    """A token with its weight, where one is shown, and its probability, where it has one."""
    weight = picture.weight_of(token)
    text = isolate(units_of(picture.view, token.side).label(token.index))
    words = text if weight is None else f"{text}: {picture.weight_text_of(token)}"
    probability = picture.probability_of(token)
    lines = [words] if probability is None else [words, _probability_words(probability)]
    if token.side is Side.TARGET and (changed := _change_words(picture, token.index)):
        lines.append(changed)
    if token.side is Side.TARGET and (few := looked_words(picture.view, token.index)):
        lines.append(few)
    return "\n".join(lines)


def _change_words(picture: ChipPicture, row: int) -> str:
    """What a change did to a token of the target; nothing where none is shown."""
    changes = picture.changes
    if changes is None:
        return ""
    if not changes.reached[row]:
        return _tr("The change cannot reach it: it stays the same to the last digit.")
    return _tr("Δ log p by the change: {n}").format(
        n=signed_words(float(changes.differences[row]), 3)
    )


def _probability_words(probability: float) -> str:
    return _tr("probability {percent}").format(percent=f"{probability:.2%}")


def _choice_words(picture: ChipPicture, choice: ChosenToken) -> str:
    """A token and the strongest weights it has to do with."""
    side = choice.side
    units, others = units_of(picture.view, side), units_of(picture.view, side.other)
    weights = [
        (picture.weight_of(ChosenToken(side.other, index)) or 0.0, _spoken(others, index))
        for index in range(len(others))
        if not picture.is_left_out(ChosenToken(side.other, index))
    ]
    strongest = sorted(weights, key=lambda item: -abs(item[0]))[:_TOLD]
    listed = ", ".join(f"{text} {with_minus(f'{weight:z.2f}')}" for weight, text in strongest)
    if side is Side.TARGET and choice.index in picture.view.empty_rows:
        template = _tr("{token}, {place} of {count}, looks at no word")
    elif not is_looking(picture.view.site, picture.view.meaning):
        template = _tr("{token}, {place} of {count}, has most to do with: {listed}")
    elif side is Side.TARGET:
        template = _tr("{token}, {place} of {count}, looks at: {listed}")
    else:
        template = _tr("{token}, {place} of {count}, is looked at by: {listed}")
    words = template.format(
        token=_spoken(units, choice.index),
        place=choice.index + 1,
        count=len(units),
        listed=listed,
    )
    parts = [words]
    if side is Side.TARGET and (few := looked_words(picture.view, choice.index)):
        parts.append(few)
    if (probability := picture.probability_of(choice)) is not None:
        parts.append(_probability_words(probability))
    if side is Side.TARGET and (changed := _change_words(picture, choice.index)):
        parts.append(changed)
    return "; ".join(parts)


def _spoken(units: Units, place: int) -> str:
    label = units.label(place)
    return isolate(label.lstrip("▁") or label)


def _tr(text: str) -> str:
    return QCoreApplication.translate("chips", text)
