"""The reason why a choice cannot be, with the names that stand on the cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from attnstudio.gui.setup.card import Card

_ADVICE = re.compile(r"\b(?:choose|leave)\b")


def with_card_titles(reason: str, cards: Iterable[Card]) -> str:
    """Put titles in the place of words of ``config.toml``.

    ``dot`` or ``all`` may be a word like any other, but in what is advised it is a value.

    Args:
        reason: as the configs say it: ``… the scaled product; choose scaled_dot, not dot``.
        cards: of all questions, since a reason may speak of another one.
    """
    titles = {card.value: card.title for card in reversed(list(cards))}
    no_words = [value for value, title in titles.items() if _is_no_word(value, title)]
    advised = _ADVICE.search(reason)
    place = advised.start() if advised else len(reason)
    return _replaced(reason[:place], no_words, titles) + _replaced(reason[place:], titles, titles)


def _is_no_word(value: str, title: str) -> bool:
    """``scaled_dot``, ``entmax15``, and what has capitals of its own: ``alibi``."""
    return not value.isalpha() or (title.lower() == value and title != value.capitalize())


def _replaced(text: str, values: Iterable[str], titles: Mapping[str, str]) -> str:
    words = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    return re.sub(rf"\b(?:{words})\b", lambda found: titles[found[0].lower()], text, flags=re.I)
