"""What makes sense whatever the language: verbs with tenses, clauses with times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attnstudio.corpus.samples.lexicon import VerbClass
from attnstudio.corpus.samples.meaning import (
    Clause,
    Determiner,
    NounPhrase,
    Participant,
    Person,
    Polarity,
    Pronoun,
    Tense,
)
from attnstudio.corpus.samples.modifiers import TIMES_NOW, TIMES_PAST, TIMES_TO_COME
from attnstudio.corpus.samples.participants import same_people

if TYPE_CHECKING:
    from attnstudio.corpus.samples.lexicon import Adverbial

PEOPLE = frozenset({"person", "kin"})
DOING = frozenset({VerbClass.ACTION, VerbClass.ACHIEVEMENT, VerbClass.MISHAP})
SIMPLE_TENSES = frozenset({Tense.PRESENT, Tense.PAST})
ONGOING = frozenset({Tense.PROGRESSIVE, Tense.PAST_PROGRESSIVE})

_DUTIES = frozenset({Tense.MUST, Tense.SHOULD})
_PLANNED = _DUTIES | {Tense.WANT, Tense.WANTED, Tense.CAN, Tense.COULD}
TENSES = {
    VerbClass.ACTION: frozenset(Tense),
    VerbClass.ACHIEVEMENT: frozenset(Tense) - _PLANNED - ONGOING,
    VerbClass.MISHAP: frozenset({Tense.PAST, Tense.PERFECT}),
    VerbClass.STATE: SIMPLE_TENSES,
    VerbClass.WEATHER: SIMPLE_TENSES | {Tense.FUTURE, Tense.PROGRESSIVE},
    VerbClass.COPULA: SIMPLE_TENSES,
    VerbClass.CLAUSAL: SIMPLE_TENSES,
}


def makes_sense(clause: Clause) -> bool:
    """Whether its participants, polarity and tense go together, and English is unambiguous."""
    others = (clause.object, clause.recipient)
    if any(same_people(clause.subject, other) for other in others) or same_people(*others):
        return False
    if clause.verb.needs_place and clause.place is None:
        return False
    if clause.polarity is not Polarity.POSITIVE and _is_counted(clause.object):
        return False
    if clause.tense in _DUTIES and _is_animal(clause.subject):
        return False
    return not (_looks_like_past(clause) or _announces_itself(clause))


def shows_habit(clause: Clause) -> bool:
    """Whether a present tense tells how it is usually; other tenses need not."""
    if clause.tense is not Tense.PRESENT or clause.adverb or clause.time:
        return True
    match clause.verb.kind:
        case VerbClass.ACTION:
            return clause.polarity is not Polarity.POSITIVE
        case VerbClass.ACHIEVEMENT | VerbClass.WEATHER:
            return False
        case _:
            return True


def fitting_times(clause: Clause) -> tuple[Adverbial, ...]:
    """The phrases of time that suit the tense."""
    if clause.verb.kind in {VerbClass.STATE, VerbClass.COPULA}:
        return ()
    match clause.tense:
        case Tense.PRESENT:
            times = TIMES_NOW if clause.polarity is Polarity.POSITIVE else ()
        case Tense.PAST | Tense.COULD | Tense.WANTED:
            times = TIMES_PAST
        case Tense.PERFECT | Tense.PROGRESSIVE | Tense.PAST_PROGRESSIVE:
            times = ()
        case _:
            times = TIMES_TO_COME
    if clause.object is None and not clause.verb.is_motion and clause.verb.kind in DOING:
        return tuple(time for time in times if "week" not in time.english)  # get up, laugh
    return times


def _is_counted(phrase: Participant | None) -> bool:
    if not isinstance(phrase, NounPhrase):
        return False
    return phrase.container is not None or phrase.determiner in {Determiner.NUMBER, Determiner.SOME}


def _is_animal(phrase: Participant) -> bool:
    return isinstance(phrase, NounPhrase) and "animal" in phrase.noun.kinds


def _announces_itself(clause: Clause) -> bool:
    """``I say that``."""
    speakers = {Pronoun(Person.I), Pronoun(Person.WE)}
    return clause.verb.name == "say that" and clause.subject in speakers


def _looks_like_past(clause: Clause) -> bool:
    """``They read`` would be two sentences in one."""
    base, past = clause.verb.english[:2]
    if base != past or clause.tense is not Tense.PRESENT:
        return False
    subject = clause.subject
    person = subject.person if isinstance(subject, (Pronoun, NounPhrase)) else Person.THEY
    return person in {Person.I, Person.WE, Person.THEY}
