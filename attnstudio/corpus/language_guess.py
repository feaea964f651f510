"""A guess of a text's language: by its letters, and where many share them by small words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.language_words import SMALL_WORDS
from attnstudio.corpus.languages import scripts_of

# What a text in some letters is where its words do not tell.
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "CYRILLIC": "ru",
    "GREEK": "el",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "TIBETAN": "bo",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
}
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0d7f])*")
_FEWEST_HITS = 3
_CLEARLY = 4  # times as many words or letters of one language as of another
_NEARLY_EQUAL = 0.9  # of the hits of the best
_LARGE = frozenset({"en", "de", "es", "fr", "it", "pt", "nl", "ru", "hr", "no", "id", "ar", "hi"})


def guess_language(text: str) -> str | None:
    """A code, or None where the text does not tell."""
    scripts = _scripts_in(text)
    if not scripts:
        return None
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 20 > 0:
        return "ja"
    script = scripts.most_common(1)[0][0]
    words = Counter(_WORD.findall(text.lower()))
    hits = {
        code: sum(words[word] for word in known)
        for code, known in SMALL_WORDS.items()
        if script in scripts_of(code)
    }
    # Of languages that are nearly equal, such as Croatian and Bosnian, the larger one.
    most = max(hits.values(), default=0)
    best = [code for code in hits if hits[code] >= _NEARLY_EQUAL * most]
    if most < _FEWEST_HITS:
        return _SCRIPTS.get(script)
    return max(best, key=lambda code: (code in _LARGE, hits[code]))


def looks_swapped(
    sources: Iterable[str], targets: Iterable[str], languages: tuple[str, str]
) -> bool:
    """Whether texts look as if the source side held the target language, and the other way round.

    Letters are compared where the languages have different ones, else words that one of them has
    and the other has not. Both sides must say it clearly; without evidence the answer is no.

    Args:
        sources: sentences of the source side.
        targets: sentences of the target side.
        languages: codes of source and target.
    """
    first, second = languages
    return _is_rather(" ".join(sources), second, first) and _is_rather(
        " ".join(targets), first, second
    )


def _is_rather(text: str, language: str, than: str) -> bool:
    """Whether a text is far more likely in one language than in another."""
    letters, other_letters = scripts_of(language), scripts_of(than)
    if letters and other_letters and letters != other_letters:
        scripts = _scripts_in(text)
        own = sum(scripts[script] for script in letters - other_letters)
        foreign = sum(scripts[script] for script in other_letters - letters)
        if own or foreign:
            return own >= _FEWEST_HITS and own > _CLEARLY * foreign
    known = SMALL_WORDS.get(primary_language(language), frozenset())
    others = SMALL_WORDS.get(primary_language(than), frozenset())
    words = Counter(_WORD.findall(text.lower()))
    hits = sum(words[word] for word in known - others)
    return hits >= _FEWEST_HITS and hits > _CLEARLY * sum(words[word] for word in others - known)


def _scripts_in(text: str) -> Counter[str]:
    """How many letters of which script there are."""
    letters = Counter(text)
    found: Counter[str] = Counter()
    for letter, count in letters.items():
        if letter.isalpha():
            found[_script(letter)] += count
    return found


@lru_cache(maxsize=4_096)
def _script(letter: str) -> str:
    """The first word of a letter's name is its script."""
    return unicodedata.name(letter, "?").partition(" ")[0]
