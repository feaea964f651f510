"""English: the source side of both samples."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.corpus.samples.derivation import Word, spread
from attnstudio.corpus.samples.lexicon import Adjective, VerbClass
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

_OBJECT_PRONOUNS = {
    Person.I: "me",
    Person.WE: "us",
    Person.HE: "him",
    Person.SHE: "her",
    Person.THEY: "them",
    Person.IT: "it",
}
_POSSESSIVES = {
    Person.I: "my",
    Person.WE: "our",
    Person.HE: "his",
    Person.SHE: "her",
    Person.THEY: "their",
}
_MODALS = {
    Tense.FUTURE: "will",
    Tense.CAN: "can",
    Tense.COULD: "could",
    Tense.MUST: "must",
    Tense.SHOULD: "should",
}


@dataclass(frozen=True, slots=True)
class _VerbGroup:
    """The finite auxiliary, which questions move, and the rest of the verb."""

    auxiliary: list[Word]
    rest: list[Word]


def say_english(sentence: Sentence) -> list[Word]:
    """The English words of a sentence."""
    main = _clause(sentence.main, "main", question=sentence.question)
    if sentence.question is QuestionKind.WHY:
        main.insert(0, Word("why", ("main.why",)))
    if sentence.conjunction is not None and sentence.second is not None:
        second = [
            *_conjunction(sentence.conjunction, sentence.main),
            *_clause(sentence.second, "second"),
        ]
        comma = Word(",", ("comma",), ("conjunction",))
        if sentence.second_first:
            main = [*second, comma, *main]
        elif sentence.conjunction is Conjunction.BUT:
            main = [*main, comma, *second]
        else:
            main = [*main, *second]
    return [*main, Word("?" if sentence.question else ".", ("end",))]


def _conjunction(conjunction: Conjunction, main: Clause) -> list[Word]:
    leans_on = ("main.verb",) if main.verb.kind is VerbClass.CLAUSAL else ()
    return [Word(conjunction.value, ("conjunction",), leans_on)]


def _clause(
    clause: Clause,
    path: str,
    *,
    question: QuestionKind | None = None,
    head: NounPhrase | None = None,
) -> list[Word]:
    """The words of a clause; ``head`` stands for the gap of a relative clause."""
    subject = (
        [] if isinstance(clause.subject, Gap) else participant(clause.subject, f"{path}.subject")
    )
    verbs = _verb_group(clause, path, question=question is not None, head=head)
    time = spread(clause.time.english, f"{path}.time") if clause.time else []
    start = [*verbs.auxiliary, *subject] if question else [*subject, *verbs.auxiliary]
    return [
        *(time if clause.time_first else []),
        *start,
        *verbs.rest,
        *_complements(clause, path),
        *([] if clause.time_first else time),
    ]


def _verb_group(
    clause: Clause, path: str, *, question: bool, head: NounPhrase | None
) -> _VerbGroup:
    person = _person(clause.subject, head)
    negation = _negation(clause, path)
    adverb = [Word(clause.adverb.english, (f"{path}.adverb",))] if clause.adverb else []
    if clause.verb.kind is VerbClass.COPULA:
        return _copula(clause, path, person, [*negation, *adverb])
    base, past, participle, ing = clause.verb.english
    auxiliary = f"{path}.auxiliary"
    support = question or clause.polarity is Polarity.NOT
    finite: list[Word] = []
    verb = base
    match clause.tense:
        case Tense.PERFECT:
            have = "has" if _is_third(person) else "have"
            finite = [Word(have, (auxiliary,), (f"{path}.verb", f"{path}.aspect"))]
            verb = participle
        case Tense.PROGRESSIVE | Tense.PAST_PROGRESSIVE:
            be = _be(person, past=clause.tense is Tense.PAST_PROGRESSIVE)
            finite = [Word(be, (auxiliary,), (f"{path}.verb",))]
            verb = ing
        case Tense.CAN if clause.polarity is Polarity.NOT and not question:
            finite = [Word("cannot", (auxiliary, f"{path}.negation"))]
            negation = []
        case Tense.FUTURE | Tense.CAN | Tense.COULD | Tense.MUST | Tense.SHOULD:
            finite = [Word(_MODALS[clause.tense], (auxiliary,))]
        case _ if support:
            finite = [_do(clause, path, person)]
            verb = base
        case Tense.PAST:
            verb = past
        case Tense.PRESENT:
            verb = _third(base) if _is_third(person) else base
    if clause.tense in {Tense.WANT, Tense.WANTED}:
        want = "want" if support else _want(clause.tense, person)
        to = Word("to", (f"{path}.to",), (auxiliary, f"{path}.verb"))
        return _VerbGroup(
            finite,
            [*negation, *adverb, Word(want, (auxiliary,)), to, *_main_verb(clause, path, base)],
        )
    return _VerbGroup(finite, [*negation, *adverb, *_main_verb(clause, path, verb)])


def _main_verb(clause: Clause, path: str, form: str) -> list[Word]:
    """The verb with its particle, and a pronoun object between them if that is its place."""
    leans_on = (f"{path}.auxiliary",)
    words = spread(f"{form} {clause.verb.particle}".strip(), f"{path}.verb", leans_on)
    if clause.verb.particle_moves and isinstance(clause.object, Pronoun):
        words[1:1] = participant(clause.object, f"{path}.object", is_object=True)
    return words


def _copula(clause: Clause, path: str, person: Person, adverbs: list[Word]) -> _VerbGroup:
    be = _be(person, past=clause.tense is Tense.PAST)
    leans_on = (f"{path}.predicate", f"{path}.degree", f"{path}.than")
    return _VerbGroup([Word(be, (f"{path}.verb.1", f"{path}.verb.2"), leans_on)], adverbs)


def _negation(clause: Clause, path: str) -> list[Word]:
    if clause.polarity is Polarity.POSITIVE:
        return []
    return [Word(clause.polarity.value, (f"{path}.negation",))]


def _do(clause: Clause, path: str, person: Person) -> Word:
    third = "does" if _is_third(person) else "do"
    text = "did" if clause.tense in {Tense.PAST, Tense.WANTED} else third
    pieces = ("verb", "auxiliary", "negation", "question")
    return Word(text, (f"{path}.do",), tuple(f"{path}.{piece}" for piece in pieces))


def _want(tense: Tense, person: Person) -> str:
    if tense is Tense.WANTED:
        return "wanted"
    return "wants" if _is_third(person) else "want"


def _complements(clause: Clause, path: str) -> list[Word]:
    """What follows the verb, in its order: recipient, object, manner, place, predicate."""
    words: list[Word] = []
    if clause.recipient is not None:
        words += participant(clause.recipient, f"{path}.recipient", is_object=True)
    moved = clause.verb.particle_moves and isinstance(clause.object, Pronoun)
    if clause.verb.preposition and clause.object is not None:
        words.append(Word(clause.verb.preposition, (f"{path}.preposition",), (f"{path}.verb",)))
    if clause.object is not None and not moved and not isinstance(clause.object, Gap):
        words += participant(clause.object, f"{path}.object", is_object=True)
    if clause.manner is not None:
        words.append(Word(clause.manner.english, (f"{path}.manner",)))
    if clause.place is not None:
        words += _place(clause.place, f"{path}.place", leans_on=(f"{path}.verb",))
    match clause.predicate:
        case Place():
            words += _place(clause.predicate, f"{path}.predicate")
        case Adjective():
            words.append(Word(clause.predicate.english, (f"{path}.predicate",)))
        case Comparison():
            words += _comparison(clause.predicate, path)
        case NounPhrase():
            words += participant(clause.predicate, f"{path}.predicate")
    return words


def _comparison(comparison: Comparison, path: str) -> list[Word]:
    *more, adjective = comparison.adjective.comparative.split()
    return [
        *(Word(word, (f"{path}.more",), (f"{path}.predicate",)) for word in more),
        Word(adjective, (f"{path}.predicate",)),
        Word("than", (f"{path}.than",)),
        *participant(comparison.standard, f"{path}.standard"),
    ]


def _place(place: Place, path: str, leans_on: tuple[str, ...] = ()) -> list[Word]:
    setting = place.phrase.noun.setting
    assert setting is not None, place.phrase.noun
    preposition = "to" if place.relation is Relation.TO else setting.english
    return [
        Word(preposition, (f"{path}.preposition",), leans_on),
        *participant(place.phrase, path),
    ]


def participant(phrase: Participant, path: str, *, is_object: bool = False) -> list[Word]:
    """A noun phrase or pronoun."""
    match phrase:
        case Pronoun(person):
            text = _OBJECT_PRONOUNS[person] if is_object else person.value
            return [Word(text, (f"{path}.pronoun",), (f"{path.partition('.')[0]}.verb",))]
        case NounPhrase():
            return _noun_phrase(phrase, path)
        case Gap():
            return []


def _noun_phrase(phrase: NounPhrase, path: str) -> list[Word]:
    noun = phrase.noun.plural if phrase.plural else phrase.noun.singular
    words: list[Word] = []
    if phrase.adjective is not None:
        words.append(Word(phrase.adjective.english, (f"{path}.adjective",)))
    if phrase.container is not None:
        container = phrase.container
        measure = container.plural if phrase.plural else container.singular
        noun = phrase.noun.plural or phrase.noun.singular
        words.append(Word(measure, (f"{path}.container",)))
        words.append(Word("of", (f"{path}.of",), (f"{path}.container",)))
    words += spread(noun, f"{path}.noun")
    if (determiner := _determiner(phrase, words[0].text)) is not None:
        leans_on = (f"{path}.noun", f"{path}.measure")
        words.insert(0, Word(determiner, (f"{path}.determiner",), leans_on))
    if phrase.relative is not None:
        pronoun = "who" if phrase.is_human else "that"
        words.append(Word(pronoun, (f"{path}.relative",)))
        words += _clause(phrase.relative, f"{path}.inner", head=phrase)
    return words


def _determiner(phrase: NounPhrase, following: str) -> str | None:
    match phrase.determiner:
        case Determiner.A:
            return "an" if following[0] in "aeiou" else "a"
        case Determiner.THIS:
            return "these" if phrase.plural else "this"
        case Determiner.OWN:
            assert phrase.owner is not None
            return _POSSESSIVES[phrase.owner]
        case Determiner.NUMBER:
            assert phrase.number is not None
            return phrase.number.english
        case Determiner.NONE:
            return None
        case Determiner.THE:
            return "the"
        case Determiner.SOME:
            return "some"


def _person(subject: Participant, head: NounPhrase | None) -> Person:
    match subject:
        case Pronoun(person):
            return person
        case NounPhrase():
            return subject.person
        case Gap():
            assert head is not None
            return head.person


def _is_third(person: Person) -> bool:
    return person in {Person.HE, Person.SHE, Person.IT}


def _be(person: Person, *, past: bool) -> str:
    if past:
        return "were" if person.is_plural else "was"
    if person is Person.I:
        return "am"
    return "are" if person.is_plural else "is"


def _third(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "sh", "ch", "x", "o")) else "s")
