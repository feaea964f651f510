"""Inline codes that part words as a space does: line breaks, paragraphs, cells and tabs.

Such a code is no text, but without a space in its place the words beside it would be one. It is
known by what it says to be (``lb``: XLIFF 1.2, 2.1 and TMX 1.4b; ``LINE_BREAK``: Angular), and by
its native code, which is HTML, RTF or an escape of programmers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_KINDS = re.compile(r"(?:xlf:)?lb|x-(?:html-)?(?:br|lb)|line_break", re.IGNORECASE)
_SAYING = ("type", "ctype", "subType", "equiv", "id")  # what kind of code it is
_SHOWING = ("equiv-text", "equiv", "disp")  # what it stands for
_NATIVE = re.compile(
    r"(?:<|&lt;)/?(?:\w+:)?(?:br|cr|tab|(?:soft|line)break|hr|p|div|li|t[rdh]|h[1-6])\b"
    r"|\\(?:line|par|tab|cell|row|page|sect)(?![a-z])",
    re.IGNORECASE,
)
_NAMING = ("dataRef", "id")  # where the native code stands, if not in the code itself
_ESCAPES = re.compile(r"(?:\s|\\[nrt])+")


Breaks = frozenset[tuple[str, str]]
"""Attributes and their values by which the codes are known whose native code stands elsewhere."""


def breaks_among(attribute: str, natives: Iterable[tuple[str, str]]) -> Breaks:
    """Those of some native codes that part words.

    Args:
        attribute: by which a code says which of them it stands for.
        natives: that value and the native code.
    """
    return frozenset((attribute, value) for value, native in natives if parts_words({}, native))


def parts_words(attributes: Mapping[str, str], native: str, breaks: Breaks = frozenset()) -> bool:
    """Whether there would be a space without a code.

    Args:
        attributes: of its element.
        native: the native code in it, as characters.
        breaks: those whose native code stands elsewhere.
    """
    if breaks and any((name, attributes.get(name, "")) in breaks for name in _NAMING):
        return True
    if any(_KINDS.fullmatch(attributes.get(name, "")) for name in _SAYING):
        return True
    shown = (native, *(attributes.get(name, "") for name in _SHOWING))
    return any(_NATIVE.search(text) or _ESCAPES.fullmatch(text) for text in shown)
