"""Drawing who and what takes part: noun phrases and pronouns."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from attnstudio.corpus.samples.meaning import Determiner, NounPhrase, Person, Pronoun
from attnstudio.corpus.samples.modifiers import ADJECTIVES, NUMBERS
from attnstudio.corpus.samples.nouns import CONTAINERS, NOUNS

if TYPE_CHECKING:
    import random

    from attnstudio.corpus.samples.lexicon import Adjective, Noun

_HUMAN = frozenset({"person", "kin"})
_SINGLE = frozenset({"kin", "awaited"})  # spoken of one at a time
_SPEAKERS = {Person.I, Person.WE}
_PERSONS = (Person.I, Person.WE, Person.HE, Person.SHE, Person.THEY)


class Slot(Enum):
    """Which determiners a participant prefers."""

    SUBJECT = "subject"
    OBJECT = "object"
    KNOWN = "known"  # one both speakers know
    PLACE = "place"


_DETERMINERS = {
    Slot.SUBJECT: {
        Determiner.THE: 12,
        Determiner.OWN: 3,
        Determiner.THIS: 3,
        Determiner.A: 2,
        Determiner.NUMBER: 1,
    },
    Slot.OBJECT: {
        Determiner.THE: 8,
        Determiner.A: 7,
        Determiner.OWN: 3,
        Determiner.THIS: 3,
        Determiner.NUMBER: 3,
        Determiner.SOME: 1,
        Determiner.NONE: 1,
    },
    Slot.KNOWN: {Determiner.THE: 3, Determiner.OWN: 1, Determiner.THIS: 1},
    Slot.PLACE: {Determiner.THE: 8, Determiner.OWN: 1, Determiner.THIS: 1},
}


@cache
def nouns_of(kinds: frozenset[str]) -> tuple[Noun, ...]:
    """The nouns that are of one of these kinds."""
    return tuple(noun for noun in NOUNS if noun.kinds & kinds)


def draw_pronoun(rng: random.Random, kinds: frozenset[str]) -> Pronoun | None:
    """A pronoun for a person, or for the weather; None where only nouns will do."""
    if "it" in kinds:
        return Pronoun(Person.IT)
    return Pronoun(rng.choice((Person.I, Person.I, *_PERSONS))) if kinds >= _HUMAN else None


def draw_phrase(
    rng: random.Random, kinds: frozenset[str], slot: Slot, *, plain: bool = False
) -> NounPhrase:
    """A noun phrase of one of these kinds; ``plain`` leaves out the adjective."""
    nouns = nouns_of(kinds)
    if slot is Slot.PLACE:
        nouns = tuple(noun for noun in nouns if noun.setting)
    noun = rng.choice(nouns)
    if slot is Slot.OBJECT and (poured := _draw_poured(rng, noun)) is not None:
        return poured
    determiner = _draw_determiner(rng, noun, slot)
    plural = _draw_plural(rng, noun, determiner, slot)
    owners = _PERSONS if slot is not Slot.PLACE else _PERSONS[:4]
    return NounPhrase(
        noun,
        determiner,
        plural=plural,
        owner=rng.choice(owners) if determiner is Determiner.OWN else None,
        number=rng.choice(NUMBERS) if determiner is Determiner.NUMBER else None,
        adjective=None if plain else _draw_adjective(rng, noun),
    )


def same_people(one: object, other: object) -> bool:
    """Whether two participants may be the same, so that ``himself`` would be needed."""
    if isinstance(one, Pronoun) and isinstance(other, Pronoun):
        return one == other or {one.person, other.person} <= _SPEAKERS
    if isinstance(one, NounPhrase) and isinstance(other, NounPhrase):
        return one.noun == other.noun
    return False


def _draw_poured(rng: random.Random, noun: Noun) -> NounPhrase | None:
    containers = [item for item in CONTAINERS if noun.singular in item.nouns]
    if not containers or rng.random() > 0.4:
        return None
    container = rng.choice(containers)
    if rng.random() < 0.6:
        return NounPhrase(noun, Determiner.A, container=container)
    return NounPhrase(
        noun, Determiner.NUMBER, plural=True, number=rng.choice(NUMBERS), container=container
    )


def _draw_determiner(rng: random.Random, noun: Noun, slot: Slot) -> Determiner:
    if "kin" in noun.kinds:
        return Determiner.OWN
    weights = _DETERMINERS[slot]
    determiner = rng.choices(list(weights), list(weights.values()))[0]
    is_near = "near" in noun.kinds or not (noun.setting or "person" in noun.kinds)
    if determiner is Determiner.OWN and not is_near:
        return Determiner.THE
    counted = determiner in {Determiner.A, Determiner.NUMBER, Determiner.SOME}
    if noun.is_mass and (counted or determiner is Determiner.OWN):
        return Determiner.NONE if slot is Slot.OBJECT else Determiner.THE
    if "pair" in noun.kinds and counted:
        return Determiner.THE
    if "person" in noun.kinds and determiner in {Determiner.NONE, Determiner.SOME}:
        return Determiner.THE
    return determiner


def _draw_plural(rng: random.Random, noun: Noun, determiner: Determiner, slot: Slot) -> bool:
    if noun.is_mass or noun.kinds & _SINGLE or slot is Slot.PLACE:
        return False
    if noun.setting and "surface" not in noun.kinds:
        return False
    if "pair" in noun.kinds:
        return True
    match determiner:
        case Determiner.A:
            return False
        case Determiner.NUMBER | Determiner.SOME | Determiner.NONE:
            return True
        case _:
            return rng.random() < 0.25


def _draw_adjective(rng: random.Random, noun: Noun) -> Adjective | None:
    fitting = [item for item in ADJECTIVES if item.attributive & noun.kinds]
    return rng.choice(fitting) if fitting and rng.random() < 0.25 else None
