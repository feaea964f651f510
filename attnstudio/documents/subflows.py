"""Texts inside tags (``sub``), such as the title of a link or a footnote: segments of their own.

Names: TMX 1.4b and XLIFF 1.2, "sub". One inside another stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attnstudio.documents.document import Filled, Segment
from attnstudio.documents.elements import Element, MarkedText
from attnstudio.documents.inline import read_inline
from attnstudio.documents.placing import filled_content
from attnstudio.documents.units import Side, segment_of


def read_subflows(marked: MarkedText, element: Element) -> tuple[Side, ...]:
    """The texts inside the tags of a source that have words, in their order."""
    sides = (Side.read(marked, each) for each in _outermost(element))
    return tuple(side for side in sides if side.text)


def _outermost(element: Element) -> Iterator[Element]:
    for child in element.children:
        if child.tag.name == "sub":
            yield child
        else:
            yield from _outermost(child)


def segments_with(
    source: Side, subflows: Sequence[Side], target: Side | None, place: str, *, is_done: bool
) -> tuple[Segment, ...]:
    """The segment of a source, where it has words, and those inside its tags."""
    main = [segment_of(source, target, place, is_done=is_done)] if source.text else []
    inside = [
        segment_of(side, None, f"{place}, inside tag {number}", is_done=is_done)
        for number, side in enumerate(subflows, start=1)
    ]
    return (*main, *inside)


def has_content(marked: MarkedText, element: Element | None) -> bool:
    """Whether an element holds anything, be it tags alone."""
    return element is not None and bool(marked.text[element.tag.end : element.content_end].strip())


def content_with(
    marked: MarkedText,
    source: Side,
    subflows: Sequence[Side],
    translations: Sequence[Filled | None],
) -> str | None:
    """The content of a target: the translation with all tags of the source.

    Args:
        marked: the document.
        source: of the target.
        subflows: the texts inside its tags.
        translations: of its segments, see `segments_with`; where None, a text inside a tag stays.

    Returns:
        None where the source itself is not translated.
    """
    given = list(translations)
    main = given.pop(0) if source.text else Filled("")
    if main is None:
        return None
    pieces, at = [], source.element.tag.end
    for side, filled in zip(subflows, given, strict=True):
        if filled is not None:
            pieces += [marked.text[at : side.element.tag.end], filled_content(side.inline, filled)]
            at = side.element.content_end
    if not pieces:
        return filled_content(source.inline, main)
    text = "".join((*pieces, marked.text[at : source.element.content_end]))
    return filled_content(read_inline(MarkedText(text, 0, marked.entities), 0, len(text)), main)
