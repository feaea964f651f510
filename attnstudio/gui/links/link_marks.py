"""What a person makes of a link: sure, possible or none."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from attnstudio.corpus.alignment import Alignment, Link


class LinkMark(Enum):
    """What two words are to each other."""

    NONE = auto()
    SURE = auto()
    POSSIBLE = auto()

    @property
    def next(self) -> LinkMark:
        """What a click makes of it."""
        return _NEXT[self]

    @property
    def words(self) -> str:
        """As people read it."""
        match self:
            case LinkMark.SURE:
                return _tr("sure link")
            case LinkMark.POSSIBLE:
                return _tr("possible link")
        return _tr("no link")


_NEXT = {
    LinkMark.NONE: LinkMark.SURE,
    LinkMark.SURE: LinkMark.POSSIBLE,
    LinkMark.POSSIBLE: LinkMark.NONE,
}


def mark_of(links: Alignment, link: Link) -> LinkMark:
    """What two words are to each other among some links."""
    if link in links.sure:
        return LinkMark.SURE
    return LinkMark.POSSIBLE if link in links.possible else LinkMark.NONE


def with_mark(links: Alignment, link: Link, mark: LinkMark) -> Alignment:
    """The links with another mark of two words."""
    sure, possible = links.sure - {link}, links.possible - {link}
    match mark:
        case LinkMark.SURE:
            sure |= {link}
        case LinkMark.POSSIBLE:
            possible |= {link}
    return Alignment(sure, possible)


def _tr(text: str) -> str:
    return QCoreApplication.translate("link_marks", text)
