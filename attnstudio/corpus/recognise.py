"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.markup import MarkupFile, MarkupKind
from attnstudio.corpus.table import TableFile, recognise_table
from attnstudio.corpus.text_source import TextSource, open_bytes, open_lines, text_sources
from attnstudio.errors import CorpusError

# What can be imported. All kinds answer to `texts`, `sides`, `swapped` and `records`.
Importable = LineAlignedFiles | TableFile | MarkupFile

_SEPARATORS = re.compile(r"[._\-]")
_REGION = re.compile(r"[a-z]{2}|hans|hant|latn|cyrl|arab")
_TABLE_ENDINGS = (".tsv", ".tab", ".csv")
_MARKUP_BYTES = 1 << 14
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)[\s/>]")
_WMT_ROOTS = ("dataset", "collection")
_LOOKED_AT_LINES = 20


class Recognised(NamedTuple):
    """What can be imported, and the members of archives that are neither a side nor a table."""

    items: list[Importable]
    left_out: list[TextSource]


def recognise(
    paths: Sequence[Path],
    source_language: str,
    target_language: str,
    links: Path | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str = "",
) -> Recognised:
    """Group files into translation files, tables and line-aligned pairs.

    A side is recognised by the last language code in the file's name (``train.de.gz``); files
    without one are taken in the order they are given: source first.

    Args:
        paths: the files.
        source_language: code of the source.
        target_language: code of the target.
        links: a file with gold links for one pair of text files.
        columns: source and target column of tables, where a person named them.
        encoding: the encoding of the texts, where a person named it.

    Raises:
        CorpusError: a file has no partner, is given twice, or both partners are of one language.
    """
    _refuse_repeated(paths)
    languages = (source_language, target_language)
    whole: list[Importable] = []
    texts: list[TextSource] = []
    left_out: list[TextSource] = []
    for path in paths:
        members = [replace(text, encoding=encoding) for text in text_sources(path)]
        useful = _useful(members, languages)
        left_out += [member for member in members if member not in useful]
        for source in useful:
            markup = recognise_markup(source)
            if markup is not None:
                whole.append(markup)
                continue
            nameless = len(useful) == 1 or side_of(source.inner_name, languages) is None
            if _is_table(source, by_content=len(paths) == 1 and nameless):
                whole.append(recognise_table(source, languages, columns))
            else:
                texts.append(source)
    pairs = [_sides(pair, languages) for pair in _partners(texts, languages)]
    if links is not None:
        if whole or len(pairs) != 1:
            raise CorpusError(
                "{links} belongs to one pair of text files, but {n} pairs and {m} tables were "
                "given.",
                hint="Import each pair of files with its links by itself.",
                links=links.name,
                n=len(pairs),
                m=len(whole),
            )
        pairs = [pairs[0]._replace(links=text_sources(links)[0])]
    return Recognised([*whole, *pairs], left_out)


def side_of(name: str, languages: tuple[str, str]) -> int | None:
    """0 for a file of the source language, 1 for the target's, None when its name does not say."""
    place = _language_place(_parts(name), languages)
    return place.side if place else None


class _LanguagePlace(NamedTuple):
    side: int
    start: int
    end: int  # of the code with its region, counted in parts of the name


def _parts(name: str) -> list[str]:
    return _SEPARATORS.split(name.lower())


def _language_place(parts: Sequence[str], languages: tuple[str, str]) -> _LanguagePlace | None:
    """The last place where the parts of a name say a language, exactly or without its region."""
    codes = [_parts(language) for language in languages]
    for start in reversed(range(len(parts))):
        exact = [
            _LanguagePlace(side, start, start + len(code))
            for side, code in enumerate(codes)
            if list(parts[start : start + len(code)]) == code
        ]
        primary = [side for side, code in enumerate(codes) if code[0] == parts[start]]
        if not exact and len(primary) != 1:
            continue
        place = max(exact, key=lambda p: p.end) if exact else None
        place = place or _LanguagePlace(primary[0], start, start + 1)
        if place.end == start + 1 < len(parts) and _REGION.fullmatch(parts[place.end]):
            place = place._replace(end=place.end + 1)
        return place
    return None


