"""Words without their capitals, as their language has them."""

from __future__ import annotations

from attnstudio.corpus.language_codes import primary_language

_DOTLESS = frozenset({"tr", "az", "crh", "gag"})  # where the capital of ı is I, and that of i is İ


def without_capitals(text: str, language: str) -> str:
    """A text in small letters: of ``Irmak`` in Turkish ``ırmak``, else ``irmak``.

    ``Maße`` and ``Masse`` stay two words, which they would not where capitals are folded.
    """
    if primary_language(language) in _DOTLESS:
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()
