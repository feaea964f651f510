"""How far a picture of attention can be trusted: held against what erasing each word does.

Erasure is what a model really does without a word. A method that calls those words important whose
loss costs the target most agrees with it; how far it does is Kendall's tau over the source words
(Jain and Wallace 2019, Attention is not Explanation, hold attention against gradients so). Numbers
keep their sign: a word that speaks against the target is less important than one that says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from attnstudio.axes import Record, TextUnits
from attnstudio.corpus.text import makes_words
from attnstudio.interpretation.matrices import matrix_of
from attnstudio.interpretation.methods import Method, cross_reading, methods_in, reading_by
from attnstudio.interpretation.words import joined, word_groups
from attnstudio.reading import Measure, Reading

# A word counts where the target is at most half as likely without it: what one sees at a glance,
# and more than the few percent by which any word moves any other.
COUNTS = math.log(2.0)
# Most of the attention on no word: whatever it says of the words, it says with less than half.
MOST = 0.5

Numbers = NDArray[np.float64]


class Verdict(StrEnum):
    """What the picture of one target word is worth."""

    TRUSTED = "trusted"  # the word that it points at counts, and none that it does not
    PARTLY = "partly"  # the word that it points at counts, and so does one that it does not
    MISLEADING = "misleading"  # the word that it points at does not count, another does
    UNDECIDED = "undecided"  # no single word counts
    IDLE = "idle"  # it points at no word


@dataclass(frozen=True, slots=True)
class MethodTrust:
    """One method beside erasure.

    Attributes:
        method: which.
        values: (targets, sources), how important each word is for each.
        taus: (targets,) Kendall's tau-b with erasure over the source words, -1 to 1; NaN where one
            of the two tells no two words apart.
        mean: of all target words but marks such as ``</s>``; NaN where none has any.
    """

    method: Method
    values: Numbers
    taus: Numbers
    mean: float


@dataclass(frozen=True, slots=True)
class Trust:
    """All methods of a pair, word by word.

    Attributes:
        targets: the words of the target, marks included.
        sources: the words of the source, without marks.
        rows: of each method that there is, in their order; erasure is the last.
        probabilities: (targets,) of each word after those before it: of its pieces together.
        erased: (targets, sources), the same where a word of the source is erased.
        on_marks: (targets,) share of the attention on marks such as ``</s>``.
        on_signs: (targets,) its share on punctuation.
    """

    targets: TextUnits
    sources: TextUnits
    rows: tuple[MethodTrust, ...]
    probabilities: Numbers
    erased: Numbers
    on_marks: Numbers
    on_signs: Numbers

    def row_of(self, method: Method) -> MethodTrust | None:
        """One method; None where there is nothing of it."""
        return next((row for row in self.rows if row.method is method), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be said of the picture of one target word.

    Attributes:
        verdict: what it is worth.
        target: the word.
        probability: of the target word.
        pointed: the source word that attention points at; None where it points at none.
        without_pointed: the probability of the target word without that one.
        other: the word that counts most among those with less than an even share of what is on
            words, or of all where it points at none; None where there is none.
        without_other: the probability of the target word without that one.
        away: share of the attention on marks and punctuation.
    """

    verdict: Verdict
    target: str
    probability: float
    pointed: str | None
    without_pointed: float
    other: str | None
    without_other: float
    away: float


def trust_of(record: Record, shown: Reading) -> Trust | None:
    """All methods that a record holds, beside erasure.

    Args:
        record: with erasure in it.
        shown: whose attention is asked about; where it is not of the target over a source, an
            average of that is.

    Returns:
        None where the model does not look at a source, or nothing was erased.
    """
    reading = cross_reading(record, shown)
    if reading is None or Method.ERASURE not in methods_in(record, reading):
        return None
    source = record.text_of(reading.site.keys)
    words, groups = source_words(source), word_groups(record.target)
    sources, targets = joined(source, words), joined(record.target, groups)
    counted = [not targets.is_special(place) for place in range(len(targets))]
    changes = over_words(record, reading_by(Method.ERASURE, reading), words)
    values = {
        method: _of_groups(over_words(record, reading_by(method, reading), words), groups)
        for method in methods_in(record, reading)
    }
    erasure = values[Method.ERASURE]
    log_probs = np.array([sum(record.token_log_probs[place] for place in one) for one in groups])
    lost = np.array([changes[one].sum(axis=0) for one in groups])
    attention = _of_groups(matrix_of(record, reading.by(Measure.WEIGHTS)), groups)
    is_sign = [not is_word(sources.label(number)) for number in range(len(words))]
    signs = [place for word, sign in zip(words, is_sign, strict=True) if sign for place in word]
    marks = [place for place in range(len(source)) if source.is_special(place)]
    return Trust(
        targets,
        sources,
        tuple(_beside(erasure, *row, counted) for row in values.items()),
        np.exp(log_probs),
        np.exp(log_probs[:, None] - lost),
        attention[:, marks].sum(axis=1),
        attention[:, signs].sum(axis=1),
    )


