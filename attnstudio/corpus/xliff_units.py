"""The units of XLIFF 1.2 and 2, and of SDLXLIFF, as they are imported.

Native code may stand elsewhere: in ``originalData`` of a unit (XLIFF 2.1, section 4.2.2.9), or in
``tag-defs`` of a file (Trados). It says which codes are line breaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from attnstudio.corpus.import_report import Problem, Reason
from attnstudio.corpus.line_breaks import Breaks, breaks_among
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import readable
from attnstudio.corpus.variants import Unit, Variant
from attnstudio.corpus.xml_records import XmlRecord, flat_text, local_name

NATIVE_CODE = frozenset({"bpt", "ept", "it", "ph", "ut", "sub", "x", "bx", "ex", "sc", "ec"})
# States of XLIFF: the first is never a translation, the others are none where nothing was changed.
NOT_TRANSLATED = frozenset({"needs-translation"})
UNTOUCHED = frozenset({"new", "initial", "needs-l10n", "needs-adaptation"})
RECORDS = frozenset({"trans-unit", "unit", "tag-defs"})
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def said_language(element: Element) -> str:
    """The language that an element says that it is in; empty where it says none."""
    return (element.get(_XML_LANGUAGE) or element.get("lang") or "").strip()


class XliffUnits:
    """Makes units of the records of one file, and remembers what stands before them."""

    def __init__(self) -> None:
        self._defined_in: Element | None = None
        self._defined: Breaks = frozenset()

    def units_of(self, record: XmlRecord) -> Iterator[Unit | Problem]:
        """The units of a record; a problem for one that its file says is not translated."""
        kind = local_name(record.element)
        if kind == "tag-defs":
            self._defined_in = _file_of(record)
            self._defined = breaks_among("id", _defined_codes(record.element))
        elif kind == "unit":
            yield from _units_of_two(record)
        else:
            breaks = self._defined if self._defined_in is _file_of(record) else frozenset()
            yield from _units_of_one(record, breaks)


def _file_of(record: XmlRecord) -> Element:
    files = [above for above in record.above if local_name(above) == "file"]
    return files[-1] if files else record.above[-1]


def _defined_codes(definitions: Element) -> Iterator[tuple[str, str]]:
    """The codes that Trados defines for a file: their ids and native code."""
    for definition in definitions:
        for code in definition:
            if local_name(code) == "ph":
                yield definition.get("id", ""), code.text or ""


def _units_of_two(record: XmlRecord) -> Iterator[Unit | Problem]:
    """Those of XLIFF 2, whose segments are units each."""
    element, root = record.element, record.above[0]
    languages = root.get("srcLang") or "", root.get("trgLang") or ""
    natives = _child(element, "originalData")
    breaks = breaks_among(
        "dataRef",
        ((data.get("id", ""), "".join(data.itertext())) for data in (natives or ())),
    )
    for segment in element:
        if local_name(segment) == "segment":
            sides = _child(segment, "source"), _child(segment, "target")
            state = segment.get("state", "")
            yield _unit(sides, languages, state, element.get("translate"), breaks)


def _units_of_one(record: XmlRecord, breaks: Breaks) -> Iterator[Unit | Problem]:
    """Those of XLIFF 1.2, cut into segments where source and target are."""
    element, file = record.element, _file_of(record)
    languages = file.get("source-language") or "", file.get("target-language") or ""
    source, target = _child(element, "source"), _child(element, "target")
    state = "" if target is None else target.get("state", "")
    cut = _child(element, "seg-source")
    sources = _segments(source if cut is None else cut)
    targets = _segments(target)
    if sources and targets and state not in NOT_TRANSLATED:
        for name in sources:
            yield _unit((sources[name], targets.get(name)), languages, state, None, breaks)
    else:
        yield _unit((source, target), languages, state, element.get("translate"), breaks)


def _unit(
    sides: tuple[Element | None, Element | None],
    languages: tuple[str, str],
    state: str,
    translate: str | None,
    breaks: Breaks,
) -> Unit | Problem:
    """A unit, or a problem where its file says that it is not translated yet."""
    variants = []
    for element, language in zip(sides, languages, strict=True):
        if element is not None:
            language = language or said_language(element)
        text = flat_text(element, NATIVE_CODE, breaks) if element is not None else ""
        variants.append(Variant(language, text))
    is_copy = variants[0].text.strip() == variants[1].text.strip() != ""
    if state in NOT_TRANSLATED:
        return Problem("", 0, Reason.FUZZY, clean_text(readable(variants[0].text)))
    if is_copy and (state in UNTOUCHED or translate == "no"):
        return Problem("", 0, Reason.UNTRANSLATED, clean_text(readable(variants[0].text)))
    return tuple(variants)


def _segments(element: Element | None) -> dict[str, Element]:
    """The segments that a text was cut into, by their names, or by their places without names."""
    if element is None:
        return {}
    segments = [
        inner
        for inner in element.iter()
        if local_name(inner) == "mrk" and inner.get("mtype") == "seg"
    ]
    return {inner.get("mid") or f"#{place}": inner for place, inner in enumerate(segments)}


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)
