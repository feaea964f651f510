"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.tab_separated import TabSeparatedFile
from attnstudio.corpus.text_source import TextSource, open_lines, text_sources
from attnstudio.errors import CorpusError

Importable = LineAlignedFiles | TabSeparatedFile

_SEPARATORS = re.compile(r"[._\-]")
_REGION = re.compile(r"[a-z]{2}|hans|hant|latn|cyrl|arab")
_TABLE_ENDINGS = (".tsv", ".tab")
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
) -> Recognised:
    """Group files into tables and line-aligned pairs.

    A side is recognised by the last language code in the file's name (``train.de.gz``); files
    without one are taken in the order they are given: source first.

    Raises:
        CorpusError: a file has no partner, is given twice, or both partners are of one language.
    """
    _refuse_repeated(paths)
    languages = (source_language, target_language)
    tables: list[Importable] = []
    texts: list[TextSource] = []
    left_out: list[TextSource] = []
    for path in paths:
        members = text_sources(path)
        useful = _useful(members, languages)
        left_out += [member for member in members if member not in useful]
        for source in useful:
            nameless = len(useful) == 1 or side_of(source.inner_name, languages) is None
            if _is_table(source, by_content=len(paths) == 1 and nameless):
                tables.append(_table(source, languages))
            else:
                texts.append(source)
    pairs = [_sides(pair, languages) for pair in _partners(texts, languages)]
    if links is not None:
        if tables or len(pairs) != 1:
            raise CorpusError(
                "{links} belongs to one pair of text files, but {n} pairs and {m} tables were "
                "given.",
                hint="Import each pair of files with its links by itself.",
                links=links.name,
                n=len(pairs),
                m=len(tables),
            )
        pairs = [pairs[0]._replace(links=text_sources(links)[0])]
    return Recognised([*tables, *pairs], left_out)


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


def _table(source: TextSource, languages: tuple[str, str]) -> TabSeparatedFile:
    with open_lines(source) as lines:
        names = [_SEPARATORS.sub("-", cell.strip().lower()) for cell in next(lines, "").split("\t")]
    for header in (
        ("source", "target"),
        [_SEPARATORS.sub("-", code.lower()) for code in languages],
    ):
        if all(name in names for name in header):
            source_column, target_column = map(names.index, header)
            return TabSeparatedFile(source, source_column, target_column, has_header=True)
    return TabSeparatedFile(source)
