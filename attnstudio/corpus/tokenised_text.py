"""Text that somebody else cut into words, as the text that our tokenizers read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.language_codes import primary_language
from attnstudio.corpus.languages import WITHOUT_SPACES
from attnstudio.corpus.spacing import Spacing
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


def join_tokens(
    tokens: Sequence[str], language: str, spacing: Spacing | None = None
) -> TokenisedText:
    """Tokens as running text: with spaces between them, or without in Chinese, Japanese, Thai …

    Latin words and numbers keep the space between them in any language.

    Args:
        tokens: words and signs, as they were cut.
        language: code of the text's language.
        spacing: which signs of it have spaces beside them; None for all.
    """
    cleaned = [clean_text(token) for token in tokens]
    if primary_language(language) in WITHOUT_SPACES:
        joined = _join(cleaned, _are_foreign)
    else:
        joined = _join(cleaned, _always if spacing is None else spacing.separates)
    if unicodedata.is_normalized("NFC", joined.text):
        return joined
    return _join(cleaned, _always)  # else two tokens would melt into one character


def _are_foreign(text: str, token: str) -> bool:
    return _FOREIGN_WORDS.match(text[-1] + token[0]) is not None


def _always(_text: str, _token: str) -> bool:
    return True


def _join(tokens: Sequence[str], is_spaced: Callable[[str, str], bool]) -> TokenisedText:
    """Tokens with a space where the text so far and the next token want one."""
    spans, text = [], ""
    for token in tokens:
        if text and token and is_spaced(text, token):
            text += " "
        spans.append(Span(len(text), len(text) + len(token)))
        text += token
    return TokenisedText(text, tuple(spans))
