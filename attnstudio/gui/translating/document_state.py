"""A document that is being translated: what is known of each of its segments so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from attnstudio.documents.document import Document, Filled, Segment


class SegmentState(Enum):
    """What became of a segment."""

    WAITING = auto()
    LEFT_ALONE = auto()
    TRANSLATED = auto()
    CUT = auto()
    EMPTY = auto()


@dataclass(frozen=True, slots=True)
class TranslatedBy:
    """Which model translated a document.

    Attributes:
        folder: of its project.
        run: its name.
        step: of the checkpoint.
    """

    folder: Path
    run: str
    step: int


Stamp = tuple[int, int] | None
"""By what a file is known: when it was written, and its size; None where it is gone."""


def stamp_of(path: Path) -> Stamp:
    """The stamp that a file has now."""
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


@dataclass(slots=True)
class DocumentState:
    """Filled by a task, segment by segment, and looked at by the window meanwhile.

    Each segment is set once, as a whole, so that neither waits for the other.

    Attributes:
        document: as it was read.
        languages: the codes of those that it is translated from and into.
        by: who translated what is translated; None before.
        is_pasted: whether it comes from the clipboard and lies in no file.
        stamp: of the file, before it was read.
        engines: the names of those that have translated.
        filled: the new translations; None where there is none yet, or none is made.
        cut: the places of the segments that were too long, so that only their beginning was read.
        empty: the places of those of which the model made nothing.
    """

    document: Document
    languages: tuple[str, str]
    by: TranslatedBy | None = None
    is_pasted: bool = False
    stamp: Stamp = None
    engines: set[str] = field(init=False, default_factory=set)
    filled: list[Filled | None] = field(init=False)
    cut: set[int] = field(init=False, default_factory=set)
    empty: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.filled = [None] * len(self.document.segments)

    @property
    def is_outdated(self) -> bool:
        """Whether its file has been written again since it was read."""
        now = None if self.is_pasted else stamp_of(self.document.path)
        return now is not None and now != self.stamp

    @property
    def segments(self) -> Sequence[Segment]:
        """All of the document's."""
        return self.document.segments

    @property
    def left_alone(self) -> int:
        """How many are translated already, or are not to be."""
        return sum(segment.is_done for segment in self.segments)

    @property
    def translated(self) -> int:
        """How many have a new translation."""
        return sum(filled is not None for filled in self.filled)

    @property
    def waiting(self) -> list[int]:
        """The places of those that are still to be translated."""
        return [
            place
            for place, (segment, filled) in enumerate(zip(self.segments, self.filled, strict=True))
            if filled is None and not segment.is_done and place not in self.empty
        ]

    def is_by(self, folder: Path, run: str) -> bool:
        """Whether what is translated is by a run of a project."""
        return self.by is not None and (self.by.folder, self.by.run) == (folder, run)

    def take(self, place: int, filled: Filled | None, *, is_cut: bool) -> None:
        """A segment is translated.

        Args:
            place: counted from 0.
            filled: its translation; None for an empty one.
            is_cut: whether only its beginning was read.
        """
        if filled is None:
            self.empty.add(place)
            return
        if is_cut:
            self.cut.add(place)
        self.filled[place] = filled

    def begin(self, by: TranslatedBy) -> None:
        """Somebody is about to translate: what another has translated goes, for a whole of one."""
        if self.by is not None and self.by != by:
            self.filled = [None] * len(self.segments)
            self.cut, self.empty, self.engines = set(), set(), set()
        self.by = by

    def translation(self, place: int) -> str:
        """What stands beside a source: the new translation, or that of the document."""
        filled = self.filled[place]
        return filled.text if filled is not None else self.segments[place].target or ""

    def state(self, place: int) -> SegmentState:
        """What became of a segment."""
        if self.filled[place] is not None:
            return SegmentState.CUT if place in self.cut else SegmentState.TRANSLATED
        if place in self.empty:
            return SegmentState.EMPTY
        return SegmentState.LEFT_ALONE if self.segments[place].is_done else SegmentState.WAITING
