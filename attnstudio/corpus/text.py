"""What stored text looks like: NFC, one line, no control characters, no space at the ends."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029]")  # line ends of all kinds among them
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff]")


def clean_text(text: str) -> str:
    """The text as it is stored and as models read it."""
    if not text.isascii() or not text.isprintable():
        text = _CONTROLS.sub("", _SPACES.sub(" ", text))
        text = unicodedata.normalize("NFC", text)
    return text.strip()
