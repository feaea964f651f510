"""What a language's code says about its writing."""

from __future__ import annotations

from functools import lru_cache

from attnstudio.corpus.language_codes import primary_language

CHINESE = frozenset({"zh", "zho", "chi", "cmn", "yue"})
JAPANESE = frozenset({"ja", "jpn"})
KOREAN = frozenset({"ko", "kor"})
# Thai, Lao, Khmer, Burmese and Tibetan; Korean, for one, has spaces.
_OTHERS_WITHOUT_SPACES = frozenset(
    {"th", "tha", "lo", "lao", "km", "khm", "my", "mya", "bo", "bod"}
)
WITHOUT_SPACES = CHINESE | JAPANESE | _OTHERS_WITHOUT_SPACES

# By the words that Unicode names their letters with; languages with a choice have all of theirs.
_LANGUAGES_IN = {
    ("LATIN",): (
        "af als an ast az bm br bs ca cat ceb ces co crh cs csb cy cze da dan de deu dsb dut "
        "ee en eng eo es est et eu ff fi fil fin fo fr fra fre frp fur fy ga gd ger gl gn gsw "
        "gv ha haw hr hrv hsb ht hu hun ia id ie ig ind io is it ita jv kab kg kl ku kw la "
        "lad lav lb lg li lij lit lmo ln lt lv mg mi ms msa mt nah nb nds nl nld nn no nor "
        "nso ny oc om pap pl pms pol por pt qu rm rn ro ron rum rw sc scn sco se sg sh sk sl "
        "slk slo slv sm sn so spa sq sr srp ss st su sv sw swa swe szl tk tl tn to tpi tr ts "
        "tur tw ty uz ve vec vi vie vls vo wa war wo xh yo zu"
    ),
    ("CYRILLIC",): (
        "ab av az ba be bg ce cv kk kv ky mk mn mo os ru rue sah sr tg tk tt tyv udm uk uz rus ukr "
        "bul bel mkd srp"
    ),
    ("ARABIC",): "ar arz az ckb fa ks kk ky ku pa pnb ps sd ug ur uz ara fas per urd pus",
    ("CJK", "IDEOGRAPHIC", "BOPOMOFO"): " ".join((*CHINESE, *JAPANESE, *KOREAN)),
    ("HIRAGANA", "KATAKANA"): " ".join(JAPANESE),
    ("HANGUL",): " ".join(KOREAN),
    ("HEBREW",): "he iw yi heb yid",
    ("GREEK",): "el grc ell gre",
    ("DEVANAGARI",): "hi mr ne sa bho mai ks sd kok awa hin mar nep",
    ("BENGALI",): "bn as bpy mni ben asm",
    ("GURMUKHI",): "pa pan",
    ("GUJARATI",): "gu guj",
    ("ORIYA",): "or ori",
    ("TAMIL",): "ta tam",
    ("TELUGU",): "te tel",
    ("KANNADA",): "kn kan",
    ("MALAYALAM",): "ml mal",
    ("SINHALA",): "si sin",
    ("THAI",): "th tha",
    ("LAO",): "lo lao",
    ("KHMER",): "km khm",
    ("MYANMAR",): "my mya shn",
    ("TIBETAN",): "bo bod dz",
    ("GEORGIAN",): "ka kat geo",
    ("ARMENIAN",): "hy hye arm",
    ("ETHIOPIC",): "am ti amh tir",
    ("MONGOLIAN",): "mn",
}


@lru_cache
def scripts_of(tag: str) -> frozenset[str]:
    """The first words of the Unicode names of a language's letters.

    Empty where the language is not known. What a tag says of its script (``sr-Latn``) is not
    used: a corpus called Serbian may well hold both.
    """
    language = primary_language(tag)
    return frozenset(
        script
        for scripts, languages in _LANGUAGES_IN.items()
        if language in languages.split()
        for script in scripts
    )
