"""What the train split never shows, so that the test split asks for recombination.

Two kinds of combinations are held out, chosen by a hash so that the choice needs no list:

* a verb in a setting: the verb, the kind of its clause and its polarity (``call`` denied in a
  because-clause), never the plain statement, which every verb keeps in train;
* a structure: the kind of sentence, the order of its clauses, and of each clause its tense,
  polarity, place of time and relative clauses, without any word.

Every part of a held-out combination does occur in train, with other partners.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from attnstudio.corpus.samples.meaning import Clause, NounPhrase, Polarity, Sentence

_VERBS_HELD_OUT = 0.05
_STRUCTURES_HELD_OUT = 0.1


@dataclass(frozen=True, slots=True)
class Combination:
    """A ``verb`` in its setting or a whole ``structure``, as readable text."""

    kind: str
    text: str

    def is_held_out(self, seed: int) -> bool:
        """Whether train must not show it."""
        share = _VERBS_HELD_OUT if self.kind == "verb" else _STRUCTURES_HELD_OUT
        digest = zlib.crc32(f"{seed}: {self.kind}: {self.text}".encode())
        return digest / 2**32 < share


def combinations_of(sentence: Sentence) -> frozenset[Combination]:
    """All combinations that a sentence shows."""
    kind = sentence.question.value if sentence.question else "statement"
    found = {_structure(sentence, kind)}
    _add_verbs(sentence.main, kind, found)
    if sentence.second is not None and sentence.conjunction is not None:
        _add_verbs(sentence.second, sentence.conjunction.value, found)
    return frozenset(found)


def _add_verbs(clause: Clause, setting: str, found: set[Combination]) -> None:
    if setting != "statement" or clause.polarity is not Polarity.POSITIVE:
        found.add(Combination("verb", f"{clause.verb.name} + {setting} + {clause.polarity.value}"))
    for relative in clause.relatives():
        _add_verbs(relative, "relative", found)


def _structure(sentence: Sentence, kind: str) -> Combination:
    parts = [kind, _shape(sentence.main)]
    if sentence.second is not None and sentence.conjunction is not None:
        second = [sentence.conjunction.value, _shape(sentence.second)]
        parts = [*second, *parts] if sentence.second_first else [*parts, *second]
    return Combination("structure", " / ".join(parts))


def _shape(clause: Clause) -> str:
    features = [clause.tense.value, clause.polarity.value]
    if clause.time is not None:
        features.append("time first" if clause.time_first else "time later")
    for name, phrase in (("subject", clause.subject), ("object", clause.object)):
        if isinstance(phrase, NounPhrase) and phrase.relative is not None:
            features.append(f"relative of {name}")
    return " + ".join(features)
