"""What stored text looks like: NFC, one line, plain spaces, no control or zero-width characters."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_LINE_ENDS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")  # within a text: as spaces
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# Without a meaning of their own. The joiners U+200C and U+200D stay: Persian, Hindi and emoji are
# spelt with them; so do the marks of direction.
_ZERO_WIDTH = re.compile(r"[\xad\u200b\u2060\ufeff]")
NO_BREAK_SPACES = "\xa0\u2007\u202f"
_NO_BREAK = re.compile(f"[{NO_BREAK_SPACES}]")


class Mending(StrEnum):
    """What of a text was changed that a person may want to know."""

    CONTROLS = "controls"  # control characters were removed
    ZERO_WIDTH = "zero-width"  # characters without width were removed
    NO_BREAK = "no-break"  # no-break spaces became spaces


_REPLACED = (
    (Mending.CONTROLS, _CONTROLS, ""),
    (Mending.ZERO_WIDTH, _ZERO_WIDTH, ""),
    (Mending.NO_BREAK, _NO_BREAK, " "),
)


def makes_words(character: str) -> bool:
    """Whether it is a letter, a digit or a mark that combines with them, and no sign."""
    return unicodedata.category(character)[0] in "LMN"


def clean_text(text: str) -> str:
    """The text as it is stored and as models read it."""
    return text.strip() if is_plain(text) else mend_text(text)[0]


def is_plain(text: str) -> bool:
    """Whether `clean_text` leaves a text as it is, but for spaces at its ends."""
    return text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text))


def mend_text(text: str) -> tuple[str, list[Mending]]:
    """What `clean_text` gives, and what it changed besides line ends and the normal form."""
    text = _LINE_ENDS.sub(" ", text)
    mended = []
    for mending, pattern, replacement in _REPLACED:
        text, count = pattern.subn(replacement, text)
        if count:
            mended.append(mending)
    return unicodedata.normalize("NFC", text).strip(), mended
