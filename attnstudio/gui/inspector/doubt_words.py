"""Doubts about a translation, in words for a person who knows no machine translation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from attnstudio.axes import Record
from attnstudio.gui.look.wording import decimals
from attnstudio.interpretation.doubts import (
    Certainty,
    certainty_of,
    is_much_shorter,
    probability_of,
    repeated_in,
    spelled_words,
)
from attnstudio.interpretation.lettering import elide, isolate

_MOST_NAMED = 4
_NAMED_EM = 12.0


def certainty_words(record: Record) -> str:
    """How sure the model is, with its number: ``fairly sure, 61 %``."""
    probability = probability_of(record)
    verdict = {
        Certainty.SURE: _tr("sure"),
        Certainty.FAIRLY_SURE: _tr("fairly sure"),
        Certainty.UNSURE: _tr("unsure"),
        Certainty.GUESSING: _tr("guessing"),
    }[certainty_of(probability)]
    return _tr("{verdict}, {n} %").format(verdict=verdict, n=decimals(100 * probability, 0))


def doubts_about(record: Record, unknown: Sequence[str]) -> list[str]:
    """Sentences, the gravest first; none where nothing speaks against the translation.

    Args:
        record: of the translation.
        unknown: characters of the source that the model has no piece for.
    """
    doubts = []
    if unknown:
        doubts.append(
            _tr("The model has never learned {texts}: it cannot know what they mean.").format(
                texts=_listed(unknown)
            )
        )
    spelled = [word for word in spelled_words(record) if not any(map(word.count, unknown))]
    if spelled:
        doubts.append(
            _tr(
                "The model knows {texts} only letter by letter: rare in training, or left out of a "
                "small vocabulary."
            ).format(texts=_listed(spelled))
        )
    if is_much_shorter(record):
        doubts.append(
            _tr("The translation is much shorter than what was given: parts of it may be missing.")
        )
    if repeated := repeated_in(record):
        doubts.append(
            _tr("It says “{text}” again and again: a sign that it is lost.").format(
                text=isolate(elide(repeated, _NAMED_EM))
            )
        )
    if certainty_of(probability_of(record)) in (Certainty.UNSURE, Certainty.GUESSING):
        words = (
            _tr("The model would hardly have written this itself ({certainty}).")
            if record.forced
            else _tr("The model is not sure of these words ({certainty}): do not rely on them.")
        )
        doubts.append(words.format(certainty=certainty_words(record)))
    return doubts


def _listed(texts: Sequence[str]) -> str:
    named = [f"“{isolate(elide(text, _NAMED_EM))}”" for text in texts[:_MOST_NAMED]]
    words = ", ".join(named)
    more = len(texts) - len(named)
    return _tr("{texts} and {n} more").format(texts=words, n=more) if more > 0 else words


def _tr(text: str) -> str:
    return QCoreApplication.translate("doubts", text)
