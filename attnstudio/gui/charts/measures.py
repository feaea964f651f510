"""What is measured, for people who know no machine translation: what it is and what is good.

The bands of BLEU follow the guide that Google Cloud gives for AutoML Translation. For chrF nobody
has agreed on any; those of AER rest on what statistical aligners reach (Och and Ney 2003). The rest
is a rule of thumb.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.training.curves import Metric


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


def measure_words(metric: Metric) -> MeasureWords:
    """A measure in words."""
    lower = ("↓", _tr("lower is better"))
    higher = ("↑", _tr("higher is better"))
    neither = ("", _tr("neither high nor low is better"))
    surprise = _tr(
        "How surprised the model is by the right next piece of text. The dashed line with points "
        "is measured on sentences that it never trained on: when that rises while the other falls, "
        "it learns by heart."
    )
    comparable = _tr(
        "A rule of thumb. Compare only runs with the same corpus, direction and vocabulary."
    )
    few = _tr(
        "Measured on some pairs of the validation split, with one reference each. Compare only "
        "runs on the same pairs."
    )
    match metric:
        case Metric.TRAINING_LOSS | Metric.VALIDATION_LOSS:
            return MeasureWords(*lower, surprise, comparable)
        case Metric.PERPLEXITY:
            what = _tr(
                "Among how many pieces of text the model hesitates at each step, on sentences that "
                "it never trained on."
            )
            return MeasureWords(*lower, what, comparable)
        case Metric.BLEU:
            what = _tr(
                "How many words, and rows of two to four words, the translations share with those "
                "of people, from 0 to 100."
            )
            bands = _tr("The bands are those of Google Cloud's guide to BLEU.")
            return MeasureWords(*higher, what, f"{bands} {few}")
        case Metric.CHRF:
            what = _tr(
                "How many rows of letters the translations share with those of people, from 0 to "
                "100. It is fairer than BLEU to languages with many endings."
            )
            bands = _tr("There are no agreed bands: these are a rule of thumb.")
            return MeasureWords(*higher, what, f"{bands} {few}")
        case Metric.AER:
            what = _tr(
                "How many of the links that people drew between words the attention misses or gets "
                "wrong, from 0 to 1."
            )
            bands = _tr("Good statistical aligners reach 0.1 to 0.3, which the bands rest on.")
            return MeasureWords(*lower, what, bands)
        case Metric.SPEED:
            what = _tr("Pieces of target text that are trained on in a second.")
            return MeasureWords(
                "↑", _tr("higher is faster"), what, _tr("It says nothing about quality.")
            )
        case Metric.LEARNING_RATE:
            what = _tr("How large a step each update takes; the schedule sets it.")
            return MeasureWords(*neither, what, _tr("It is a setting, not a result."))
        case Metric.GRADIENT_NORM:
            what = _tr(
                "How hard an update pulls at the model. Single spikes are cut off and do no harm; "
                "a steady rise means that the learning rate is too high."
            )
            return MeasureWords(*neither, what, _tr("It tells of trouble, not of quality."))


def verdict(metric: Metric, value: float | None) -> str:
    """What a value means, empty where it means nothing by itself."""
    if value is None or not math.isfinite(value):
        return ""
    words: tuple[str, ...]
    match metric:
        case Metric.TRAINING_LOSS | Metric.VALIDATION_LOSS:
            return verdict(Metric.PERPLEXITY, math.exp(min(value, 700.0)))
        case Metric.PERPLEXITY:
            words = (
                _tr("rarely in doubt"),
                _tr("mostly sure"),
                _tr("on its way"),
                _tr("knows frequent words"),
                _tr("close to guessing"),
            )
            return _band(value, (3, 10, 50, 500), words)
        case Metric.BLEU:
            words = (
                _tr("not usable yet"),
                _tr("the gist is hard to get"),
                _tr("the gist is clear, with many mistakes"),
                _tr("understandable"),
                _tr("good"),
            )
            return _band(value, (10, 20, 30, 40), words)
        case Metric.CHRF:
            words = (
                _tr("not usable yet"),
                _tr("the gist is hard to get"),
                _tr("understandable"),
                _tr("good"),
            )
            return _band(value, (30, 45, 60), words)
        case Metric.AER:
            words = (
                _tr("as good as word aligners"),
                _tr("mostly right"),
                _tr("about half is right"),
                _tr("hardly follows the words"),
            )
            return _band(value, (0.25, 0.4, 0.6), words)
        case Metric.SPEED | Metric.LEARNING_RATE | Metric.GRADIENT_NORM:
            return ""


def _band(value: float, limits: Sequence[float], words: Sequence[str]) -> str:
    """The words for a value: those at each place are for what lies below the limit there."""
    return words[sum(value >= limit for limit in limits)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("measures", text)
