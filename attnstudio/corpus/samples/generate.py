"""From rules to the sample corpora; ``python -m`` this module FOLDER rewrites the files."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.normal_forms import loose_form
from attnstudio.corpus.samples.derivation import derive_pair
from attnstudio.corpus.samples.english import say_english
from attnstudio.corpus.samples.holdout import Combination, combinations_of
from attnstudio.corpus.samples.meaning import Sentence
from attnstudio.corpus.samples.profiles import PROFILES, Profile
from attnstudio.corpus.samples.sampling import Sampler
from attnstudio.corpus.samples.store import SampleCorpus, check_name, collector_paused, write_sample
from attnstudio.corpus.sentence_pair import SentencePair

TRAIN_PAIRS = 20_000
VALID_PAIRS = 500
TEST_PAIRS = 1_000
MIN_WORDS, MAX_WORDS = 3, 25
_SPARE = 100  # held-out pairs whose words may turn out to be missing in train
_MOST_OF_ONE = 60  # held-out pairs that show the same held-out combination


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pair and the combinations its derivation shows."""

    pair: SentencePair
    combinations: frozenset[Combination]


@dataclass(frozen=True, slots=True)
class DrawnSample:
    """The three splits with their derivations."""

    train: tuple[Drawn, ...]
    valid: tuple[Drawn, ...]
    test: tuple[Drawn, ...]


def generate_sample(name: str, *, seed: int = 1) -> SampleCorpus:
    """The sample of this name; the same seed gives the same sentences.

    Raises:
        CorpusError: no sample has this name.
    """
    check_name(name)
    profile = next(profile for profile in PROFILES if profile.name == name)
    drawn = draw_sample(profile, seed=seed)
    return SampleCorpus(
        name,
        profile.source_language,
        profile.target_language,
        train=tuple(item.pair for item in drawn.train),
        valid=tuple(item.pair for item in drawn.valid),
        test=tuple(item.pair for item in drawn.test),
    )


def draw_sample(profile: Profile, *, seed: int) -> DrawnSample:
    """Draw until both pools are full; what shows a held-out combination is never trained on."""
    sampler = Sampler(profile, random.Random(seed))
    seen: set[str] = set()
    train: list[Drawn] = []
    held_out: list[Drawn] = []
    shown: Counter[Combination] = Counter()
    wanted = VALID_PAIRS + TEST_PAIRS + _SPARE
    with collector_paused():
        while len(train) < TRAIN_PAIRS or len(held_out) < wanted:
            sentence = sampler.sentence()
            combinations = combinations_of(sentence)
            unseen = [item for item in combinations if item.is_held_out(seed)]
            pool, limit = (held_out, wanted) if unseen else (train, TRAIN_PAIRS)
            if len(pool) == limit or any(shown[item] == _MOST_OF_ONE for item in unseen):
                continue
            pair = realise(profile, sentence)
            if pair.source not in seen and _has_good_length(pair):
                seen.add(pair.source)
                shown.update(unseen)
                pool.append(Drawn(pair, combinations))
    usable = _without_leaks(_with_known_words(held_out, train), train)
    valid, test = usable[:VALID_PAIRS], usable[VALID_PAIRS : VALID_PAIRS + TEST_PAIRS]
    return DrawnSample(tuple(train), tuple(valid), tuple(test))


def realise(profile: Profile, sentence: Sentence) -> SentencePair:
    """Say a meaning in both languages."""
    return derive_pair(say_english(sentence), profile.say(sentence), spaced=profile.spaced)


def words_of(pair: SentencePair) -> set[tuple[str, str]]:
    """The words of both sides in lower case, each with the side it is on."""
    assert pair.gold is not None
    return {
        *(("source", word) for word in _words(pair.source, pair.gold.source_spans)),
        *(("target", word) for word in _words(pair.target, pair.gold.target_spans)),
    }


def _with_known_words(held_out: list[Drawn], train: list[Drawn]) -> list[Drawn]:
    """Those whose every word is trained on."""
    known = {word for item in train for word in words_of(item.pair)}
    return [item for item in held_out if known.issuperset(words_of(item.pair))]


def _without_leaks(held_out: list[Drawn], train: list[Drawn]) -> list[Drawn]:
    """Those that say on neither side what is trained on, or what one of them has said before.

    Two English sentences may have one translation: *He has sung* and *He has already sung*.
    """
    taken = [set(loose_form(side)) for side in _sides(train)]
    kept = []
    for item, *forms in zip(held_out, *map(loose_form, _sides(held_out)), strict=True):
        if not any(form in known for form, known in zip(forms, taken, strict=True)):
            kept.append(item)
            for form, known in zip(forms, taken, strict=True):
                known.add(form)
    return kept


def _sides(items: list[Drawn]) -> tuple[list[str], list[str]]:
    return [item.pair.source for item in items], [item.pair.target for item in items]


def _words(text: str, spans: Iterable[Span]) -> list[str]:
    return [text[span.start : span.end].lower() for span in spans]


def _has_good_length(pair: SentencePair) -> bool:
    assert pair.gold is not None
    sides = ((pair.source, pair.gold.source_spans), (pair.target, pair.gold.target_spans))
    return all(
        MIN_WORDS <= sum(word.isalnum() for word in _words(text, spans)) <= MAX_WORDS
        for text, spans in sides
    )


def main(folder: Path) -> None:
    """Write every sample below ``folder``."""
    for profile in PROFILES:
        write_sample(generate_sample(profile.name), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
