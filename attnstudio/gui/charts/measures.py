"""What is measured, for people who know no machine translation: what it is and what is good."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.training.scores import Better, Score

_SIGNS = {Better.LOWER: "↓", Better.HIGHER: "↑", Better.FASTER: "↑"}


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """A measure in words.

    Attributes:
        sign: an arrow to where it is better; empty where there is no better.
        direction: the same in words.
        what: what it is.
        rests_on: what a verdict about it rests on.
    """

    sign: str
    direction: str
    what: str
    rests_on: str


def measure_words(score: Score) -> MeasureWords:
    """A measure in words."""
    sign = _SIGNS.get(score.better, "")
    return MeasureWords(sign, _tr(score.better.value), _tr(score.what), _tr(score.rests_on))


def verdict(score: Score, value: float | None) -> str:
    """What a value means, empty where it means nothing by itself."""
    words = score.verdict(value)
    return _tr(words) if words else ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("measures", text)
