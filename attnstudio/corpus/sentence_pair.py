"""One source sentence and its translation."""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.corpus.alignment import GoldLinks


@dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence and its translation, with gold links where somebody gave them."""

    source: str
    target: str
    gold: GoldLinks | None = None
