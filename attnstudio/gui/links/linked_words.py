"""The words of a pair whose links are edited, and what is said of two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.corpus.alignment import Alignment, Link, Span
from attnstudio.gui.links.link_marks import LinkMark, mark_of
from attnstudio.gui.look.wording import decimals
from attnstudio.interpretation.lettering import is_right_to_left, isolate

CERTAIN = 0.7  # confidence from which on a found link is drawn like a sure one


@dataclass(frozen=True, slots=True)
class LinkedWords:
    """What the pictures of a pair show.

    Attributes:
        sources: the words of the source, in the order of the sentence.
        targets: those of the target.
        links: as they are now.
        found: those that the program found.
        confidences: of the links where nobody gave or corrected them; None where a person did.
        is_source_mirrored: whether the source runs from right to left.
        is_target_mirrored: whether the target does.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    links: Alignment
    found: Alignment
    confidences: Mapping[Link, float] | None = None
    is_source_mirrored: bool = False
    is_target_mirrored: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to link."""
        return not (self.sources and self.targets)

    @property
    def are_found(self) -> bool:
        """Whether the links are the program's, and no person's."""
        return self.confidences is not None

    def is_drawn_sure(self, link: Link) -> bool:
        """Whether a link is a person's sure one, or found with enough confidence."""
        if self.confidences is not None:
            return self.confidences.get(link, 0.0) >= CERTAIN
        return link in self.links.sure

    def words_of(self, cell: Link) -> str:
        """Two words and what they are to each other.

        ``house – Haus: sure link``, or ``house – Haus: found, with a confidence of 0.83``.
        """
        mark = mark_of(self.links, cell)
        words = mark.words
        if self.confidences is not None and mark is not LinkMark.NONE:
            words = _tr("found, with a confidence of {confidence}").format(
                confidence=decimals(self.confidences.get(cell, 0.0), 2)
            )
        return _tr("{source} – {target}: {mark}").format(
            source=isolate(self.sources[cell.source]),
            target=isolate(self.targets[cell.target]),
            mark=words,
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
    confidences: Mapping[Link, float] | None = None,
) -> LinkedWords:
    """The words of a pair of texts."""
    return LinkedWords(
        words_in(texts[0], spans[0]),
        words_in(texts[1], spans[1]),
        links,
        found,
        confidences,
        is_right_to_left([texts[0]]),
        is_right_to_left([texts[1]]),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("linked_words", text)
