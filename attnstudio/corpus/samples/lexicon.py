"""The entries of the three-language lexicon and how its tables are read.

A table has one concept a line and one language a column, so a word is added in one place.
Columns are divided by ``|``, fields by spaces; ``_`` stands for a space and ``-`` for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a noun is a place: ``in the garden``, ``im Garten``, ``在花园里``.

    Attributes:
        english: preposition for being there.
        german_at: preposition with dative for being there.
        german_to: preposition for going there; ``zu`` takes the dative, others the accusative.
        chinese: localiser after the noun, empty if it needs none.
    """

    english: str
    german_at: str
    german_to: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun; a mass noun has an empty plural.

    Attributes:
        kinds: semantic classes that verbs and adjectives select.
        gender: ``m``, ``f`` or ``n`` in German.
        weak: German oblique cases take the plural form (der Student, den Studenten).
        measure: Chinese measure word.
        setting: only for nouns that are places or surfaces.
    """

    singular: str
    plural: str
    kinds: frozenset[str]
    gender: str
    weak: bool
    german: str
    german_plural: str
    chinese: str
    measure: str
    setting: Setting | None = None

    @property
    def is_mass(self) -> bool:
        """Whether it cannot be counted."""
        return not self.plural


@dataclass(frozen=True, slots=True)
class Adjective:
    """An adjective.

    Attributes:
        attributive: kinds of nouns it may stand before.
        predicative: kinds of subjects it may be said of.
        comparative: English and German comparative, empty if it is not compared.
        stem: German stem that endings are added to (teuer, teur-).
        before_noun: Chinese form before a noun, with 的 where it needs one.
        after_subject: Chinese form as a predicate.
    """

    english: str
    comparative: str
    attributive: frozenset[str]
    predicative: frozenset[str]
    german: str
    stem: str
    german_comparative: str
    before_noun: str
    after_subject: str


@dataclass(frozen=True, slots=True)
class Adverbial:
    """An adverb or a phrase of time that is translated as a whole."""

    english: str
    german: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Container:
    """What a mass is counted in: ``a cup of tea``, ``eine Tasse Tee``, ``一杯茶``."""

    singular: str
    plural: str
    gender: str
    german: str
    german_plural: str
    measure: str
    nouns: frozenset[str]


class ChinesePattern(Enum):
    """Where a Chinese verb has its object and its aspect."""

    PLAIN = "plain"  # 读了那本书
    BA = "ba"  # 把门关上了
    TO = "to"  # 给医生打了电话
    WITH = "with"  # 跟老师聊了天
    DOUBLE = "double"  # 给了孩子一本书
    HOLDING = "holding"  # 穿着大衣
    STAYING = "staying"  # 坐在椅子上


class VerbClass(Enum):
    """Which tenses and adverbials a verb tolerates."""

    ACTION = "action"
    ACHIEVEMENT = "achievement"  # not planned, has no progress: find, arrive
    MISHAP = "mishap"  # only told afterwards: lose
    STATE = "state"  # like, know, live
    WEATHER = "weather"
    CLAUSAL = "clausal"  # takes a that-clause
    COPULA = "copula"


@dataclass(frozen=True, slots=True)
class Frame:
    """Kinds of participants a verb goes with; empty where it has no such participant."""

    subject: frozenset[str]
    recipient: frozenset[str]
    object: frozenset[str]


@dataclass(frozen=True, slots=True)
class GermanVerb:
    """Principal parts without the separable particle, and what the object looks like.

    Attributes:
        case: ``acc`` or ``dat``.
        preposition: before the object, or empty.
    """

    infinitive: str
    third: str
    past: str
    participle: str
    uses_sein: bool
    particle: str
    preposition: str
    case: str


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb in three languages.

    Attributes:
        english: base, past, participle and -ing form.
        particle: English particle (pick up), or empty.
        particle_moves: a pronoun goes before the particle (pick him up).
        preposition: English preposition before the object, or empty.
        places: kinds of places where it may happen.
        needs_place: it always has one (live, sit).
        is_motion: its place is where it leads to (go).
        manners: adverbs of manner it goes with.
        chinese: one word, or verb and its fixed object (打 电话).
    """

    name: str
    english: tuple[str, ...]
    particle: str
    particle_moves: bool
    preposition: str
    kind: VerbClass
    frames: tuple[Frame, ...]
    places: frozenset[str]
    needs_place: bool
    is_motion: bool
    manners: tuple[str, ...]
    german: GermanVerb
    chinese: str
    pattern: ChinesePattern


def read_table(table: str, read_row: Callable[[list[list[str]]], _Entry]) -> tuple[_Entry, ...]:
    """Read each line of a table into an entry."""
    return tuple(
        read_row([[_field(item) for item in column.split()] for column in line.split("|")])
        for line in table.strip().splitlines()
    )


def _field(text: str) -> str:
    return "" if text == "-" else text.replace("_", " ")
