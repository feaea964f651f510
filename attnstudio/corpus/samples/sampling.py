"""Drawing sentences: statements, questions and clauses joined by a conjunction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attnstudio.corpus.samples.clauses import ClauseRequest, ClauseSampler
from attnstudio.corpus.samples.lexicon import VerbClass
from attnstudio.corpus.samples.meaning import (
    Clause,
    Conjunction,
    NounPhrase,
    Participant,
    Person,
    Pronoun,
    QuestionKind,
    Sentence,
    Tense,
)
from attnstudio.corpus.samples.sense import DOING, SIMPLE_TENSES, TENSES
from attnstudio.corpus.samples.verbs import BE, VERBS

if TYPE_CHECKING:
    import random

    from attnstudio.corpus.samples.lexicon import Verb
    from attnstudio.corpus.samples.profiles import Profile, TensePair

_STATEMENTS, _YES_NO, _WHY = 0.46, 0.1, 0.06  # the rest are joined clauses
_CONJUNCTIONS = {
    Conjunction.BECAUSE: 16,
    Conjunction.THAT: 12,
    Conjunction.WHEN: 9,
    Conjunction.BUT: 6,
    Conjunction.IF: 7,
    Conjunction.ALTHOUGH: 6,
}
# How often the second clause says how somebody is, or how the weather is.
_QUALITIES = {Conjunction.BECAUSE: 0.4, Conjunction.ALTHOUGH: 0.35}
_WEATHER = {
    Conjunction.BECAUSE: 0.12,
    Conjunction.ALTHOUGH: 0.2,
    Conjunction.WHEN: 0.15,
    Conjunction.IF: 0.3,
}
_CLAUSAL_VERBS = tuple(verb for verb in VERBS if verb.kind is VerbClass.CLAUSAL)
_WEATHER_VERBS = tuple(verb for verb in VERBS if verb.kind is VerbClass.WEATHER)


class Sampler:
    """Draws sentences of one profile from one random generator."""

    def __init__(self, profile: Profile, rng: random.Random) -> None:
        self._profile = profile
        self._rng = rng
        self._clauses = ClauseSampler(profile, rng)

    def sentence(self) -> Sentence:
        """A statement, a question or two joined clauses."""
        chance = self._rng.random()
        if chance < _STATEMENTS:
            tense = self._rng.choice(self._profile.statement)
            return Sentence(self._clauses.draw(ClauseRequest(tense=tense, relative=True)))
        if chance < _STATEMENTS + _YES_NO:
            return self._question(QuestionKind.YES_NO, self._profile.yes_no)
        if chance < _STATEMENTS + _YES_NO + _WHY:
            return self._question(QuestionKind.WHY, self._profile.why)
        weights = list(_CONJUNCTIONS.values())
        return self._joined(self._rng.choices(list(_CONJUNCTIONS), weights)[0])

    def _question(self, question: QuestionKind, tenses: tuple[Tense, ...]) -> Sentence:
        wish = ClauseRequest(
            tense=self._rng.choice(tenses),
            time_first=False,
            habit=False,
            negation=question is QuestionKind.WHY,
            new_subject=False,
        )
        clause = self._clauses.draw(wish)
        while clause.subject == Pronoun(Person.I):  # who asks about oneself?
            clause = self._clauses.draw(wish)
        return Sentence(clause, question=question)

    def _joined(self, conjunction: Conjunction) -> Sentence:
        tenses = self._rng.choice(self._profile.joined[conjunction])
        second_first = self._maybe(self._profile.second_first.get(conjunction, 0))
        main = self._clauses.draw(self._main_wish(conjunction, tenses, second_first=second_first))
        second = self._clauses.draw(self._second_wish(conjunction, tenses.second, main))
        return Sentence(main, conjunction=conjunction, second=second, second_first=second_first)

    def _main_wish(
        self, conjunction: Conjunction, tenses: TensePair, *, second_first: bool
    ) -> ClauseRequest:
        if conjunction is Conjunction.THAT:
            verb = self._rng.choice(_CLAUSAL_VERBS)
            while verb.name == "hope that" and tenses.second is Tense.MUST:
                verb = self._rng.choice(_CLAUSAL_VERBS)
            return ClauseRequest(tense=tenses.main, verb=verb, time=False, habit=False)
        sets_time = conjunction in {Conjunction.WHEN, Conjunction.IF}
        time = not second_first and not sets_time and self._maybe(0.4)
        return ClauseRequest(tense=tenses.main, kinds=DOING, time=time, habit=False)

    def _second_wish(self, conjunction: Conjunction, tense: Tense, main: Clause) -> ClauseRequest:
        stands_alone = conjunction in {Conjunction.THAT, Conjunction.BUT}
        verb = self._second_verb(conjunction, tense)
        if verb is BE and tense is Tense.PROGRESSIVE:
            tense = Tense.PRESENT
        is_about_somebody = verb is None or verb is BE
        return ClauseRequest(
            tense=tense,
            verb=verb,
            kinds=frozenset(VerbClass) if stands_alone else DOING,
            subject=self._same_subject(main) if is_about_somebody else None,
            time=conjunction is Conjunction.THAT and self._maybe(0.4),
            time_first=False,
            habit=stands_alone,
            negation=conjunction is not Conjunction.WHEN,
        )

    def _second_verb(self, conjunction: Conjunction, tense: Tense) -> Verb | None:
        """``be`` or the weather, where that explains the main clause well; else any verb."""
        chance = self._rng.random()
        tells_state = tense in SIMPLE_TENSES | {Tense.PROGRESSIVE}
        qualities = _QUALITIES.get(conjunction, 0.0) if tells_state else 0.0
        if chance < qualities:
            return BE
        weather = _WEATHER.get(conjunction, 0.0)
        if chance < qualities + weather and tense in TENSES[VerbClass.WEATHER]:
            return self._rng.choice(_WEATHER_VERBS)
        return None

    def _same_subject(self, main: Clause) -> Participant | None:
        """A pronoun for the subject of the main clause, about half the time."""
        subject = main.subject
        if not self._maybe(0.55):
            return None
        if isinstance(subject, NounPhrase) and subject.is_human:
            return Pronoun(subject.person)
        return subject if isinstance(subject, Pronoun) and subject.person is not Person.IT else None

    def _maybe(self, probability: float) -> bool:
        return self._rng.random() < probability
