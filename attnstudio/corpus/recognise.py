"""Which of the files that a person names belong together, and which side each is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from attnstudio.corpus.column_names import columns_by_name
from attnstudio.corpus.file_kinds import TABLE_ENDINGS, recognise_whole
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.sgm_segments import SGM_ENDINGS
from attnstudio.corpus.table import Table, TableFile, recognise_table
from attnstudio.corpus.text_source import (
    TextSource,
    is_folder,
    open_lines,
    text_sources,
    unreadable,
)
from attnstudio.errors import CorpusError

# What can be imported. All kinds answer to `texts`, `sides`, `swapped` and `batches`.
Importable = LineAlignedFiles | TableFile | MarkupFile

_SEPARATORS = re.compile(r"[._\-]")
_REGION = re.compile(r"[a-z]{2}|\d{3}|hans|hant|latn|cyrl|arab")
_ROLES = (frozenset({"src", "source"}), frozenset({"tgt", "trg", "target"}))
_SIDES_OF_TESTS = ("src", "ref")  # ``newstest2014-deen-src.de``, ``newstest2014-deen-ref.en``
_WHOLE_ENDINGS = (
    *TABLE_ENDINGS,
    *(".tmx", ".xlf", ".xliff", ".sdlxliff", ".po", ".jsonl", ".ndjson", ".xlsx", ".parquet"),
)
_UNSURE_ENDINGS = (".json", ".xml", ".mxliff", ".mqxliff", ".txlf")
_SPACES = re.compile(r"\S {3,}\S")
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

    A side is recognised by the last language code in the file's name (``train.de.gz``), or by
    ``source`` and ``target`` in it, and in a folder by the names of the folders in it; files
    without one are taken in the order they are given: source first. A file that a person names
    must be of use; of a folder or an archive, what is of no use is left out.

    Args:
        paths: files and folders.
        source_language: code of the source.
        target_language: code of the target.
        links: a file with gold links for one pair of text files.
        columns: source and target column of tables, where a person named them.
        encoding: the encoding of the texts, where a person named it.
        guess_columns: take the two longest columns where it is not clear which ones are meant.

    Raises:
        CorpusError: a file has no partner, is given twice, or both partners are of one language.
    """
    _refuse_repeated(paths)
    languages = (source_language, target_language)
    gathered = _Gathering(languages, columns, guess_columns=guess_columns)
    for path in paths:
        members = [replace(text, encoding=encoding) for text in _members(path)]
        if is_folder(path) or len(members) > 1:
            gathered.add_members(path, members)
        else:
            gathered.add_file(members[0], alone=len(paths) == 1)
    whole, texts = gathered.whole, gathered.texts
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
    return Recognised([*whole, *pairs], gathered.left_out)


