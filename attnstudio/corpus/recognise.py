"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.delimited import find_dialect
from attnstudio.corpus.gettext_po import is_po
from attnstudio.corpus.json_records import recognise_json
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.markup import MarkupFile, MarkupKind
from attnstudio.corpus.parquet import MAGIC as PARQUET_MAGIC
from attnstudio.corpus.parquet import read_parquet
from attnstudio.corpus.spreadsheet import Spreadsheet, is_spreadsheet
from attnstudio.corpus.table import Table, TableFile, recognise_table
from attnstudio.corpus.text_source import (
    TextSource,
    is_folder,
    open_bytes,
    open_lines,
    open_seekable,
    text_sources,
    unreadable,
)
from attnstudio.errors import CorpusError

# What can be imported. All kinds answer to `texts`, `sides`, `swapped` and `batches`.
Importable = LineAlignedFiles | TableFile | MarkupFile

_SEPARATORS = re.compile(r"[._\-]")
_REGION = re.compile(r"[a-z]{2}|hans|hant|latn|cyrl|arab")
_TABLE_ENDINGS = (".tsv", ".tab", ".csv")
_WHOLE_ENDINGS = (
    *_TABLE_ENDINGS,
    *(".tmx", ".xlf", ".xliff", ".sdlxliff", ".po", ".jsonl", ".ndjson", ".xlsx", ".parquet"),
)
_START_BYTES = 1 << 14
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z]\w*)[\s/>]")
_WMT_ROOTS = ("dataset", "collection")
_OTHER_KINDS = (
    (b"%PDF", "a PDF document", "Save its text as a text file, one sentence a line."),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "Save the table as .xlsx or CSV."),
    (
        b"PK\x03\x04",
        "an archive inside an archive",
        "Unpack it and choose the files that you need.",
    ),
)
_LOOKED_AT_LINES = 20
_MOST_FILES = 200_000
_MOST_READ = 20_000  # each takes its place in the project file
_MOST_OPENED = 1_000  # of files whose names say nothing


class Recognised(NamedTuple):
    """What can be imported, and the files found in folders and archives that cannot."""

    items: list[Importable]
    left_out: list[TextSource]


def recognise(
    paths: Sequence[Path],
    source_language: str,
    target_language: str,
    links: Path | None = None,
    columns: tuple[str, str] | None = None,
    encoding: str = "",
    *,
    guess_columns: bool = False,
) -> Recognised:
    """Group files into translation files, tables and line-aligned pairs.

    A side is recognised by the last language code in the file's name (``train.de.gz``); files
    without one are taken in the order they are given: source first. A file that a person names
    must be of use; of a folder or an archive, what is of no use is left out.

    Args:
        paths: files and folders.
        source_language: code of the source.
        target_language: code of the target.
        links: a file with gold links for one pair of text files.
        columns: source and target column of tables, where a person named them.
        encoding: the encoding of the texts, where a person named it.
        guess_columns: take the first two columns where it is not clear which ones are meant.

    Raises:
        CorpusError: a file has no partner, is given twice, or both partners are of one language.
    """
    _refuse_repeated(paths)
    languages = (source_language, target_language)
    whole: list[Importable] = []
    texts: list[TextSource] = []
    left_out: list[TextSource] = []

    def read_whole(source: TextSource, *, by_content: bool) -> bool:
        found = recognise_whole(source, by_content=by_content)
        if isinstance(found, MarkupFile):
            whole.append(found)
        elif found is not None:
            whole.append(recognise_table(found, languages, columns, guess=guess_columns))
        return found is not None

    for path in paths:
        members = [replace(text, encoding=encoding) for text in _members(path)]
        if len(members) == 1 and not is_folder(path):
            nameless = side_of(members[0].inner_name, languages) is None or len(paths) == 1
            if not read_whole(members[0], by_content=len(paths) == 1 and nameless):
                texts += members
            continue
        useful, useless = _useful(members, languages)
        _refuse_too_many(path, useful)
        texts += [text for text in useful if not read_whole(text, by_content=False)]
        if not useful:
            opened = {text for text in members[:_MOST_OPENED] if _is_read(text, read_whole)}
            useless = [text for text in members if text not in opened]
            if not opened and len(members) == 2:
                texts, useless = [*texts, *members], []
            elif not opened:
                raise _nothing_in(path, languages)
        left_out += useless
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


