"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.tab_separated import TabSeparatedFile
from attnstudio.corpus.text_source import TextSource, open_lines, text_sources
from attnstudio.errors import CorpusError

Importable = LineAlignedFiles | TabSeparatedFile

_SEPARATORS = re.compile(r"[._\-]")
_LOOKED_AT_LINES = 20


def recognise(
    paths: Sequence[Path],
    source_language: str,
    target_language: str,
    links: Path | None = None,
) -> list[Importable]:
    """Group files into tables and line-aligned pairs.

    A side is recognised by the last language code in the file's name (``train.de.gz``); files
    without one are taken in the order they are given: source first.

    Raises:
        CorpusError: a file has no partner, or both partners are of one language.
    """
    tables: list[Importable] = []
    texts: list[TextSource] = []
    for source in (source for path in paths for source in text_sources(path)):
        if _is_table(source, alone=len(paths) == 1):
            tables.append(_table(source, source_language, target_language))
        else:
            texts.append(source)
    languages = (source_language, target_language)
    pairs = [_sides(pair, languages) for pair in _partners(texts, languages)]
    if links is not None:
        if tables or len(pairs) != 1:
            raise CorpusError(
                "{links} belongs to one pair of text files, but {n} were given.",
                hint="Import each pair of files with its links by itself.",
                links=links.name,
                n=len(pairs) + len(tables),
            )
        pairs = [pairs[0]._replace(links=text_sources(links)[0])]
    return [*tables, *pairs]


def side_of(name: str, languages: tuple[str, str]) -> int | None:
    """0 for a file of the source language, 1 for the target's, None when its name does not say."""
    for part in reversed(_SEPARATORS.split(name.lower())):
        for side, language in enumerate(languages):
            if part == language.lower() or part == _SEPARATORS.split(language.lower())[0]:
                return side
    return None


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
    if all(len(group) == 2 for group in groups.values()):
        return [(first, second) for first, second in groups.values()]
    return list(zip(texts[::2], texts[1::2], strict=True))


def _sides(pair: tuple[TextSource, TextSource], languages: tuple[str, str]) -> LineAlignedFiles:
    first, second = pair
    sides = side_of(first.inner_name, languages), side_of(second.inner_name, languages)
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
    parts = _SEPARATORS.split(name.lower())
    for index in reversed(range(len(parts))):
        if side_of(parts[index], languages) is not None:
            return ".".join((*parts[:index], "*", *parts[index + 1 :]))
    return "*"


def _is_table(source: TextSource, *, alone: bool) -> bool:
    if source.inner_name.lower().endswith((".tsv", ".tab")):
        return True
    if not alone or source.member is not None:
        return False
    with open_lines(source) as lines:
        looked_at = [line for line in islice(lines, _LOOKED_AT_LINES) if line]
    return bool(looked_at) and all("\t" in line for line in looked_at)


def _table(source: TextSource, source_language: str, target_language: str) -> TabSeparatedFile:
    with open_lines(source) as lines:
        first = (next(lines, "") or "").lower().split("\t")
    names = [cell.strip() for cell in first]
    languages = (source_language.lower(), target_language.lower())
    if all(language in names for language in languages):
        columns = [names.index(language) for language in languages]
        return TabSeparatedFile(source, columns[0], columns[1], has_header=True)
    return TabSeparatedFile(source)
