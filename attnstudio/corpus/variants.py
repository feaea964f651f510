"""A unit of a translation file: texts that say their language."""

from __future__ import annotations

from typing import NamedTuple


class Variant(NamedTuple):
    """A text of a unit in one language, as the file writes its code; empty where it does not."""

    language: str
    text: str


Unit = tuple[Variant, ...]