def files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it, without hidden ones, in the names' order.

    Raises:
        CorpusError: there are more than 200,000, or a folder may not be looked into.
    """

    def refuse(error: OSError) -> None:
        raise unreadable(Path(error.filename).name, error) from error

    count = 0
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if name.startswith("."):
                continue
            count += 1
            if count > _MOST_FILES:
                raise CorpusError(
                    "{name} holds more than {most} files.",
                    hint="Choose the folder or the files that you need in it.",
                    name=folder.name,
                    most=_MOST_FILES,
                )
            yield Path(parent, name)


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


def _members(path: Path) -> list[TextSource]:
    """The texts of a file, an archive or a folder."""
    if not is_folder(path):
        return text_sources(path)
    members: list[TextSource] = []
    for file in filter(Path.is_file, files_in(path)):
        if file.suffix.lower() == ".zip":
            members += text_sources(file)
        else:
            members.append(TextSource(file))
    if not members:
        raise CorpusError(
            "There is no file in {name}.",
            hint="Choose two text files with one sentence a line, or a table.",
            name=path.name,
        )
    return members


def _useful(
    found: list[TextSource], languages: tuple[str, str]
) -> tuple[list[TextSource], list[TextSource]]:
    """What to read of a folder or an archive by the names, and the rest."""
    useful = [text for text in found if text.inner_name.lower().endswith(_WHOLE_ENDINGS)]
    groups: dict[str, list[TextSource]] = {}
    for text in found:
        if _ends_with_language(text, languages):
            folder = str(Path(text.member or text.path).parent)
            stem = _stem(text.inner_name.lower().removesuffix(".txt"), languages)
            groups.setdefault(f"{folder}/{stem}", []).append(text)
    for group in groups.values():
        if len(group) == 2 and {side_of(text.inner_name, languages) for text in group} == {0, 1}:
            useful += group
    chosen = set(useful)
    return useful, [text for text in found if text not in chosen]


def _refuse_too_many(path: Path, useful: Sequence[TextSource]) -> None:
    if len(useful) > _MOST_READ:
        raise CorpusError(
            "{name} holds {n} files to import, more than {most}.",
            hint="Join them to fewer and larger ones, or choose some of them.",
            name=path.name,
            n=len(useful),
            most=_MOST_READ,
        )


def _is_read(text: TextSource, read: Callable[..., bool]) -> bool:
    """Whether a file of which nobody said anything is of a kind that can be read."""
    try:
        return read(text, by_content=True)
    except CorpusError:
        return False


def _nothing_in(path: Path, languages: tuple[str, str]) -> CorpusError:
    return CorpusError(
        "There is nothing in {name} that could be {source} and {target}.",
        hint="It needs two texts whose names end in the languages' codes, or a table.",
        name=path.name,
        source=languages[0],
        target=languages[1],
    )


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
    grouped = {text for group in whole for text in group}
    rest = [text for text in texts if text not in grouped]
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


def recognise_whole(source: TextSource, *, by_content: bool) -> MarkupFile | Table | None:
    """A file that holds both sides; None for a text.

    Args:
        source: what to look into.
        by_content: whether a file counts as a table that only looks like one.

    Raises:
        CorpusError: it cannot be read, or is of a kind that no text has.
    """
    with open_bytes(source) as file:
        start = file.read(_START_BYTES)
    if start.startswith(PARQUET_MAGIC):
        return read_parquet(source)
    if start.startswith(b"PK\x03\x04"):
        with open_seekable(source) as archive:
            if is_spreadsheet(archive):
                return Spreadsheet(source)
    for magic, kind, hint in _OTHER_KINDS:
        if start.startswith(magic):
            raise CorpusError("{name} is {kind}.", hint=hint, name=source.name, kind=kind)
    markup = _recognise_markup(source, start)
    if markup is not None:
        return markup
    name = source.inner_name.lower()
    if name.endswith((".json", ".jsonl", ".ndjson")) or by_content:
        json = recognise_json(source)
        if json is not None:
            return json
    if name.endswith((".po", ".pot")) or (by_content and is_po(source)):
        return MarkupFile(source, MarkupKind.PO)
    return find_dialect(source) if _is_table(source, by_content=by_content) else None


def _is_table(source: TextSource, *, by_content: bool) -> bool:
    if source.inner_name.lower().endswith(_TABLE_ENDINGS):
        return True
    if not by_content:
        return False
    with open_lines(source) as lines:
        looked_at = ["\t" in line for line in islice(lines, _LOOKED_AT_LINES) if line]
    return bool(looked_at) and all(looked_at)


def _recognise_markup(source: TextSource, start: bytes) -> MarkupFile | None:
    """An XML file of a kind that is known, as its first element tells; None for other files."""
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
    if name in (MarkupKind.TMX, MarkupKind.XLIFF):
        return MarkupFile(source, MarkupKind(name))
    if not text.startswith(("<?xml", "<!DOCTYPE")):
        return None  # a text may begin with a tag
    raise CorpusError(
        "{name} is XML with the root element {root}, which is not known.",
        hint="TMX, XLIFF, SDLXLIFF and WMT files can be imported.",
        name=source.name,
        root=f"<{name}>" if name else "missing",
    )
