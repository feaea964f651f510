"""German inflection: articles, adjective endings, nouns, pronouns and verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attnstudio.corpus.samples.meaning import Determiner, NounPhrase, Person

if TYPE_CHECKING:
    from attnstudio.corpus.samples.lexicon import GermanVerb

# By gender (p is the plural of all), then nominative, accusative, dative.
_CASES = ("nom", "acc", "dat")
_DER = {"m": "der den dem", "f": "die die der", "n": "das das dem", "p": "die die den"}
_STRONG = {"m": "er en em", "f": "e e er", "n": "es es em", "p": "e e en"}
_WEAK = {"m": "e en en", "f": "e e en", "n": "e e en", "p": "en en en"}
_MIXED = {"m": "er en en", "f": "e e en", "n": "es es en", "p": "en en en"}
_EIN = {"m": "- en em", "f": "e e er", "n": "- - em", "p": "e e en"}

_POSSESSIVES = {
    Person.I: "mein",
    Person.WE: "unser",
    Person.HE: "sein",
    Person.SHE: "ihr",
    Person.THEY: "ihr",
}
_PRONOUNS = {
    Person.I: "ich mich mir",
    Person.WE: "wir uns uns",
    Person.HE: "er ihn ihm",
    Person.SHE: "sie sie ihr",
    Person.THEY: "sie sie ihnen",
    Person.IT: "es es ihm",
}
_CONTRACTIONS = {
    ("in", "dem"): "im",
    ("in", "das"): "ins",
    ("an", "dem"): "am",
    ("zu", "dem"): "zum",
    ("zu", "der"): "zur",
}
# Finite forms of auxiliaries: ich, er, wir and sie.
AUXILIARIES = {
    "haben": ("habe", "hat", "haben"),
    "sein": ("bin", "ist", "sind"),
    "werden": ("werde", "wird", "werden"),
    "können": ("kann", "kann", "können"),
    "konnten": ("konnte", "konnte", "konnten"),
    "müssen": ("muss", "muss", "müssen"),
    "sollten": ("sollte", "sollte", "sollten"),
    "wollen": ("will", "will", "wollen"),
    "wollten": ("wollte", "wollte", "wollten"),
}


def grammatical_gender(phrase: NounPhrase) -> str:
    """``m``, ``f``, ``n``, or ``p`` in the plural; a container decides for its contents."""
    if phrase.plural:
        return "p"
    return phrase.container.gender if phrase.container else phrase.noun.gender


def definite_article(phrase: NounPhrase, case: str) -> str:
    """der, die, das in their cases; also the relative pronoun of nominative and accusative."""
    return _pick(_DER, grammatical_gender(phrase), case)


def determiner(phrase: NounPhrase, case: str, *, negated: bool) -> str:
    """The declined determiner, ``kein`` when the negation falls on it; perhaps empty."""
    gender = grammatical_gender(phrase)
    if negated:
        return "kein" + _ending(_EIN, gender, case)
    match phrase.determiner:
        case Determiner.THE:
            return definite_article(phrase, case)
        case Determiner.THIS:
            return "dies" + _ending(_STRONG, gender, case)
        case Determiner.A:
            return "ein" + _ending(_EIN, gender, case)
        case Determiner.OWN:
            assert phrase.owner is not None
            return _POSSESSIVES[phrase.owner] + _ending(_EIN, gender, case)
        case Determiner.NUMBER:
            assert phrase.number is not None
            return phrase.number.german
        case Determiner.SOME:
            return "einige" + ("n" if case == "dat" else "")
        case Determiner.NONE:
            return ""


def declined_adjective(phrase: NounPhrase, case: str, *, negated: bool) -> str:
    """The adjective with the ending that the determiner leaves to it."""
    assert phrase.adjective is not None
    gender = grammatical_gender(phrase)
    if negated or phrase.determiner in {Determiner.A, Determiner.OWN}:
        endings = _MIXED
    elif phrase.determiner in {Determiner.THE, Determiner.THIS}:
        endings = _WEAK
    else:
        endings = _STRONG
    return phrase.adjective.stem + _ending(endings, gender, case)


def declined_noun(phrase: NounPhrase, case: str) -> str:
    """The noun in number and case."""
    noun = phrase.noun
    if phrase.container is not None:
        return noun.german_plural if noun.plural and not noun.is_mass else noun.german
    if phrase.plural:
        return _dative_plural(noun.german_plural) if case == "dat" else noun.german_plural
    return noun.german_plural if noun.weak and case != "nom" else noun.german


def declined_container(phrase: NounPhrase, case: str) -> str:
    """The container in number and case; ``Paar`` does not change."""
    assert phrase.container is not None
    if not phrase.plural:
        return phrase.container.german
    plural = phrase.container.german_plural
    return _dative_plural(plural) if case == "dat" and plural != "Paar" else plural


def pronoun(person: Person, case: str) -> str:
    """A personal pronoun."""
    return _PRONOUNS[person].split()[_CASES.index(case)]


def contracted(preposition: str, article: str) -> str:
    """``im`` for ``in dem``; empty where the two stay apart."""
    return _CONTRACTIONS.get((preposition, article), "")


def present(verb: GermanVerb, person: Person) -> str:
    """The finite present without particle."""
    if verb.infinitive == "sein":
        return auxiliary("sein", person)
    if person.is_plural:
        return verb.infinitive
    if person is not Person.I or not verb.third.endswith("t"):
        return verb.third  # ich mag, ich weiß: like the third person
    stem = verb.infinitive[:-2] if verb.infinitive.endswith("en") else verb.infinitive[:-1]
    return stem + "e"


def past(verb: GermanVerb, person: Person) -> str:
    """The preterite without particle."""
    if not person.is_plural:
        return verb.past
    return verb.past + ("n" if verb.past.endswith("e") else "en")


def auxiliary(name: str, person: Person) -> str:
    """A finite auxiliary or modal."""
    first, third, plural = AUXILIARIES[name]
    if person.is_plural:
        return plural
    return first if person is Person.I else third


def _dative_plural(plural: str) -> str:
    return plural if plural.endswith(("n", "s")) else plural + "n"


def _ending(table: dict[str, str], gender: str, case: str) -> str:
    ending = _pick(table, gender, case)
    return "" if ending == "-" else ending


def _pick(table: dict[str, str], gender: str, case: str) -> str:
    return table[gender].split()[_CASES.index(case)]
