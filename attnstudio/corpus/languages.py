"""What a language's code says about its writing."""

from __future__ import annotations

CHINESE = frozenset({"zh", "zho", "chi", "cmn", "yue"})
JAPANESE = frozenset({"ja", "jpn"})
KOREAN = frozenset({"ko", "kor"})
# Thai, Lao, Khmer, Burmese and Tibetan; Korean, for one, has spaces.
_OTHERS_WITHOUT_SPACES = frozenset(
    {"th", "tha", "lo", "lao", "km", "khm", "my", "mya", "bo", "bod"}
)
WITHOUT_SPACES = CHINESE | JAPANESE | _OTHERS_WITHOUT_SPACES


def primary_language(tag: str) -> str:
    """The language of a tag like ``zh-Hans`` or ``de_AT``, in small letters."""
    return tag.replace("_", "-").partition("-")[0].lower()
