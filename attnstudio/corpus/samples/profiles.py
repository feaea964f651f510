"""What each sample draws: tenses, their combinations, and what its language cannot say well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attnstudio.corpus.samples.chinese import say_chinese
from attnstudio.corpus.samples.german import say_german
from attnstudio.corpus.samples.lexicon import ChinesePattern, Verb, VerbClass
from attnstudio.corpus.samples.meaning import (
    Clause,
    Conjunction,
    Determiner,
    Gap,
    NounPhrase,
    Participant,
    Polarity,
    Sentence,
    Tense,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from attnstudio.corpus.samples.derivation import Word


@dataclass(frozen=True, slots=True)
class TensePair:
    """Tenses of the main and the second clause that go together."""

    main: Tense
    second: Tense


@dataclass(frozen=True, slots=True)
class Profile:
    """One language pair.

    Tenses are drawn evenly from their tuple; one that stands twice is twice as frequent.

    Attributes:
        say: realises a sentence in the target language.
        spaced: whether the target language puts spaces between words.
        fits: whether the target language can say this clause naturally.
        second_first: how often a second clause comes first, by conjunction.
        new_subjects: whether ``a`` may introduce a subject.
        marks_perfect: whether a perfect needs ``already`` or ``before`` to be translated.
    """

    name: str
    source_language: str
    target_language: str
    say: Callable[[Sentence], list[Word]]
    spaced: bool
    fits: Callable[[Clause], bool]
    statement: tuple[Tense, ...]
    yes_no: tuple[Tense, ...]
    why: tuple[Tense, ...]
    relative: tuple[Tense, ...]
    joined: Mapping[Conjunction, tuple[TensePair, ...]]
    second_first: Mapping[Conjunction, float]
    new_subjects: bool
    marks_perfect: bool


_ONGOING = {Tense.PROGRESSIVE, Tense.PAST_PROGRESSIVE}
_LASTING = {ChinesePattern.HOLDING, ChinesePattern.STAYING}


def _fits_german(clause: Clause) -> bool:
    if clause.verb.name == "hold":
        return clause.tense in {Tense.PRESENT, Tense.PAST}
    return not (clause.tense is Tense.PERFECT and clause.verb.pattern in _LASTING)


def _fits_chinese(clause: Clause) -> bool:
    if any(map(_hides_its_noun, (clause.subject, clause.object))):
        return False
    if clause.time_first and _has_relative(clause.subject):
        return False  # the time would seem to belong to the relative clause
    if clause.verb.kind in {VerbClass.COPULA, VerbClass.CLAUSAL}:
        return True
    if clause.tense is Tense.PERFECT and _is_experience(clause) and not _takes_guo(clause.verb):
        return False
    if clause.tense in _ONGOING and (clause.verb.is_motion or clause.verb.name == "come back"):
        return False
    if clause.verb.name == "arrive" and clause.place is not None:
        return False  # 到火车站, with the place as object
    match clause.verb.pattern:
        case ChinesePattern.TO:  # 给 cannot lose its object
            return not isinstance(clause.object, Gap) or clause.recipient is not None
        case ChinesePattern.DOUBLE:
            return clause.tense not in _ONGOING
        case ChinesePattern.HOLDING:
            return clause.tense in _ONGOING
        case ChinesePattern.BA:
            return not _is_ongoing(clause) and not _denies_something_new(clause)
        case ChinesePattern.STAYING:
            return clause.tense is not Tense.PERFECT
        case _:
            return True


def _is_experience(clause: Clause) -> bool:
    return not clause.adverb and clause.polarity is not Polarity.NOT


def _has_relative(phrase: Participant | None) -> bool:
    return isinstance(phrase, NounPhrase) and phrase.relative is not None


def _hides_its_noun(phrase: Participant | None) -> bool:
    """Whether 一个 would be torn from its noun by a relative clause."""
    return (
        isinstance(phrase, NounPhrase)
        and phrase.relative is not None
        and phrase.determiner is Determiner.A
    )


def _takes_guo(verb: Verb) -> bool:
    """Whether one can have the experience (读过, 唱过歌, 去过)."""
    if verb.pattern is ChinesePattern.BA or verb.pattern in _LASTING:
        return False
    if verb.is_motion or verb.name == "work":
        return True
    return " " in verb.chinese or bool(verb.frames[0].object)


def _is_ongoing(clause: Clause) -> bool:
    return clause.tense in _ONGOING or (
        clause.tense is Tense.PRESENT and clause.polarity is not Polarity.NOT
    )


def _denies_something_new(clause: Clause) -> bool:
    return (
        clause.polarity is not Polarity.POSITIVE
        and isinstance(clause.object, NounPhrase)
        and clause.object.determiner is Determiner.A
    )


def _pairs(*tenses: tuple[Tense, Tense]) -> tuple[TensePair, ...]:
    return tuple(TensePair(*pair) for pair in tenses)


_T = Tense
_PAST, _PRESENT, _PERFECT, _FUTURE = _T.PAST, _T.PRESENT, _T.PERFECT, _T.FUTURE
_NOW = _T.PROGRESSIVE

GERMAN = Profile(
    name="en-de",
    source_language="en",
    target_language="de",
    say=say_german,
    spaced=True,
    fits=_fits_german,
    statement=(
        *(_PRESENT,) * 5,
        *(_PAST, _PERFECT) * 3,
        *(_FUTURE, _T.WANT, _T.MUST, _T.CAN) * 2,
        *(_T.SHOULD, _T.COULD, _T.WANTED),
    ),
    yes_no=(*(_PERFECT, _PRESENT) * 4, *(_FUTURE, _T.CAN, _T.WANT) * 2, _T.SHOULD),
    why=(_PRESENT, _PRESENT, _PAST, _PERFECT, _T.WANT, _T.MUST),
    relative=(_PAST, _PERFECT, _PERFECT),
    joined={
        Conjunction.BECAUSE: _pairs(
            *((_PAST, _PAST), (_PRESENT, _PRESENT), (_PAST, _T.WANTED), (_PAST, _T.COULD)),
            *((_FUTURE, _T.WANT), (_T.MUST, _PRESENT), (_T.WANT, _PERFECT), (_PERFECT, _PRESENT)),
        ),
        Conjunction.ALTHOUGH: _pairs(
            *((_PAST, _PAST), (_PRESENT, _PRESENT), (_T.WANT, _PERFECT), (_PERFECT, _PERFECT)),
        ),
        Conjunction.WHEN: _pairs((_PAST, _PAST), (_PAST, _PAST), (_FUTURE, _PRESENT)),
        Conjunction.IF: _pairs(
            (_FUTURE, _PRESENT), (_T.CAN, _T.WANT), (_T.MUST, _PRESENT), (_T.SHOULD, _T.WANT)
        ),
        Conjunction.THAT: _pairs(
            *((_PRESENT, _PAST), (_PRESENT, _PERFECT), (_PRESENT, _PERFECT), (_PRESENT, _FUTURE)),
            *((_PRESENT, _T.CAN), (_PRESENT, _T.MUST), (_PRESENT, _T.WANT), (_PAST, _T.WANTED)),
        ),
        Conjunction.BUT: _pairs((_PAST, _PAST), (_PRESENT, _PRESENT), (_T.WANT, _T.MUST)),
    },
    second_first={
        Conjunction.BECAUSE: 0.4,
        Conjunction.ALTHOUGH: 0.6,
        Conjunction.WHEN: 0.6,
        Conjunction.IF: 0.6,
    },
    new_subjects=True,
    marks_perfect=False,
)

CHINESE = Profile(
    name="en-zh",
    source_language="en",
    target_language="zh",
    say=say_chinese,
    spaced=False,
    fits=_fits_chinese,
    statement=(
        *(_PAST, _PRESENT, _T.PROGRESSIVE, _PERFECT) * 3,
        *(_FUTURE, _T.WANT, _T.MUST, _T.CAN) * 2,
        _T.SHOULD,
    ),
    yes_no=(*(_PAST, _T.PROGRESSIVE, _PERFECT) * 2, _PRESENT, _FUTURE, _T.CAN, _T.WANT),
    why=(_PAST, _PAST, _T.WANT, _T.PROGRESSIVE),
    relative=(_PAST, _PAST, _T.PROGRESSIVE),
    joined={
        Conjunction.BECAUSE: _pairs(
            *((_PAST, _PAST), (_PAST, _PAST), (_T.WANT, _NOW), (_FUTURE, _T.WANT)),
            *((_T.MUST, _NOW), (_FUTURE, _PAST), (_T.WANT, _PAST)),
        ),
        Conjunction.ALTHOUGH: _pairs((_PAST, _PAST), (_T.WANT, _NOW), (_T.MUST, _NOW)),
        Conjunction.WHEN: _pairs((_PAST, _PAST), (_T.PAST_PROGRESSIVE, _PAST), (_FUTURE, _PRESENT)),
        Conjunction.IF: _pairs((_FUTURE, _PRESENT), (_T.CAN, _T.WANT), (_T.SHOULD, _T.WANT)),
        Conjunction.THAT: _pairs(
            *((_PRESENT, _PAST), (_PRESENT, _PAST), (_PRESENT, _T.PROGRESSIVE)),
            *((_PRESENT, _FUTURE), (_PRESENT, _T.CAN), (_PRESENT, _T.WANT), (_PRESENT, _PERFECT)),
        ),
        Conjunction.BUT: _pairs((_PAST, _PAST), (_T.WANT, _T.MUST), (_T.WANT, _FUTURE)),
    },
    second_first={
        Conjunction.BECAUSE: 0.5,
        Conjunction.ALTHOUGH: 1.0,
        Conjunction.WHEN: 0.0,
        Conjunction.IF: 1.0,
    },
    new_subjects=False,
    marks_perfect=True,
)

PROFILES = (GERMAN, CHINESE)
