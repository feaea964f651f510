"""What files seem to be, before anything is written: languages, sides, splits, a preview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePath, PurePosixPath

from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.batches import RawPairs
from attnstudio.corpus.column_names import languages_named
from attnstudio.corpus.column_texts import Row
from attnstudio.corpus.delimited import DelimitedText
from attnstudio.corpus.encoding import Encoding
from attnstudio.corpus.file_kinds import recognise_whole
from attnstudio.corpus.gathering import files_in
from attnstudio.corpus.import_report import Problem
from attnstudio.corpus.json_records import JsonTable
from attnstudio.corpus.language_codes import are_same_languages
from attnstudio.corpus.language_guess import guess_language
from attnstudio.corpus.line_aligned import LineAlignedFiles
from attnstudio.corpus.markup import MarkupFile, languages_of
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.recognise import Importable, recognise
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.side_names import languages_by_name, split_by_name
from attnstudio.corpus.spreadsheet import Spreadsheet, sheets_of
from attnstudio.corpus.swapped_sides import sides_look_swapped
from attnstudio.corpus.table import Table, TableFile, columns_in_doubt, first_rows, recognise_table
from attnstudio.corpus.text_source import TextSource, encoding_of, ignore_bytes, open_lines
from attnstudio.corpus.unpacking import is_folder
from attnstudio.errors import CorpusError

PREVIEWED = 100
_PREVIEWED_FILES = 20
_ASKED_FILES = 20
_SHOWN_PROBLEMS = 3
_LOOKED_AT_LINES = 200
_LOOKED_AT_CHARACTERS = 1 << 16  # of a line


@dataclass(frozen=True, slots=True)
class PlannedFiles:
    """Files that are read together.

    Attributes:
        item: which text is which side.
        split: what their pairs seem to be for.
        preview: the first pairs; none of files after the first twenty.
        rows: the first rows of a table with more than two columns, the names of the columns first
            where it has any; they are there to choose the columns by.
        encodings: how its texts were read, where that had to be found out.
        problems: why there is no preview, where records were read and none is a pair.
        is_previewed: whether its first pairs were looked for.
        looks_swapped: whether its sides do, where there is no preview to see it.
        has_unsure_columns: whether the columns of a table were guessed and may be no two sides.
    """

    item: Importable
    split: Split
    preview: tuple[SentencePair, ...]
    rows: tuple[Row, ...] = ()
    encodings: tuple[Encoding, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_previewed: bool = False
    looks_swapped: bool = False
    has_unsure_columns: bool = False

    def with_columns(self, source: int, target: int) -> PlannedFiles:
        """The same table with other columns; the preview comes from its first rows."""
        assert isinstance(self.item, TableFile)
        item = self.item._replace(source_column=source, target_column=target)
        named = item.has_header or bool(item.table.header)
        needed = max(source, target)
        raw = RawPairs(item.table.text.name, counted=item.table.counted)
        for number, row in enumerate(self.rows[named:], start=1):
            if len(row) > needed:
                raw.add(number, row[source], row[target])
        batch = raw.take()
        problems = tuple(batch.problems[:_SHOWN_PROBLEMS])
        return replace(self, item=item, preview=tuple(batch.pairs()), problems=problems)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What can be imported.

    Attributes:
        paths: the files that were given, folders opened.
        languages: codes of source and target; empty where nothing tells them.
        files: what is read together, in the order of the names.
        left_out: names of what is neither a side nor a table.
        languages_found: all the languages that the first file says it has, where it says so.
        notices: sentences about what else was found.
    """

    paths: tuple[Path, ...]
    languages: tuple[str, str]
    files: tuple[PlannedFiles, ...]
    left_out: tuple[str, ...]
    languages_found: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def project_among(paths: Sequence[Path]) -> Path | None:
    """The project folder, if that is what was given."""
    if len(paths) != 1:
        return None
    folder = paths[0].parent if paths[0].name == "project.toml" else paths[0]
    return folder if (folder / "project.toml").is_file() else None


def plain_texts(item: Importable) -> tuple[TextSource, ...]:
    """Those of its texts that do not say themselves which encoding they are in."""
    is_plain = isinstance(item, LineAlignedFiles) or (
        isinstance(item, TableFile) and isinstance(item.table, DelimitedText | JsonTable)
    )
    return item.texts if is_plain else ()


def plan_import(
    paths: Sequence[Path],
    languages: tuple[str, str] | None = None,
    encoding: str = "",
    *,
    may_be_others: bool = False,
    count_bytes: Callable[[int], None] = ignore_bytes,
) -> ImportPlan:
    """Look into files: which belong together, in which languages, for which split.

    Args:
        paths: files and folders.
        languages: source and target where they are known.
        may_be_others: whether these only are likely, so that names of files that say others are
            believed.
        encoding: of the texts, where a person named it.
        count_bytes: told how many more bytes were read; may raise to end it.

    Raises:
        CorpusError: there is nothing to import among them.
    """
    files = list(_files_of(paths))
    if not files:
        raise CorpusError(
            "There is no file to import in {name}.",
            hint="Choose two text files with one sentence a line, or a table.",
            name=", ".join(path.name for path in paths),
        )
    if languages is not None and may_be_others:
        named = languages_by_name([path for path in paths if path.is_file()])
        languages = named if named and not are_same_languages(named, languages) else languages
    texts = list(_texts_of(files))
    said = _languages_in(texts, count_bytes)
    known = (
        languages
        or languages_by_name([PurePath(text.member or text.path.name) for text in texts])
        or languages_by_name([PurePath(text.member or text.path).parent for text in texts])
        or languages_by_name(files)
        or (said[:2] if len(said) > 1 else ())
        or _languages_by_content(files, count_bytes)
    )
    codes = (known[0], known[1]) if len(known) == 2 else ("src", "tgt")
    found = recognise(paths, *codes, encoding=encoding, guess=True, count_bytes=count_bytes)
    planned = [
        _planned(item, codes, paths, previewed=number < _PREVIEWED_FILES and _is_clear(item, known))
        for number, item in enumerate(found.items)
    ]
    return ImportPlan(
        tuple(files),
        codes if known else ("", ""),
        tuple(planned),
        tuple(text.name for text in found.left_out),
        said,
        found.notices,
    )


