"""Which encoding of the time before UTF-8 a text is in, by the letters that its language has.

A detector that knows all encodings there are reads French as Mac's Central European and Russian as
Japanese; the letters of a language, of which nearly all of a text must be, tell more. Where they
say nothing, charset-normalizer is asked.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping, Sequence

_PUNCTUATION = frozenset("’‘“”„«»–—…°·¿¡§€™©®•\xa0、。，！？；：「」『』（）《》・")
_LEAST_COMMON = 0.2  # of the characters of a Chinese, Japanese or Korean text
_LEAST_LETTERS = 0.5

_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґўђјљњћџѓќѕ",)
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
# An entry for each language: French, German, Spanish, Portuguese, Italian, Swedish, Danish …
_WESTERN = (
    *("àâçèéêëîïôùûüœæ", "äöüß", "áéíñóúü", "àáâãçéêíóôõú", "àèéìòù", "åäöé", "æøåé", "éëïöü"),
    "áæéíðóöúýþ",
)
# Czech, Slovak, Polish, Hungarian, Romanian, Croatian.
_CENTRAL = (*("áčďéěíňóřšťúůýž", "áäčďéíľĺňóôŕšťúýž", "ąćęłńóśźż", "áéíóöőúüű", "ăâîşţ", "čćđšž"),)

# The letters of one byte, by encoding. Of those that fit equally the first is taken: Hebrew
# would pass for Russian, but Russian has capitals, and letters where Hebrew has none.
_OF_OTHER_SCRIPTS: Mapping[str, Sequence[str]] = {
    "cp1255": ("אבגדהוזחטיכלמנסעפצקרשתךםןףץ",),
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "cp1253": _GREEK,
    "iso8859_7": _GREEK,
    "cp1256": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوىيةءآأؤإئپچژگ",),
    "tis_620": ("กขคงจชซดตถทธนบปผพฟภมยรลวศษสหอะาำิีึืุูเแโใไ็่้๊์ั",),
}
_OF_LATIN: Mapping[str, Sequence[str]] = {
    "cp1252": _WESTERN,
    "iso8859_15": _WESTERN,
    "cp1250": _CENTRAL,
    "iso8859_2": _CENTRAL,
    "cp1254": ("âçğıîöşü",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
}
# The commonest characters of languages that have thousands.
_COMMON: Mapping[str, str] = {
    "gb18030": (
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于"
        "着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还"
        "进好小部其些主样理心"
    ),
    "big5": (
        "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於"
        "著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還"
        "進好小部其些主樣理心"
    ),
    "cp932": "".join(map(chr, range(0x3041, 0x3094))),
    "euc_jp": "".join(map(chr, range(0x3041, 0x3094))),
    "cp949": (
        "이다는의에을를가고하지도로서한은기사그나어리시자인해대들있수정과일아제전보것라부"
        "만여장상와주구스원면성신게니까요습"
    ),
}
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_BESIDE_LATIN = re.compile(rb"(?<=[A-Za-z])[\x80-\xff]|[\x80-\xff](?=[A-Za-z])")


def guess_encoding(sample: bytes) -> str:
    """The most likely encoding of a text that is not UTF-8; empty where nothing speaks for one.

    Args:
        sample: the beginning; it may end within a character.
    """
    common = {name: _share(sample, name, [letters]) for name, letters in _COMMON.items()}
    best = max(common, key=lambda name: common[name])
    if common[best] >= _LEAST_COMMON:
        return best
    is_latin = len(_BESIDE_LATIN.findall(sample)) > len(_NOT_ASCII.findall(sample)) / 2
    known = _OF_LATIN if is_latin else _OF_OTHER_SCRIPTS
    shares = {name: _share(sample, name, letters) for name, letters in known.items()}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= _LEAST_LETTERS:
        return best
    from charset_normalizer import from_bytes  # here, as it takes a while and is seldom needed

    found = from_bytes(sample).best()
    return found.encoding if found else ""


def _share(sample: bytes, encoding: str, languages: Sequence[str]) -> float:
    """Of the characters beyond ASCII, how many are of the language with most of them.

    A capital counts half: among small letters it is rarer, and some encodings swap the two.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return 0.0
    counts = Counter(text)
    beyond = {c: n for c, n in counts.items() if not c.isascii() and c not in _PUNCTUATION}
    most = 0.0
    for letters in languages:
        small = sum(n for c, n in beyond.items() if c in letters)
        capital = sum(n for c, n in beyond.items() if c not in letters and c.lower() in letters)
        most = max(most, small + capital / 2)
    return most / max(1, sum(beyond.values()))
