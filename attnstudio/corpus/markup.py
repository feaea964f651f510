"""Translation files: TMX 1.1 to 1.4b, XLIFF 1.2 and 2, SDLXLIFF, WMT's test sets, and PO.

They say themselves which text is in which language. Of inline codes the native code is dropped.
What the specifications call content (``hi``, ``g``, ``pc``, ``mrk``) stays; a sub-flow (``sub``, a
footnote or title inside a code) is no part of the sentence around it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from attnstudio.corpus.batches import PairBatch, RawPairs
from attnstudio.corpus.gettext_po import header_language, read_messages
from attnstudio.corpus.import_report import Counted, Problem, Reason
from attnstudio.corpus.language_codes import language_of, nearest_place, primary_language
from attnstudio.corpus.language_guess import guess_language
from attnstudio.corpus.language_rows import read_language_rows
from attnstudio.corpus.table import Table
from attnstudio.corpus.text import clean_text
from attnstudio.corpus.text_source import TextSource, ignore_bytes, readable
from attnstudio.corpus.variants import Unit, Variant
from attnstudio.corpus.wordfast import read_wordfast
from attnstudio.corpus.xliff_units import NATIVE_CODE, RECORDS, XliffUnits, said_language
from attnstudio.corpus.xml_records import XmlRecord, flat_text, local_name, read_records
from attnstudio.errors import CorpusError

_LISTED_LANGUAGES = 12
_LOOKED_AT_UNITS = 100


class MarkupKind(StrEnum):
    """A family of XML files, named after its root element."""

    TMX = "tmx"
    XLIFF = "xliff"
    WMT = "dataset"
    # No XML, but units that say their languages all the same:
    PO = "po"
    WORDFAST = "wordfast"
    ROWS = "rows"  # of a table


# The elements that hold one unit each.
_RECORDS = {
    MarkupKind.TMX: frozenset({"tu"}),
    MarkupKind.XLIFF: RECORDS,
    MarkupKind.WMT: frozenset({"doc"}),
}


class MarkupFile(NamedTuple):
    """A file that says itself which text is in which language.

    Attributes:
        file: what is read.
        kind: how it is written.
        table: the table whose rows say their languages.
    """

    file: TextSource
    kind: MarkupKind
    table: Table | None = None

    @property
    def texts(self) -> tuple[TextSource, ...]:
        """All that is read."""
        return (self.file,)

    @property
    def sides(self) -> tuple[TextSource, TextSource]:
        """Where source and target are read."""
        return self.file, self.file

    def swapped(self) -> MarkupFile:
        """The same file: its languages say which side is which."""
        return self

    def batches(
        self, languages: tuple[str, str], count_bytes: Callable[[int], None] = ignore_bytes
    ) -> Iterator[PairBatch]:
        """See `read_markup`."""
        return read_markup(self, languages, count_bytes)


def read_markup(
    file: MarkupFile,
    languages: tuple[str, str],
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> Iterator[PairBatch]:
    """The pairs of a translation file; a problem where a unit was dropped, by its number.

    Of several variants of a language the one whose code is nearest to the asked one is taken, and
    of equal ones the first.

    Args:
        file: what to read.
        languages: codes of source and target.
        count_bytes: see `open_bytes`.

    Raises:
        CorpusError: the file cannot be read or is none of its kind, or has no text in one of the
            languages, which comes at its end.
    """
    found: Counter[str] = Counter()
    places: dict[tuple[str, ...], tuple[int, int] | None] = {}
    has_pair = False
    raw = RawPairs(file.file.name, counted=Counted.UNIT)
    for number, unit in enumerate(read_units(file, count_bytes), start=1):
        if isinstance(unit, Problem):
            raw.drop(replace(unit, file=file.file.name, line=number))
            continue
        codes = tuple([variant.language for variant in unit])
        if codes not in places:
            places[codes] = _places(codes, languages)
            found.update(codes)
        place = places[codes]
        if place is None:
            text = clean_text(unit[0].text) if unit else ""
            raw.drop(Problem(file.file.name, number, Reason.LANGUAGE, text))
        else:
            has_pair = True
            raw.add(number, unit[place[0]].text, unit[place[1]].text)
        if raw.is_full:
            yield raw.take()
    yield raw.take()
    if found and not has_pair:
        raise _no_such_languages(file.file.name, languages, found)


def read_units(
    file: MarkupFile, count_bytes: Callable[[int], None] = ignore_bytes
) -> Iterator[Unit | Problem]:
    """All units of a file, with their texts in all languages; a problem for an unconfirmed one."""
    match file.kind:
        case MarkupKind.PO:
            yield from _units_of_po(file.file, count_bytes)
            return
        case MarkupKind.WORDFAST:
            yield from read_wordfast(file.file, count_bytes)
            return
        case MarkupKind.ROWS:
            assert file.table is not None
            yield from read_language_rows(file.table, count_bytes)
            return
    units_of: Callable[[XmlRecord], Iterable[Unit | Problem]] = {
        MarkupKind.TMX: _units_of_tmx,
        MarkupKind.XLIFF: XliffUnits().units_of,
        MarkupKind.WMT: _units_of_wmt,
    }[file.kind]
    for record in read_records(file.file, _RECORDS[file.kind], count_bytes):
        yield from units_of(record)


def languages_of(file: MarkupFile) -> tuple[str, ...]:
    """The languages of the first units; the two commonest first, in the order they stand there.

    Regions are left out of those two unless they are the difference. Where a unit of two texts
    does not say the language of one, its words do.
    """
    read = islice(read_units(file), _LOOKED_AT_UNITS)
    units = [unit for unit in read if not isinstance(unit, Problem)]
    guessed = [_guess_unsaid(units, place) for place in (0, 1)]
    counts: Counter[str] = Counter()
    for unit in units:
        said = [v.language for v in unit]
        if len(said) == 2:
            said = [code or guess for code, guess in zip(said, guessed, strict=True)]
        counts.update(list(dict.fromkeys(code for code in said if code)))
    by_number = [code for code, _ in counts.most_common()]
    if len(by_number) < 2:
        return tuple(by_number)
    first, second = sorted(by_number[:2], key=list(counts).index)
    roots = _language(first), _language(second)
    return (*((first, second) if roots[0] == roots[1] else roots), *by_number[2:])


def _language(tag: str) -> str:
    """Without the region, by the code that is stored; of an unknown tag what it begins with."""
    return language_of(tag) or primary_language(tag)


def _guess_unsaid(units: Sequence[Unit], place: int) -> str:
    texts = [unit[place].text for unit in units if len(unit) == 2 and not unit[place].language]
    return guess_language(" ".join(texts)) or ""


def _places(codes: tuple[str, ...], languages: tuple[str, str]) -> tuple[int, int] | None:
    """Which of some texts are source and target; None where one of them is missing."""
    source = nearest_place(codes, *languages)
    target = nearest_place(codes, *languages[::-1])
    if codes == ("", ""):  # a PO file may say nothing
        return 0, 1
    if len(codes) == 2 and "" in codes:  # XLIFF may leave the target's language out
        unknown = codes.index("")
        if source is None and target is not None:
            source = unknown
        elif target is None and source is not None:
            target = unknown
    return None if source is None or target is None else (source, target)


def _units_of_tmx(record: XmlRecord) -> Iterator[Unit]:
    unit = []
    for variant in record.element:
        if variant.tag.endswith("tuv"):
            segments = [inner for inner in variant if inner.tag.endswith("seg")]
            # Some programs leave <seg> out and put the text where it would stand.
            for segment in segments or ([variant] if (variant.text or "").strip() else []):
                text = flat_text(segment, NATIVE_CODE)
                unit.append(Variant(said_language(variant), text))
    yield tuple(unit)


def _units_of_po(text: TextSource, count_bytes: Callable[[int], None]) -> Iterator[Unit | Problem]:
    language = ""
    for message in read_messages(text, count_bytes):
        if message.is_header:
            language = header_language(message)
        elif message.damaged:
            yield Problem(text.name, message.line, Reason.MALFORMED, readable(message.damaged))
        elif message.is_fuzzy:
            source = clean_text(readable(message.texts.get("msgid", "")))
            yield Problem(text.name, message.line, Reason.FUZZY, source)
        else:
            for source, target in message.pairs():
                yield Variant("", source), Variant(language, target)


def _units_of_wmt(record: XmlRecord) -> Iterator[Unit]:
    sides: list[tuple[str, dict[str, str]]] = []
    for side in record.element:
        if local_name(side) in ("src", "ref"):
            segments = {
                inner.get("id", ""): flat_text(inner, NATIVE_CODE)
                for inner in side.iter()
                if local_name(inner) == "seg"
            }
            sides.append((said_language(side), segments))
    for name in sides[0][1] if sides else ():
        yield tuple(Variant(language, texts.get(name, "")) for language, texts in sides)


def _no_such_languages(name: str, languages: tuple[str, str], found: Counter[str]) -> CorpusError:
    listed = sorted(code for code in found if code)
    shown = ", ".join(listed[:_LISTED_LANGUAGES]) + (", …" * (len(listed) > _LISTED_LANGUAGES))
    return CorpusError(
        "{name} has no units in both {source} and {target}.",
        hint="It has: {found}. Make a project for two of these.",
        name=name,
        source=languages[0],
        target=languages[1],
        found=shown or "no language codes",
    )
