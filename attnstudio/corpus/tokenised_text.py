"""Text that somebody else cut into words, as the text that our tokenizers read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.languages import WITHOUT_SPACES
from attnstudio.corpus.text import clean_text

_FOREIGN_WORDS = re.compile(r"[0-9A-Za-z]{2}")


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """A sentence and where its given tokens lie in it.

    Attributes:
        text: joined as the language is written.
        spans: one a given token, in order; empty for a token of which cleaning leaves nothing.
    """

    text: str
    spans: tuple[Span, ...]


def join_tokens(tokens: Sequence[str], language: str) -> TokenisedText:
    """Tokens as running text: with spaces between them, or without in Chinese, Japanese, Thai …

    Latin words and numbers keep the space between them in any language.
    """
    cleaned = [clean_text(token) for token in tokens]
    if primary_language(language) in WITHOUT_SPACES:
        joined = _join(cleaned, with_spaces=False)
        if unicodedata.is_normalized("NFC", joined.text):
            return joined  # else two tokens would melt into one character: keep them apart
    return _join(cleaned, with_spaces=True)


def _join(tokens: Sequence[str], *, with_spaces: bool) -> TokenisedText:
    spans, parts = [], [""]
    end = 0
    for token in tokens:
        if end and token:
            joint = " " if with_spaces or _FOREIGN_WORDS.match(parts[-1][-1] + token[0]) else ""
            parts.append(joint)
            end += len(joint)
        spans.append(Span(end, end + len(token)))
        if token:
            parts.append(token)
            end += len(token)
    return TokenisedText("".join(parts), tuple(spans))
