"""The meaning of a sentence: what both languages realise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from attnstudio.corpus.samples.lexicon import (
    Adjective,
    Adverbial,
    Container,
    Noun,
    Verb,
)


class Person(Enum):
    """Who a pronoun stands for."""

    I = "I"  # noqa: E741 (the word itself)
    WE = "we"
    HE = "he"
    SHE = "she"
    THEY = "they"
    IT = "it"

    @property
    def is_plural(self) -> bool:
        """Whether its verb is plural."""
        return self in {Person.WE, Person.THEY}


class Determiner(Enum):
    """How a noun is introduced."""

    THE = "the"
    THIS = "this"
    A = "a"
    OWN = "own"  # my, his, our
    NUMBER = "number"
    SOME = "some"
    NONE = "none"


class Tense(Enum):
    """Tense, aspect and modality in one choice, as English shows them."""

    PRESENT = "present"
    PAST = "past"
    PERFECT = "perfect"
    FUTURE = "future"
    PROGRESSIVE = "progressive"
    PAST_PROGRESSIVE = "past progressive"
    CAN = "can"
    COULD = "could"
    MUST = "must"
    SHOULD = "should"
    WANT = "want"
    WANTED = "wanted"


class Polarity(Enum):
    """Affirmed or denied."""

    POSITIVE = "positive"
    NOT = "not"
    NEVER = "never"


class Conjunction(Enum):
    """What joins the second clause to the main one."""

    BECAUSE = "because"
    ALTHOUGH = "although"
    WHEN = "when"
    IF = "if"
    THAT = "that"
    BUT = "but"


class QuestionKind(Enum):
    """What kind of question the main clause is."""

    YES_NO = "yes-no"
    WHY = "why"


class Relation(Enum):
    """How a place matters to the event."""

    AT = "at"
    TO = "to"


@dataclass(frozen=True, slots=True)
class Pronoun:
    """I, he, us, them."""

    person: Person


@dataclass(frozen=True, slots=True)
class Gap:
    """The participant of a relative clause that is its head."""


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun with what belongs to it; ``owner`` and ``number`` go with their determiner."""

    noun: Noun
    determiner: Determiner
    plural: bool = False
    owner: Person | None = None
    number: Adverbial | None = None
    adjective: Adjective | None = None
    container: Container | None = None
    relative: Clause | None = None

    @property
    def person(self) -> Person:
        """The pronoun that could stand for it."""
        if self.plural:
            return Person.THEY
        if "female" in self.noun.kinds:
            return Person.SHE
        return Person.HE if self.noun.kinds & {"person", "kin"} else Person.IT

    @property
    def is_human(self) -> bool:
        """Whether it is a person."""
        return bool(self.noun.kinds & {"person", "kin"})


Participant: TypeAlias = NounPhrase | Pronoun | Gap


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happens or leads to."""

    relation: Relation
    phrase: NounPhrase


@dataclass(frozen=True, slots=True)
class Comparison:
    """``bigger than the cat``."""

    adjective: Adjective
    standard: NounPhrase


Predicate: TypeAlias = Adjective | Comparison | NounPhrase | Place


@dataclass(frozen=True, slots=True)
class Clause:
    """One event or state.

    Attributes:
        adverb: of frequency, or ``already``.
        time_first: the phrase of time opens the clause.
        predicate: what ``be`` says of the subject.
    """

    subject: Participant
    verb: Verb
    tense: Tense
    polarity: Polarity = Polarity.POSITIVE
    object: Participant | None = None
    recipient: Participant | None = None
    place: Place | None = None
    manner: Adverbial | None = None
    adverb: Adverbial | None = None
    time: Adverbial | None = None
    time_first: bool = False
    predicate: Predicate | None = None

    def relatives(self) -> tuple[Clause, ...]:
        """The relative clauses of its participants."""
        return tuple(
            phrase.relative
            for phrase in (self.subject, self.object)
            if isinstance(phrase, NounPhrase) and phrase.relative is not None
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A main clause, perhaps asked, perhaps joined with a second clause.

    Attributes:
        second_first: the second clause is said before the main one.
    """

    main: Clause
    question: QuestionKind | None = None
    conjunction: Conjunction | None = None
    second: Clause | None = None
    second_first: bool = False