def finding_of(trust: Trust, target: int) -> Finding:
    """What is to be said of the attention of one target word.

    Args:
        trust: with attention in it.
        target: the place of the word, counted from 0.
    """
    row = trust.row_of(Method.ATTENTION)
    assert row is not None, "a model without attention has no trust"
    looked, left = row.values[target], trust.erased[target]
    full, away = float(trust.probabilities[target]), float(trust.on_marks[target])
    away += float(trust.on_signs[target])
    lost = np.log(full) - np.log(np.maximum(left, np.finfo(np.float64).tiny))
    names = [trust.sources.label(place) for place in range(len(trust.sources))]
    is_idle = away >= MOST or not names
    pointed = None if is_idle else int(looked.argmax())
    even = looked.sum() / max(1, len(names))
    others = [place for place in range(len(names)) if is_idle or looked[place] < even]
    other = max(others, key=lambda place: float(lost[place]), default=None)
    return Finding(
        _verdict(lost, pointed, other),
        trust.targets.label(target),
        full,
        None if pointed is None else names[pointed],
        full if pointed is None else float(left[pointed]),
        None if other is None else names[other],
        full if other is None else float(left[other]),
        away,
    )


def findings_of(trust: Trust) -> list[Finding]:
    """Of every target word but marks such as ``</s>``."""
    places = range(len(trust.targets))
    return [finding_of(trust, place) for place in places if not trust.targets.is_special(place)]


def places_by_verdict(trust: Trust) -> dict[Verdict, list[int]]:
    """The places of the target words but marks, by their verdict; of those that there are."""
    places = [place for place in range(len(trust.targets)) if not trust.targets.is_special(place)]
    found = {place: finding_of(trust, place).verdict for place in places}
    by_verdict = {each: [place for place in places if found[place] is each] for each in Verdict}
    return {verdict: those for verdict, those in by_verdict.items() if those}


def agrees_on_first(trust: Trust, method: Method, target: int) -> bool | None:
    """Whether a method puts the same word of the source first as erasure does, for one target.

    Where one word counts and the rest hardly does, the order of that rest would decide a tau.

    Returns:
        None where erasure has no first word: where no loss, or that of several alike, costs most.
    """
    row, erasure = trust.row_of(method), trust.row_of(Method.ERASURE)
    if row is None or erasure is None:
        return None
    wanted = _first_of(erasure.values[target])
    return None if wanted is None else _first_of(row.values[target]) == wanted


def tau_b(one: Numbers, other: Numbers) -> float:
    """Kendall's tau-b of two rankings of the same things (Kendall 1945); ties count for neither.

    Returns:
        -1 to 1; NaN where one of them ties everything.
    """
    pairs = np.triu_indices(len(one), 1)
    first, second = (np.sign(np.subtract.outer(x, x)[pairs]) for x in (one, other))
    untied = math.sqrt(float(np.abs(first).sum()) * float(np.abs(second).sum()))
    return float((first * second).sum()) / untied if untied else math.nan


def source_words(source: TextUnits) -> list[list[int]]:
    """The places of each word, without marks such as ``</s>``."""
    return [word for word in word_groups(source) if not source.is_special(word[0])]


def over_words(record: Record, reading: Reading, words: list[list[int]]) -> Numbers:
    """(target pieces, words): what the pieces of each source word have together."""
    matrix = matrix_of(record, reading)
    if not words:
        return np.zeros((len(matrix), 0))
    return np.stack([matrix[:, word].sum(axis=1) for word in words], axis=1)


def is_word(text: str) -> bool:
    """Whether there is a letter or a digit in it, so that it is no punctuation."""
    return any(map(makes_words, text))


def _first_of(values: Numbers) -> int | None:
    """The one place with the greatest number above 0."""
    firsts = np.flatnonzero(values == values.max(initial=0.0))
    is_one = len(firsts) == 1 and values[firsts[0]] > 0
    return int(firsts[0]) if is_one else None


def _beside(
    erasure: Numbers, method: Method, values: Numbers, counted: Sequence[bool]
) -> MethodTrust:
    taus = np.array([tau_b(*both) for both in zip(values, erasure, strict=True)])
    return MethodTrust(method, values, taus, _mean(taus[list(counted)]))


def _verdict(lost: Numbers, pointed: int | None, other: int | None) -> Verdict:
    if pointed is None:
        return Verdict.IDLE
    counts, other_counts = (
        place is not None and float(lost[place]) >= COUNTS for place in (pointed, other)
    )
    if counts:
        return Verdict.PARTLY if other_counts else Verdict.TRUSTED
    return Verdict.MISLEADING if other_counts else Verdict.UNDECIDED


def _of_groups(rows: Numbers, groups: list[list[int]]) -> Numbers:
    """The mean of the pieces of each word, as `view_of` joins what looks."""
    return np.stack([rows[one].mean(axis=0) for one in groups])


def _mean(values: Numbers) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else math.nan