def _refuse_repeated(paths: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for path in paths:
        resolved = path.resolve()
        if resolved in seen:
            raise CorpusError(
                "{name} was given twice.", hint="Name each file once.", name=path.name
            )
        seen.add(resolved)


def _useful(sources: list[TextSource], languages: tuple[str, str]) -> list[TextSource]:
    """What to read of an archive, which may hold a licence or a second form of the texts."""
    if len(sources) == 1:
        return sources
    tables = [source for source in sources if _is_table(source, by_content=False)]
    texts = [source for source in sources if _ends_with_language(source, languages)]
    if {side_of(text.inner_name, languages) for text in texts} == {0, 1}:
        return [*tables, *texts]
    return tables or [s for s in sources if _is_table(s, by_content=True)] or sources


def _ends_with_language(source: TextSource, languages: tuple[str, str]) -> bool:
    parts = _parts(source.inner_name.lower().removesuffix(".txt"))
    place = _language_place(parts, languages)
    return place is not None and place.end == len(parts)


def _partners(
    texts: Sequence[TextSource], languages: tuple[str, str]
) -> Iterable[tuple[TextSource, TextSource]]:
    if len(texts) % 2:
        raise CorpusError(
            "{name} has no partner."
            if len(texts) == 1
            else "{n} text files make no pairs: {name}.",
            hint="Give two line-aligned text files, or one table with tabs between the sides.",
            n=len(texts),
            name=", ".join(text.name for text in texts),
        )
    groups: dict[str, list[TextSource]] = {}
    for text in texts:
        groups.setdefault(_stem(text.inner_name, languages), []).append(text)
    whole = [group for group in groups.values() if len(group) == 2]
    rest = [text for text in texts if not any(text in group for group in whole)]
    return [(first, second) for first, second in (*whole, *zip(rest[::2], rest[1::2], strict=True))]


def _sides(pair: tuple[TextSource, TextSource], languages: tuple[str, str]) -> LineAlignedFiles:
    first, second = pair
    sides = [side_of(text.inner_name, languages) for text in pair]
    if sides == [None, None] and first.path != second.path:  # two archives: their names may say it
        sides = [side_of(text.path.stem, languages) for text in pair]
    if sides[0] is not None and sides[0] == sides[1]:
        raise CorpusError(
            "{first} and {second} both look like {language}.",
            hint="A pair needs one file of each language.",
            first=first.name,
            second=second.name,
            language=languages[sides[0]],
        )
    if sides[0] == 1 or sides[1] == 0:
        return LineAlignedFiles(second, first)
    return LineAlignedFiles(first, second)


def _stem(name: str, languages: tuple[str, str]) -> str:
    parts = _parts(name)
    place = _language_place(parts, languages)
    return ".".join((*parts[: place.start], "*", *parts[place.end :])) if place else "*"


def _is_table(source: TextSource, *, by_content: bool) -> bool:
    if source.inner_name.lower().endswith(_TABLE_ENDINGS):
        return True
    if not by_content:
        return False
    with open_lines(source) as lines:
        looked_at = [line for line in islice(lines, _LOOKED_AT_LINES) if line]
    return bool(looked_at) and all("\t" in line for line in looked_at)


def recognise_markup(source: TextSource) -> MarkupFile | None:
    """An XML file of a kind that is known, as its first element tells; None for other files.

    Raises:
        CorpusError: it is XML of another kind.
    """
    with open_bytes(source) as file:
        start = file.read(_MARKUP_BYTES)
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[:2] in (b"<\0", b"\0<")
    text = start.replace(b"\0", b"").decode("latin-1") if wide else start.decode("latin-1")
    text = text.removeprefix("\xff\xfe").removeprefix("\xfe\xff").removeprefix("ï»¿").lstrip()
    if not text.startswith("<"):
        return None
    without_comments = re.sub(r"<!--.*?(-->|$)|<\?.*?\?>", "", text, flags=re.DOTALL)
    root = _ROOT.search(without_comments)
    name = root[1].lower() if root else ""
    if name in _WMT_ROOTS:
        return MarkupFile(source, MarkupKind.WMT)
    if name in set(MarkupKind):
        return MarkupFile(source, MarkupKind(name))
    if not text.startswith(("<?xml", "<!DOCTYPE")):
        return None  # a text may begin with a tag
    raise CorpusError(
        "{name} is XML with the root element {root}, which is not known.",
        hint="TMX, XLIFF, SDLXLIFF and WMT files can be imported.",
        name=source.name,
        root=f"<{name}>" if name else "missing",
    )
