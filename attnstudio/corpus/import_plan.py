"""What files seem to be, before anything is written: languages, sides, splits, a preview."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from attnstudio.corpus.batches import RawPairs
from attnstudio.corpus.language_guess import guess_language, is_language_code
from attnstudio.corpus.markup import MarkupFile, languages_of
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.recognise import Importable, files_in, recognise, recognise_whole
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.table import Row, TableFile, first_rows, recognise_table
from attnstudio.corpus.text_source import TextSource, is_folder, open_lines, text_sources
from attnstudio.errors import CorpusError

PREVIEWED = 100
_PREVIEWED_FILES = 20
_LOOKED_AT_LINES = 200
_LOOKED_AT_CHARACTERS = 1 << 16  # of a line
_PARTS = re.compile(r"[._\-\s]+")
_SPLITS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "valid": Split.VALID,
    "validation": Split.VALID,
    "val": Split.VALID,
    "dev": Split.VALID,
    "test": Split.TEST,
}


@dataclass(frozen=True, slots=True)
class PlannedFiles:
    """Files that are read together.

    Attributes:
        item: which text is which side.
        split: what their pairs seem to be for.
        preview: the first pairs; none of files after the first twenty.
        rows: the first rows of a table with more than two columns, the names of the columns first
            where it has any; they are there to choose the columns by.
    """

    item: Importable
    split: Split
    preview: tuple[SentencePair, ...]
    rows: tuple[Row, ...] = ()

    def with_columns(self, source: int, target: int) -> PlannedFiles:
        """The same table with other columns; the preview comes from its first rows."""
        assert isinstance(self.item, TableFile)
        item = self.item._replace(source_column=source, target_column=target)
        named = item.has_header or bool(item.table.header)
        needed = max(source, target)
        raw = RawPairs(item.table.text.name)
        for number, row in enumerate(self.rows[named:], start=1):
            if len(row) > needed:
                raw.add(number, row[source], row[target])
        return replace(self, item=item, preview=tuple(raw.take().pairs()))


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What can be imported.

    Attributes:
        paths: the files that were given, folders opened.
        languages: codes of source and target; empty where nothing tells them.
        files: what is read together, in the order of the names.
        left_out: names of what is neither a side nor a table.
        languages_found: all the languages that the first file says it has, where it says so.
    """

    paths: tuple[Path, ...]
    languages: tuple[str, str]
    files: tuple[PlannedFiles, ...]
    left_out: tuple[str, ...]
    languages_found: tuple[str, ...] = ()


def project_among(paths: Sequence[Path]) -> Path | None:
    """The project folder, if that is what was given."""
    if len(paths) != 1:
        return None
    folder = paths[0].parent if paths[0].name == "project.toml" else paths[0]
    return folder if (folder / "project.toml").is_file() else None


def languages_by_name(paths: Sequence[Path]) -> tuple[str, str] | None:
    """Source and target as the names say: ``train.en`` beside ``train.de``, or ``x.en-de.tsv``.

    A pair of codes in a name gives the order; else the order is that of the files, English first.
    """
    pairs, lasts = [], []
    for path in paths:
        codes = [part for part in _name_parts(path) if is_language_code(part)]
        pairs += [
            tuple(codes[i : i + 2]) for i in range(len(codes) - 1) if codes[i] != codes[i + 1]
        ]
        lasts += codes[-1:]
    found = list(dict.fromkeys(lasts))
    for first, second in pairs:
        if len(found) < 2 or {first, second} == set(found):
            return first, second
    if len(found) != 2:
        return None
    first, second = found
    return (second, first) if second == "en" else (first, second)


def plan_import(paths: Sequence[Path], languages: tuple[str, str] | None = None) -> ImportPlan:
    """Look into files: which belong together, in which languages, for which split.

    Args:
        paths: files and folders.
        languages: source and target where they are known.

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
    said = _languages_in(files)
    known = (
        languages
        or languages_by_name(files)
        or (said[:2] if len(said) > 1 else ())
        or _languages_by_content(files)
    )
    codes = (known[0], known[1]) if len(known) == 2 else ("src", "tgt")
    found = recognise(paths, *codes, guess_columns=True)
    planned = [
        _planned(item, codes, previewed=number < _PREVIEWED_FILES)
        for number, item in enumerate(found.items)
    ]
    return ImportPlan(
        tuple(files),
        codes if known else ("", ""),
        tuple(planned),
        tuple(text.name for text in found.left_out),
        said,
    )


def _planned(item: Importable, languages: tuple[str, str], *, previewed: bool) -> PlannedFiles:
    rows: tuple[Row, ...] = ()
    if isinstance(item, TableFile):
        head = (item.table.header,) if item.table.header else ()
        rows = (*head, *first_rows(item.table))
        if max(map(len, rows), default=0) <= 2:
            rows = ()
    preview = _preview(item, languages) if previewed else ()
    return PlannedFiles(item, _split_of(item), preview, rows)


def _files_of(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if is_folder(path):
            yield from files_in(path)
        else:
            yield path


def _name_parts(path: Path) -> list[str]:
    return _PARTS.split(path.name.lower())


def _languages_in(files: Sequence[Path]) -> tuple[str, ...]:
    """The languages that the first file names, the two commonest first; empty where it has none."""
    texts = text_sources(files[0])
    if len(texts) != 1:
        return ()
    found = recognise_whole(texts[0], by_content=len(files) == 1)
    if isinstance(found, MarkupFile):
        return languages_of(found)
    if found is None:
        return ()
    head = found.header or (first_rows(found, 1) or ((),))[0]
    codes = [name.strip().rpartition(".")[2] for name in head]
    named = tuple(code.lower() for code in codes if is_language_code(code.split("-")[0]))
    return named if len(named) > 1 else ()  # a column "id" holds no Indonesian


def _languages_by_content(files: Sequence[Path]) -> tuple[str, ...]:
    """Two texts, or two columns of one table, whose words or letters tell their languages."""
    texts = [text for file in files[:2] for text in text_sources(file)][:2]
    whole = recognise_whole(texts[0], by_content=True) if len(texts) == 1 else None
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


def _split_of(item: Importable) -> Split:
    text = item.sides[0]
    names = [*_PARTS.split(text.inner_name.lower()), *_name_parts(text.path)]
    return next((_SPLITS[name] for name in names if name in _SPLITS), Split.TRAIN)


def _preview(item: Importable, languages: tuple[str, str]) -> tuple[SentencePair, ...]:
    # Two batches, so that what is wrong at the end of a short file is found at once.
    first = islice(item.batches(languages), 2)
    pairs = [pair for batch in first for pair in islice(batch.pairs(), PREVIEWED)]
    return tuple(pairs[:PREVIEWED])
