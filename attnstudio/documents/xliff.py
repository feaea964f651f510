"""XLIFF 1.2 and SDLXLIFF: what is not translated yet is filled and its state is set.

Left alone are units that are approved, locked or not to be translated, and those with a target,
but for one that needs translation by its state, or is a copy of the source that nobody touched.
"""

from __future__ import annotations

from collections.abc import Iterator

from attnstudio.corpus.line_breaks import Breaks, breaks_among
from attnstudio.corpus.xliff_units import NOT_TRANSLATED, UNTOUCHED
from attnstudio.documents.elements import Element, MarkedText
from attnstudio.documents.exact_text import ExactText
from attnstudio.documents.subflows import has_content, read_subflows, segments_with
from attnstudio.documents.units import Side, Unit, UnitsContent, segment_of
from attnstudio.documents.xliff_units import CutUnit, Place, WholeUnit, segments_by_name

_FINISHED = frozenset({"final", "signed-off", "translated"})
_UNCONFIRMED = frozenset({"", "Unspecified", "Draft", "RejectedTranslation"})


def read_xliff(
    text: ExactText, marked: MarkedText, target_language: str, *, is_of_trados: bool
) -> UnitsContent:
    """The units of an XLIFF 1 file.

    Args:
        text: the file.
        marked: the same, looked through.
        target_language: what a file that names none is said to be translated into.
        is_of_trados: whether it is an SDLXLIFF.
    """
    units: list[Unit] = []
    defined = _defined_breaks(marked) if is_of_trados else {}
    found = marked.elements(frozenset({"trans-unit"}))
    for number, (element, above) in enumerate(found, start=1):
        file = next((tag for tag in reversed(above) if tag.name == "file"), above[0])
        said = [tag.attributes.get("translate") for tag in above]
        is_open = next((value != "no" for value in reversed(said) if value), True)
        breaks = defined.get(file.start, frozenset())
        place = Place(number, file, is_open, target_language, is_of_trados, breaks)
        units += _units(marked, element, place)
    return UnitsContent(text, marked, tuple(units))


def _defined_breaks(marked: MarkedText) -> dict[int, Breaks]:
    """Which tags part words, by where their file begins (``tag-defs``)."""
    found = {}
    for element, above in marked.elements(frozenset({"tag-defs"})):
        natives = (
            (
                each.tag.attributes.get("id", ""),
                marked.resolved(marked.text[code.tag.end : code.content_end]),
            )
            for each in element.children
            for code in each.children
            if code.tag.name == "ph"
        )
        file = next((tag for tag in reversed(above) if tag.name == "file"), above[0])
        found[file.start] = breaks_among("id", natives)
    return found


def _units(marked: MarkedText, element: Element, place: Place) -> Iterator[Unit]:
    source, target = element.child("source"), element.child("target")
    if source is None:
        return
    cut = element.child("seg-source")
    after = cut or source
    if cut is None or not segments_by_name(cut):
        cut = source
    is_open = _is_open(element, place)
    if segments_by_name(cut):
        unit = _cut_unit(marked, element, cut, place, is_open=is_open)
        if unit.segments:
            yield unit
        return
    read = Side.read(marked, source, place.breaks)
    subflows = read_subflows(marked, source)
    if read.text or subflows:
        old = None if target is None else Side.read(marked, target, place.breaks)
        state = "" if target is None else target.tag.attributes.get("state", "")
        is_translated = (
            _is_translated(read, old, state) if read.text else has_content(marked, target)
        )
        where, is_done = f"unit {place.number}", not is_open or is_translated
        segments = segments_with(read, subflows, old, where, is_done=is_done)
        yield WholeUnit(segments, read, subflows, after, target, place)


def _cut_unit(
    marked: MarkedText, element: Element, cut: Element, place: Place, *, is_open: bool
) -> CutUnit:
    target = element.child("target")
    state = "" if target is None else target.tag.attributes.get("state", "")
    targets = {} if target is None else segments_by_name(target)
    states = {
        each.tag.attributes.get("id", ""): each
        for each in element.all_in()
        if each.tag.name == "seg" and each.tag.prefix == "sdl:"
    }
    sources: dict[str, Side] = {}
    segments = []
    # A target that is not cut is the translation of all, where it is one.
    uncut = Side.read(marked, target, place.breaks) if target is not None and not targets else None
    whole = uncut is not None and _is_translated(Side.read(marked, cut, place.breaks), uncut, state)
    for number, (name, each) in enumerate(segments_by_name(cut).items(), start=1):
        source = Side.read(marked, each, place.breaks)
        if not source.text:
            continue
        old = Side.read(marked, targets[name], place.breaks) if name in targets else None
        is_done = (
            not is_open
            or whole
            or _is_settled(states.get(name))
            or _is_translated(source, old, state)
        )
        sources[name] = source
        where = f"unit {place.number}, segment {number}"
        segments.append(segment_of(source, old, where, is_done=is_done))
    return CutUnit(tuple(segments), sources, cut, target, targets, states, place)


def _is_open(element: Element, place: Place) -> bool:
    """Whether a unit may be translated."""
    attributes = element.tag.attributes
    translate = attributes.get("translate")
    is_asked = place.is_open if translate is None else translate != "no"
    return is_asked and attributes.get("approved") != "yes"


def _is_settled(state: Element | None) -> bool:
    """Whether Trados says that a segment is locked, or that a person has confirmed it."""
    if state is None:
        return False
    attributes = state.tag.attributes
    return attributes.get("locked") == "true" or attributes.get("conf", "") not in _UNCONFIRMED


def _is_translated(source: Side, target: Side | None, state: str) -> bool:
    if target is None or state in NOT_TRANSLATED:
        return False
    if not target.text:
        return state in _FINISHED
    return not (target.text == source.text and state in UNTOUCHED)
