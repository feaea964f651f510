"""German: word order by topological fields, forms from `german_forms`."""

from __future__ import annotations

from dataclasses import dataclass, field

from attnstudio.corpus.samples import german_forms as forms
from attnstudio.corpus.samples.derivation import Word, spread, without_doubled_punctuation
from attnstudio.corpus.samples.lexicon import Adjective
from attnstudio.corpus.samples.meaning import (
    Clause,
    Comparison,
    Conjunction,
    Determiner,
    Gap,
    NounPhrase,
    Participant,
    Person,
    Place,
    Polarity,
    Pronoun,
    QuestionKind,
    Relation,
    Sentence,
    Tense,
)

_AUXILIARIES = {
    Tense.FUTURE: "werden",
    Tense.CAN: "können",
    Tense.COULD: "konnten",
    Tense.MUST: "müssen",
    Tense.SHOULD: "sollten",
    Tense.WANT: "wollen",
    Tense.WANTED: "wollten",
}
_CONJUNCTIONS = {
    Conjunction.BECAUSE: "weil",
    Conjunction.ALTHOUGH: "obwohl",
    Conjunction.IF: "wenn",
    Conjunction.THAT: "dass",
    Conjunction.BUT: "aber",
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase and its relative clause, which may be moved behind the verb."""

    words: list[Word] = field(default_factory=list)
    relative: list[Word] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Verbs:
    """The parts of the verb that frame a clause.

    Attributes:
        finite: goes second in a main clause and last in a subordinate one.
        end: stands at the end before the finite verb: particle, participle, infinitive.
        joined: the finite verb written together with its particle.
    """

    finite: Word
    end: list[Word]
    joined: Word | None = None


def say_german(sentence: Sentence) -> list[Word]:
    """The German words of a sentence."""
    if sentence.question is not None:
        main = _question(sentence.main, sentence.question)
    else:
        verb_first = sentence.second_first  # the clause before it is the first field
        main = _main_clause(sentence.main, "main", verb_first=verb_first)
    if sentence.conjunction is not None and sentence.second is not None:
        comma = Word(",", ("comma",), ("conjunction",))
        second = _second(sentence.conjunction, sentence.second)
        main = [*second, comma, *main] if sentence.second_first else [*main, comma, *second]
    end = Word("?" if sentence.question else ".", ("end",))
    return without_doubled_punctuation([*main, end])


def _second(conjunction: Conjunction, clause: Clause) -> list[Word]:
    if conjunction is Conjunction.WHEN:
        text = "als" if clause.tense is Tense.PAST else "wenn"
    else:
        text = _CONJUNCTIONS[conjunction]
    word = Word(text, ("conjunction",))
    if conjunction is Conjunction.BUT:
        return [word, *_main_clause(clause, "second")]
    return [word, *_verb_final(clause, "second")]


def _question(clause: Clause, question: QuestionKind) -> list[Word]:
    words = _main_clause(clause, "main", verb_first=True)
    if question is QuestionKind.WHY:
        words.insert(0, Word("warum", ("main.why",)))
    return words


def _main_clause(clause: Clause, path: str, *, verb_first: bool = False) -> list[Word]:
    verbs = _verbs(clause, path, None)
    subject = _participant(clause.subject, f"{path}.subject", "nom")
    opening = [*subject.words, *subject.relative]
    middle, after = _middle(clause, path)
    if clause.time is not None and clause.time_first and not verb_first:
        front = [*spread(clause.time.german, f"{path}.time"), verbs.finite, *opening]
    elif verb_first:
        front = [verbs.finite, *opening]
    else:
        front = [*opening, verbs.finite]
    return [*front, *middle, *verbs.end, *after]


def _verb_final(clause: Clause, path: str, head: NounPhrase | None = None) -> list[Word]:
    verbs = _verbs(clause, path, head)
    subject = _participant(clause.subject, f"{path}.subject", "nom")
    middle, after = _middle(clause, path)
    last = [verbs.joined] if verbs.joined else [*verbs.end, verbs.finite]
    return [*subject.words, *subject.relative, *middle, *last, *after]


def _verbs(clause: Clause, path: str, head: NounPhrase | None) -> _Verbs:
    verb = clause.verb.german
    person = _person(clause.subject, head)
    pieces = (f"{path}.verb.1", f"{path}.verb.2")
    auxiliary = (f"{path}.auxiliary",)
    match clause.tense:
        case Tense.PRESENT | Tense.PAST:
            inflect = forms.past if clause.tense is Tense.PAST else forms.present
            finite = inflect(verb, person)
            if not verb.particle:
                return _Verbs(Word(finite, pieces), [])
            return _Verbs(
                Word(finite, pieces[:1]),
                [Word(verb.particle, pieces[1:])],
                Word(verb.particle + finite, pieces),
            )
        case Tense.PERFECT:
            finite = forms.auxiliary("sein" if verb.uses_sein else "haben", person)
            return _Verbs(Word(finite, auxiliary), [Word(verb.participle, pieces)])
        case _:
            finite = forms.auxiliary(_AUXILIARIES[clause.tense], person)
            infinitive = Word(verb.particle + verb.infinitive, pieces)
            return _Verbs(Word(finite, auxiliary), [infinitive])


def _middle(clause: Clause, path: str) -> tuple[list[Word], list[Word]]:
    """The middle field, and what is moved behind the verb."""
    negation_in_object = _negates_object(clause)
    object_ = _object(clause, path, negated=negation_in_object)
    is_early = _is_early(clause)
    pronoun_first = isinstance(clause.object, Pronoun) and is_early
    early_recipient = isinstance(clause.recipient, Pronoun)
    recipient = _recipient(clause, path)
    words: list[Word] = [
        *(recipient if early_recipient else []),
        *(object_.words if pronoun_first else []),
        *([] if early_recipient else recipient),
        *_time(clause, path),
        *(object_.words if is_early and not pronoun_first else []),
        *([] if negation_in_object else _adverb(clause, path)),
    ]
    if clause.manner is not None:
        words.append(Word(clause.manner.german, (f"{path}.manner",)))
    if clause.place is not None:
        words += _place(clause.place, f"{path}.place")
    if not is_early:
        words += object_.words
    words += _predicate(clause, path)
    return words, object_.relative


def _negates_object(clause: Clause) -> bool:
    return (
        clause.polarity is Polarity.NOT
        and isinstance(clause.object, NounPhrase)
        and clause.object.determiner in {Determiner.A, Determiner.NONE}
        and not clause.verb.german.preposition
    )


def _is_early(clause: Clause) -> bool:
    """Known objects stand before negation, manner and place; new ones after them."""
    if clause.verb.german.preposition:
        return False
    if isinstance(clause.object, NounPhrase):
        known = {Determiner.THE, Determiner.THIS, Determiner.OWN}
        return clause.object.determiner in known
    return True


def _object(clause: Clause, path: str, *, negated: bool) -> _Phrase:
    if clause.object is None or isinstance(clause.object, Gap):
        return _Phrase()
    verb = clause.verb.german
    absorbed = (f"{path}.negation",) if negated else ()
    phrase = _participant(clause.object, f"{path}.object", verb.case, absorbed=absorbed)
    if verb.preposition:
        preposition = Word(verb.preposition, (f"{path}.preposition",), (f"{path}.verb",))
        return _Phrase([preposition, *phrase.words], phrase.relative)
    return phrase


def _recipient(clause: Clause, path: str) -> list[Word]:
    if clause.recipient is None:
        return []
    return _participant(clause.recipient, f"{path}.recipient", "dat").words


def _time(clause: Clause, path: str) -> list[Word]:
    if clause.time is None or clause.time_first:
        return []
    return spread(clause.time.german, f"{path}.time")


def _adverb(clause: Clause, path: str) -> list[Word]:
    match clause.polarity:
        case Polarity.NOT:
            return [Word("nicht", (f"{path}.negation",))]
        case Polarity.NEVER:
            return [Word("nie", (f"{path}.negation",))]
        case Polarity.POSITIVE if clause.adverb is not None:
            return [Word(clause.adverb.german, (f"{path}.adverb",))]
        case Polarity.POSITIVE:
            return []


def _predicate(clause: Clause, path: str) -> list[Word]:
    predicate = clause.predicate
    match predicate:
        case Adjective():
            return [Word(predicate.german, (f"{path}.predicate",))]
        case Comparison():
            return [
                Word(predicate.adjective.german_comparative, (f"{path}.predicate",)),
                Word("als", (f"{path}.than",)),
                *_participant(predicate.standard, f"{path}.standard", "nom").words,
            ]
        case NounPhrase():  # a profession, without article
            return spread(forms.declined_noun(predicate, "nom"), f"{path}.predicate.noun")
        case Place():
            return _place(predicate, f"{path}.predicate")
        case None:
            return []


def _place(place: Place, path: str) -> list[Word]:
    setting = place.phrase.noun.setting
    assert setting is not None, place.phrase.noun
    key = f"{path}.preposition"
    if place.relation is Relation.AT:
        preposition, case = setting.german_at, "dat"
    else:
        preposition = setting.german_to
        case = "dat" if preposition == "zu" else "acc"
    words = _participant(place.phrase, path, case).words
    merged = forms.contracted(preposition, words[0].text)
    if merged and place.phrase.determiner is Determiner.THE:
        return [Word(merged, (key, *words[0].means)), *words[1:]]
    return [Word(preposition, (key,)), *words]


def _participant(
    participant: Participant, path: str, case: str, *, absorbed: tuple[str, ...] = ()
) -> _Phrase:
    """A noun phrase or pronoun; ``absorbed`` is the negation that ``kein`` also expresses."""
    match participant:
        case Pronoun(person):
            return _Phrase([Word(forms.pronoun(person, case), (f"{path}.pronoun",))])
        case NounPhrase():
            words = _noun_phrase(participant, path, case, absorbed)
            return _Phrase(words, _relative(participant, path))
        case Gap():
            return _Phrase()


def _noun_phrase(phrase: NounPhrase, path: str, case: str, absorbed: tuple[str, ...]) -> list[Word]:
    words: list[Word] = []
    if determiner := forms.determiner(phrase, case, negated=bool(absorbed)):
        words.append(Word(determiner, (f"{path}.determiner", *absorbed)))
    if phrase.adjective is not None:
        adjective = forms.declined_adjective(phrase, case, negated=bool(absorbed))
        words.append(Word(adjective, (f"{path}.adjective",)))
    if phrase.container is not None:
        words.append(Word(forms.declined_container(phrase, case), (f"{path}.container",)))
    return [*words, *spread(forms.declined_noun(phrase, case), f"{path}.noun")]


def _relative(phrase: NounPhrase, path: str) -> list[Word]:
    if phrase.relative is None:
        return []
    clause = phrase.relative
    case = "nom" if isinstance(clause.subject, Gap) else clause.verb.german.case
    pronoun = forms.definite_article(phrase, case)
    opening, closing = (
        Word(",", (f"{path}.{comma}",), (f"{path}.relative",)) for comma in ("opening", "closing")
    )
    relative = Word(pronoun, (f"{path}.relative",))
    return [opening, relative, *_verb_final(clause, f"{path}.inner", phrase), closing]


def _person(subject: Participant, head: NounPhrase | None) -> Person:
    match subject:
        case Pronoun(person):
            return person
        case NounPhrase():
            return subject.person
        case Gap():
            assert head is not None
            return head.person
