"""A guess of a text's language: by its letters, and among Latin ones by its smallest words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

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
    "TAMIL": "ta",
    "TELUGU": "te",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
_SMALL_WORDS = {
    "en": "the of and to in is that for it was on are with as he be at by this have not she",
    "de": "der die und das ist nicht ein eine zu den mit sich auf für von dem im er sie es",
    "fr": "le la les de et est un une des du que pas dans pour qui sur il elle ne au",
    "es": "el la los de que y en un una es por con no las se del para su al lo",
    "it": "il di che la e un una per non in del con sono della i le si gli è da",
    "pt": "o a de que e do da em um uma para não com os no na se é por as",
    "nl": "de het een van en in is dat op te niet zijn voor met die aan er om hij",
    "sv": "och att det som en på är av för med den till inte har de ett om jag var",
    "pl": "i w nie na się z do to że jest jak o ale po co tak za od by przez",
    "cs": "a se v na je že to s z do o i za by pro jako jsem ale tak co",
    "tr": "ve bir bu da de için ile çok ne o ben gibi var daha değil mi olarak kadar",
    "fi": "ja on ei se että oli hän en mutta ole kun niin kuin nyt mitä tämä joka",
}
_WORD_SETS = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_CODES_LISTED = (
    "aa ab af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy "
    "hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg "
    "li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or "
    "os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta "
    "te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
    "eng deu ger fra fre spa zho chi jpn kor ara rus ita por nld dut pol ces cze tur"
)
_CODES = frozenset(_CODES_LISTED.split())
_FEWEST_HITS = 3


def is_language_code(text: str) -> bool:
    """Whether a part of a file's name is a language's code (ISO 639-1, or 639-2 of the larger)."""
    return text.lower() in _CODES


def guess_language(text: str) -> str | None:
    """A code, or None where the text does not tell."""
    scripts = Counter(_script(character) for character in text if character.isalpha())
    if not scripts:
        return None
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 20 > 0:
        return "ja"
    script = scripts.most_common(1)[0][0]
    if script != "LATIN":
        return _SCRIPTS.get(script)
    words = Counter(re.findall(r"\w+", text.lower()))
    hits = {code: sum(words[word] for word in known) for code, known in _WORD_SETS.items()}
    best = max(hits, key=lambda code: hits[code])
    return best if hits[best] >= _FEWEST_HITS else None


def _script(character: str) -> str:
    """The first word of a letter's name is its script."""
    return unicodedata.name(character, "?").partition(" ")[0]
