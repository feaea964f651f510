"""Drawing clauses: a verb, who takes part, and the circumstances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, TypeGuard

from attnstudio.corpus.samples.lexicon import VerbClass
from attnstudio.corpus.samples.meaning import (
    Clause,
    Comparison,
    Determiner,
    Gap,
    NounPhrase,
    Participant,
    Person,
    Place,
    Polarity,
    Predicate,
    Relation,
    Tense,
)
from attnstudio.corpus.samples.modifiers import ADJECTIVES, ALREADY, BEFORE, FREQUENCIES, MANNERS
from attnstudio.corpus.samples.nouns import NOUNS
from attnstudio.corpus.samples.participants import Slot, draw_phrase, draw_pronoun, same_people
from attnstudio.corpus.samples.sense import (
    DOING,
    ONGOING,
    PEOPLE,
    SIMPLE_TENSES,
    TENSES,
    fitting_times,
    makes_sense,
    shows_habit,
)
from attnstudio.corpus.samples.verbs import BE, VERBS

if TYPE_CHECKING:
    import random

    from attnstudio.corpus.samples.lexicon import Frame, Verb
    from attnstudio.corpus.samples.profiles import Profile

_THINGS = frozenset({"small", "dishes", "text"})
_SURFACES = frozenset({"surface"})
_ROOMS = frozenset({"room", "outdoor", "work"})
_SPECIAL = {VerbClass.CLAUSAL, VerbClass.COPULA}
_AFFIRMED = {"hold", "hope that", "say that"}  # their denial sounds odd
_RELATIVE_TRIES = 60  # most nouns can be said something about long before


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseRequest:
    """What a clause is drawn for.

    Attributes:
        verb: the verb it must have; drawn from ``kinds`` if not given.
        subject: the subject it must have.
        time: it may say when.
        time_first: and may begin with that.
        relative: its participants may have relative clauses.
        habit: a present tense must show that it tells a habit.
        negation: it may be denied.
        new_subject: its subject may be somebody not known yet (a teacher).
    """

    tense: Tense
    verb: Verb | None = None
    kinds: frozenset[VerbClass] = frozenset(VerbClass)
    subject: Participant | None = None
    time: bool = True
    time_first: bool = True
    relative: bool = False
    habit: bool = True
    negation: bool = True
    new_subject: bool = True


class ClauseSampler:
    """Draws clauses of one profile from one random generator."""

    def __init__(self, profile: Profile, rng: random.Random) -> None:
        self._profile = profile
        self._rng = rng

    def draw(self, wish: ClauseRequest) -> Clause:
        """Draw until something makes sense and can be said in both languages."""
        while True:
            verb = wish.verb or self._verb(wish)
            clause = self._copula(wish) if verb is BE else self._event(verb, wish)
            if (
                clause is None
                or not makes_sense(clause)
                or (wish.habit and not shows_habit(clause))
            ):
                continue
            if self._profile.fits(clause):
                return clause

    def _verb(self, wish: ClauseRequest) -> Verb:
        copula_fits = wish.tense in SIMPLE_TENSES and VerbClass.COPULA in wish.kinds
        if copula_fits and self._maybe(0.15):
            return BE
        return self._rng.choice(_verbs_for(wish.kinds, wish.tense))

    def _event(self, verb: Verb, wish: ClauseRequest) -> Clause | None:
        frame = self._rng.choice(verb.frames)
        if wish.subject is not None and not frame.subject >= PEOPLE:
            return None
        clause = Clause(
            subject=wish.subject or self._subject(frame.subject, wish),
            verb=verb,
            tense=wish.tense,
            polarity=self._polarity(verb, wish),
            recipient=self._recipient(frame),
            object=self._object(verb, frame),
            place=self._place(verb),
        )
        clause = self._with_circumstances(clause, wish)
        return self._with_relative(clause) if wish.relative and self._maybe(0.3) else clause

    def _subject(self, kinds: frozenset[str], wish: ClauseRequest) -> Participant:
        pronoun = draw_pronoun(self._rng, kinds)
        if pronoun is not None and (pronoun.person is Person.IT or self._maybe(0.4)):
            return pronoun
        phrase = draw_phrase(self._rng, kinds, Slot.SUBJECT)
        is_known = not (wish.new_subject and self._profile.new_subjects)
        if phrase.determiner is Determiner.A and is_known:
            return replace(phrase, determiner=Determiner.THE)
        return phrase

    def _recipient(self, frame: Frame) -> Participant | None:
        if not frame.recipient:
            return None
        pronoun = draw_pronoun(self._rng, frame.recipient)
        if pronoun is not None and self._maybe(0.3):
            return pronoun
        return draw_phrase(self._rng, frame.recipient, Slot.KNOWN)

    def _object(self, verb: Verb, frame: Frame) -> Participant | None:
        if not frame.object:
            return None
        pronoun = draw_pronoun(self._rng, frame.object)
        if pronoun is not None and self._maybe(0.2):
            return pronoun
        known = verb.kind is VerbClass.STATE or frame.object & {"room", "person"}
        return draw_phrase(self._rng, frame.object, Slot.KNOWN if known else Slot.OBJECT)

    def _place(self, verb: Verb) -> Place | None:
        if not verb.places or not (verb.needs_place or self._maybe(0.3)):
            return None
        phrase = draw_phrase(self._rng, verb.places, Slot.PLACE, plain=self._maybe(0.6))
        return Place(Relation.TO if verb.is_motion else Relation.AT, phrase)

    def _polarity(self, verb: Verb, wish: ClauseRequest) -> Polarity:
        affirmed = wish.tense is Tense.MUST or wish.tense in ONGOING or verb.name in _AFFIRMED
        if not wish.negation or affirmed:
            return Polarity.POSITIVE
        chance = self._rng.random()
        if chance < 0.2:
            return Polarity.NOT
        habitual = verb.kind is VerbClass.ACTION and wish.tense in {Tense.PRESENT, Tense.PERFECT}
        return Polarity.NEVER if habitual and chance < 0.3 else Polarity.POSITIVE

    def _with_circumstances(self, clause: Clause, wish: ClauseRequest) -> Clause:
        """Add adverbs and times; a denied clause has none but a time."""
        if clause.polarity is Polarity.POSITIVE:
            if clause.tense is Tense.PERFECT:
                return self._with_completion(clause, wish)
            if clause.verb.manners and clause.place is None and self._maybe(0.35):
                name = self._rng.choice(clause.verb.manners)
                clause = replace(clause, manner=next(m for m in MANNERS if m.english == name))
            is_habit = clause.tense is Tense.PRESENT and clause.verb.kind is VerbClass.ACTION
            if is_habit and wish.habit and self._maybe(0.6):
                return replace(clause, adverb=self._rng.choice(FREQUENCIES))
        times = fitting_times(clause)
        if not (wish.time and times and self._maybe(0.4)):
            return clause
        time_first = wish.time_first and self._maybe(0.5)
        return replace(clause, time=self._rng.choice(times), time_first=time_first)

    def _with_completion(self, clause: Clause, wish: ClauseRequest) -> Clause:
        """Chinese must know whether a perfect is a result (了) or an experience (过)."""
        says_already = wish.time and self._maybe(0.5)
        if says_already or (self._profile.marks_perfect and not wish.time):
            return replace(clause, adverb=ALREADY)
        return replace(clause, time=BEFORE) if self._profile.marks_perfect else clause

    def _copula(self, wish: ClauseRequest) -> Clause | None:
        polarity = Polarity.NOT if wish.negation and self._maybe(0.2) else Polarity.POSITIVE
        of_people = wish.subject is not None or wish.kinds == DOING
        chance = self._rng.random()
        if of_people or chance < 0.4:
            kinds, predicate = self._quality(of_people=of_people)
        elif chance < 0.7:
            return self._comparison(wish)
        elif chance < 0.8:
            kinds, predicate = frozenset({"male"}), self._profession()
        else:
            kinds, predicate = self._whereabouts()
        subject = wish.subject or self._topic(kinds)
        return Clause(subject, BE, wish.tense, polarity, predicate=predicate)

    def _topic(self, kinds: frozenset[str]) -> Participant:
        pronoun = draw_pronoun(self._rng, kinds)
        if pronoun is not None and self._maybe(0.35):
            return pronoun
        return draw_phrase(self._rng, kinds, Slot.KNOWN, plain=True)

    def _quality(self, *, of_people: bool) -> tuple[frozenset[str], Predicate]:
        fitting = [
            adjective
            for adjective in ADJECTIVES
            if adjective.predicative and (not of_people or adjective.predicative >= PEOPLE)
        ]
        adjective = self._rng.choice(fitting)
        return (PEOPLE if of_people else adjective.predicative), adjective

    def _comparison(self, wish: ClauseRequest) -> Clause | None:
        compared = [item for item in ADJECTIVES if item.comparative and item.predicative]
        adjective = self._rng.choice(compared)
        kind = frozenset({self._rng.choice(sorted(adjective.predicative))})
        subject = draw_phrase(self._rng, kind, Slot.KNOWN, plain=True)
        standard = draw_phrase(self._rng, kind, Slot.KNOWN, plain=True)
        if subject.noun == standard.noun:
            return None
        return Clause(subject, BE, wish.tense, predicate=Comparison(adjective, standard))

    def _profession(self) -> NounPhrase:
        jobs = [noun for noun in NOUNS if "job" in noun.kinds]
        return NounPhrase(self._rng.choice(jobs), Determiner.A)

    def _whereabouts(self) -> tuple[frozenset[str], Predicate]:
        people = self._maybe(0.5)
        phrase = draw_phrase(self._rng, _ROOMS if people else _SURFACES, Slot.PLACE)
        return (PEOPLE if people else _THINGS), Place(Relation.AT, phrase)

    def _with_relative(self, clause: Clause) -> Clause:
        """Say more about the subject, or about an object that ends its clause."""
        has_last_time = clause.time is not None and not clause.time_first
        object_ends = clause.place is None and clause.manner is None and not has_last_time
        if object_ends and self._maybe(0.6) and _may_have_relative(clause.object):
            return replace(clause, object=self._described(clause.object, clause.verb))
        if _may_have_relative(clause.subject):
            return replace(clause, subject=self._described(clause.subject, clause.verb))
        return clause

    def _described(self, head: NounPhrase, verb: Verb) -> NounPhrase:
        """The head with a relative clause about something else than ``verb``, if one is found."""
        tense = self._rng.choice(self._profile.relative)
        wish = ClauseRequest(
            tense=tense,
            kinds=DOING | {VerbClass.STATE},
            time=False,
            habit=False,
            negation=False,
            new_subject=False,
        )
        for _ in range(_RELATIVE_TRIES):
            clause = self.draw(wish)
            if clause.verb == verb or clause.recipient or clause.adverb or clause.manner:
                continue
            relative = _with_gap(clause, head)
            if relative is not None and self._profile.fits(relative):
                return replace(head, relative=relative)
        return head

    def _maybe(self, probability: float) -> bool:
        return self._rng.random() < probability


@cache
def _verbs_for(kinds: frozenset[VerbClass], tense: Tense) -> tuple[Verb, ...]:
    fitting = {kind for kind in kinds if tense in TENSES[kind]} - _SPECIAL
    return tuple(verb for verb in VERBS if verb.kind in fitting)


def _may_have_relative(phrase: Participant | None) -> TypeGuard[NounPhrase]:
    if not isinstance(phrase, NounPhrase) or phrase.noun.is_mass:
        return False
    is_bare = not (phrase.adjective or phrase.container)
    return is_bare and phrase.determiner in {Determiner.THE, Determiner.A}


def _with_gap(clause: Clause, head: NounPhrase) -> Clause | None:
    """The clause about ``head``, which takes the place of its subject or its object."""
    if same_people(head, clause.object) or same_people(head, clause.subject):
        return None
    frame = clause.verb.frames[0]
    if head.is_human and head.noun.kinds & frame.subject:
        return replace(clause, subject=Gap())
    german = clause.verb.german
    is_plain_object = german.case == "acc" and not german.preposition and clause.place is None
    if is_plain_object and head.noun.kinds & frame.object:
        return replace(clause, object=Gap())
    return None
