"""The words of a pair whose links are edited, and what is said of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.corpus.alignment import Alignment, Link, Span
from attnstudio.gui.links.link_marks import mark_of
from attnstudio.interpretation.lettering import is_right_to_left, isolate


@dataclass(frozen=True, slots=True)
class LinkedWords:
    """What the pictures of a pair show.

    Attributes:
        sources: the words of the source, in the order of the sentence.
        targets: those of the target.
        links: as they are now.
        found: those that the program found.
        is_source_mirrored: whether the source runs from right to left.
        is_target_mirrored: whether the target does.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    links: Alignment
    found: Alignment
    is_source_mirrored: bool = False
    is_target_mirrored: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to link."""
        return not (self.sources and self.targets)

    def words_of(self, cell: Link) -> str:
        """Two words and what they are to each other: ``house – Haus: sure link``."""
        return _tr("{source} – {target}: {mark}").format(
            source=isolate(self.sources[cell.source]),
            target=isolate(self.targets[cell.target]),
            mark=mark_of(self.links, cell).words,
        )


NO_WORDS = LinkedWords((), (), Alignment(), Alignment())


def words_in(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text[start:end] for start, end in spans)


def linked_words(
    texts: tuple[str, str],
    spans: tuple[Sequence[Span], Sequence[Span]],
    links: Alignment,
    found: Alignment,
) -> LinkedWords:
    """The words of a pair of texts."""
    return LinkedWords(
        words_in(texts[0], spans[0]),
        words_in(texts[1], spans[1]),
        links,
        found,
        is_right_to_left([texts[0]]),
        is_right_to_left([texts[1]]),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("linked_words", text)
