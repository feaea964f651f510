"""Text that somebody else cut into words, as the text that our tokenizers read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.text import clean_text

# Languages written without spaces between words; Korean, for one, has spaces.
_WITHOUT_SPACES = frozenset({"zh", "cmn", "yue", "zho", "ja", "jpn", "th", "lo", "km", "my", "bo"})


@dataclass(frozen=True, slots=True)
class TokenisedText:
    """A sentence and where its given tokens lie in it.

    Attributes:
        text: joined as the language is written.
        spans: one a given token, in order.
    """

    text: str
    spans: tuple[Span, ...]


def join_tokens(tokens: Sequence[str], language: str) -> TokenisedText:
    """Tokens as running text: with spaces between them, or without in Chinese, Japanese, Thai …"""
    primary = re.split(r"[-_]", language.lower())[0]
    joint = "" if primary in _WITHOUT_SPACES else " "
    spans = []
    text = ""
    for token in map(clean_text, tokens):
        if text and token:
            text += joint
        spans.append(Span(len(text), len(text) + len(token)))
        text += token
    return TokenisedText(text, tuple(spans))