class _Gathering:
    """Sorts files into those that hold both sides, those that hold one, and those of no use."""

    def __init__(
        self,
        languages: tuple[str, str],
        columns: tuple[str, str] | None,
        *,
        guess_columns: bool,
    ) -> None:
        self._languages, self._columns, self._guess = languages, columns, guess_columns
        self.whole: list[Importable] = []
        self.texts: list[TextSource] = []
        self.left_out: list[TextSource] = []

    def add_file(self, text: TextSource, *, alone: bool) -> None:
        """A file that a person named, alone or with others."""
        if not self._read(recognise_whole(text, by_content=alone)):
            self.texts.append(text)

    def add_members(self, path: Path, members: list[TextSource]) -> None:
        """What is in a folder or an archive."""
        useful, others = _useful(members, self._languages)
        _refuse_too_many(path, useful)
        for text in useful:
            if not self._read(recognise_whole(text, by_content=False)):
                is_side = _side(text, self._languages) is not None
                (self.texts if is_side else self.left_out).append(text)
        unknown = [text for text in others if not useful or _may_be_whole(text)]
        opened = {text for text in unknown[:_MOST_OPENED] if self._try(text)}
        if not useful and not opened:
            if len(members) != 2:
                raise _nothing_in(path, self._languages)
            self.texts += members
        else:
            self.left_out += [text for text in others if text not in opened]

    def _read(self, found: MarkupFile | Table | None) -> bool:
        if isinstance(found, MarkupFile):
            self.whole.append(found)
        elif found is not None:
            table = recognise_table(found, self._languages, self._columns, guess=self._guess)
            self.whole.append(table)
        return found is not None

    def _try(self, text: TextSource) -> bool:
        """Read a file of which nobody said anything, if its content tells what it is."""
        with suppress(CorpusError):
            found = recognise_whole(text, by_content=True)
            header = () if found is None or isinstance(found, MarkupFile) else found.header
            if not header or self._columns or columns_by_name(header, self._languages):
                return self._read(found)
        return False


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
            if name.startswith((".", "~$")):  # the latter are Office's, while a file is open
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
    """The last place where the parts of a name say a language, exactly or without its region.

    Where none does, a part such as ``source`` says the side.
    """
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
    for start in reversed(range(len(parts))):
        for side, role in enumerate(_ROLES):
            if parts[start] in role:
                return _LanguagePlace(side, start, start + 1)
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
    groups: dict[Path, list[TextSource]] = {}
    for text in found:
        folder = _folder(text)
        if _ends_with_language(text, languages):
            stem = _stem(_without_ending(text), languages)
            groups.setdefault(folder / stem, []).append(text)
        elif side_of(folder.name, languages) is not None and text not in useful:
            stem = _stem(folder.name, languages)
            groups.setdefault(folder.parent / stem / text.inner_name, []).append(text)
    for group in groups.values():
        # A text may lie there packed too; the plain one has the shorter name.
        sides = {_side(text, languages): text for text in sorted(group, key=_length, reverse=True)}
        if sides.keys() == {0, 1}:
            useful += [text for text in group if text in sides.values()]
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


def _length(text: TextSource) -> int:
    return len(text.name)


def _folder(text: TextSource) -> Path:
    return Path(text.member or text.path).parent


def _side(text: TextSource, languages: tuple[str, str]) -> int | None:
    """The side that a text's name says, or the name of the folder it lies in."""
    side = side_of(text.inner_name, languages)
    return side_of(_folder(text).name, languages) if side is None else side


def _may_be_whole(text: TextSource) -> bool:
    """Whether the name is that of a kind of file of which some hold pairs and some do not."""
    return text.inner_name.lower().endswith(_UNSURE_ENDINGS)


def _nothing_in(path: Path, languages: tuple[str, str]) -> CorpusError:
    return CorpusError(
        "There is nothing in {name} that could be {source} and {target}.",
        hint="It needs two texts whose names end in the languages' codes, or a table.",
        name=path.name,
        source=languages[0],
        target=languages[1],
    )


def _without_ending(text: TextSource) -> str:
    name = text.inner_name.lower()
    return next((name.removesuffix(e) for e in (".txt", *SGM_ENDINGS) if name.endswith(e)), name)


def _ends_with_language(source: TextSource, languages: tuple[str, str]) -> bool:
    parts = _parts(_without_ending(source))
    place = _language_place(parts, languages)
    return place is not None and place.end == len(parts)


def _partners(
    texts: Sequence[TextSource], languages: tuple[str, str]
) -> Iterable[tuple[TextSource, TextSource]]:
    if len(texts) == 1 and _has_columns_of_spaces(texts[0]):
        raise CorpusError(
            "{name} seems to be a table whose columns are filled up with spaces.",
            hint="Where they end is not sure: save it as CSV, or with tabs between the columns.",
            name=texts[0].name,
        )
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


def _has_columns_of_spaces(text: TextSource) -> bool:
    with open_lines(text) as lines:
        looked_at = [line for line in islice(lines, _LOOKED_AT_LINES) if line.strip()]
    return len(looked_at) > 1 and all(_SPACES.search(line) for line in looked_at)


def _sides(pair: tuple[TextSource, TextSource], languages: tuple[str, str]) -> LineAlignedFiles:
    first, second = pair
    sides = [side_of(text.inner_name, languages) for text in pair]
    if sides == [None, None] and _folder(first) != _folder(second):  # ``de/x.txt``, ``en/x.txt``
        sides = [_side(text, languages) for text in pair]
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
    parts = ["*" if part in _SIDES_OF_TESTS else part for part in _parts(name)]
    place = _language_place(parts, languages)
    return ".".join((*parts[: place.start], "*", *parts[place.end :])) if place else "*"