def _is_clear(item: Importable, languages: Sequence[str]) -> bool:
    """Whether it is known which texts of a file are its pairs."""
    return bool(languages) or not isinstance(item, MarkupFile) or not languages_of(item)


def _planned(
    item: Importable, languages: tuple[str, str], paths: Sequence[Path], *, previewed: bool
) -> PlannedFiles:
    rows: tuple[Row, ...] = ()
    is_unsure = False
    if isinstance(item, TableFile):
        is_unsure = columns_in_doubt(item, languages)
        head = (item.table.header,) if item.table.header else ()
        rows = (*head, *first_rows(item.table))
        if max(map(len, rows), default=0) <= 2:
            rows = ()
    preview, problems = _preview(item, languages) if previewed else ((), ())
    encodings = dict.fromkeys(map(encoding_of, plain_texts(item))) if previewed else ()
    return PlannedFiles(
        item,
        split_of(item, paths),
        preview,
        rows,
        tuple(encodings),
        problems,
        is_previewed=previewed,
        looks_swapped=not previewed and sides_look_swapped(item, languages),
        has_unsure_columns=is_unsure,
    )


def _files_of(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if is_folder(path):
            yield from files_in(path)
        else:
            yield path


def _texts_of(files: Iterable[Path]) -> Iterator[TextSource]:
    """The files, archives opened; an archive in a folder is one by its name."""
    for file in files:
        if file.suffix.lower() == ".zip":
            yield from text_sources(file)
        else:
            yield TextSource(file)


def _languages_in(
    texts: Sequence[TextSource], count_bytes: Callable[[int], None]
) -> tuple[str, ...]:
    """The languages that the first file to name any has, the two commonest first."""
    for text in texts[:_ASKED_FILES]:
        with suppress(CorpusError):  # said where it is read
            found = recognise_whole(text, by_content=len(texts) == 1, count_bytes=count_bytes)
            if said := _languages_of(found):
                return said
    return ()


def _languages_of(found: MarkupFile | Table | None) -> tuple[str, ...]:
    if isinstance(found, MarkupFile):
        return languages_of(found)
    if found is None:
        return ()
    tables = sheets_of(found.text) if isinstance(found, Spreadsheet) else [found]
    for table in tables:
        head = table.header or (first_rows(table) or ((),))[0]
        if len(named := languages_named(head)) > 1:
            return named
    return ()


def _languages_by_content(
    files: Sequence[Path], count_bytes: Callable[[int], None]
) -> tuple[str, ...]:
    """Two texts, or two columns of one table, whose words or letters tell their languages."""
    texts = [text for file in files[:2] for text in text_sources(file)][:2]
    whole = None
    if len(texts) == 1:
        whole = recognise_whole(texts[0], by_content=True, count_bytes=count_bytes)
    sides: list[list[str]]
    if whole is None:
        sides = [_first_lines(text) for text in texts]
    elif isinstance(whole, MarkupFile):
        return ()
    else:
        table = recognise_table(whole, ("src", "tgt"), guess=True)
        columns = table.source_column, table.target_column
        rows = [row for row in first_rows(whole) if len(row) > max(columns)]
        sides = [[row[column] for row in rows] for column in columns]
    guessed = [guess_language(" ".join(side)) for side in sides]
    if len(guessed) != 2 or not all(guessed) or guessed[0] == guessed[1]:
        return ()
    return str(guessed[0]), str(guessed[1])


def _first_lines(text: TextSource) -> list[str]:
    with open_lines(text) as lines:
        return [line[:_LOOKED_AT_CHARACTERS] for line in islice(lines, _LOOKED_AT_LINES)]


def split_of(item: Importable, paths: Sequence[Path]) -> Split:
    """What the name of a file says, or of a folder around it that was given or lies in one."""
    text = item.sides[0]
    given = next((path for path in paths if path == text.path or path in text.path.parents), None)
    folders = text.path.relative_to(given).parts[-2::-1] if given else ()
    member = PurePosixPath(text.member or "").parts[-2::-1]
    names = [text.inner_name, *member, text.path.name, *folders]
    return split_by_name(names) or Split.TRAIN


def _preview(
    item: Importable, languages: tuple[str, str]
) -> tuple[tuple[SentencePair, ...], tuple[Problem, ...]]:
    """The first pairs, and the first records that are none."""
    # Two batches, so that what is wrong at the end of a short file is found at once.
    first = list(islice(item.batches(languages), 2))
    pairs = [pair for batch in first for pair in islice(batch.pairs(), PREVIEWED)]
    problems = [p for batch in first for p in batch.problems if not p.reason.is_mended]
    return tuple(pairs[:PREVIEWED]), tuple(problems[:_SHOWN_PROBLEMS])
