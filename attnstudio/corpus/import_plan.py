"""What files seem to be, before anything is written: languages, sides, splits, a preview."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from attnstudio.corpus.import_report import Problem
from attnstudio.corpus.language_guess import guess_language, is_language_code
from attnstudio.corpus.markup import languages_of
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.recognise import Importable, recognise, recognise_markup
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.corpus.text_source import TextSource, open_lines, text_sources
from attnstudio.errors import CorpusError

PREVIEWED = 100
_MOST_FILES = 2_000
_LOOKED_AT_LINES = 200
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
        preview: the first pairs.
    """

    item: Importable
    split: Split
    preview: tuple[SentencePair, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What can be imported.

    Attributes:
        paths: the files that were given, folders opened.
        languages: codes of source and target; empty where nothing tells them.
        files: what is read together, in the order of the names.
        left_out: names of what is neither a side nor a table.
    """

    paths: tuple[Path, ...]
    languages: tuple[str, str]
    files: tuple[PlannedFiles, ...]
    left_out: tuple[str, ...]


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
    known = languages or languages_by_name(files) or _languages_by_content(files)
    codes = known or ("src", "tgt")
    found = recognise(files, *codes)
    planned = [PlannedFiles(item, _split_of(item), _preview(item, codes)) for item in found.items]
    return ImportPlan(
        tuple(files),
        known or ("", ""),
        tuple(planned),
        tuple(text.name for text in found.left_out),
    )


def _files_of(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = (file for file in sorted(path.rglob("*")) if file.is_file())
        shown = (file for file in inside if not file.name.startswith("."))
        yield from islice(shown, _MOST_FILES)


def _name_parts(path: Path) -> list[str]:
    return _PARTS.split(path.name.lower())


def _languages_by_content(files: Sequence[Path]) -> tuple[str, str] | None:
    """Two texts, or two columns of one table, whose words or letters tell their languages."""
    texts = [text for file in files[:2] for text in text_sources(file)][:2]
    markup = recognise_markup(texts[0])
    if markup is not None:
        return languages_of(markup)
    sides: list[list[str]]
    if len(texts) == 1:
        rows = [line.split("\t") for line in _first_lines(texts[0]) if "\t" in line]
        sides = [[row[0] for row in rows], [row[1] for row in rows]] if rows else []
    else:
        sides = [_first_lines(text) for text in texts]
    guessed = [guess_language(" ".join(side)) for side in sides]
    if len(guessed) != 2 or not all(guessed) or guessed[0] == guessed[1]:
        return None
    return str(guessed[0]), str(guessed[1])


def _first_lines(text: TextSource) -> list[str]:
    with open_lines(text) as lines:
        return list(islice(lines, _LOOKED_AT_LINES))


def _split_of(item: Importable) -> Split:
    text = item.sides[0]
    names = [*_PARTS.split(text.inner_name.lower()), *_name_parts(text.path)]
    return next((_SPLITS[name] for name in names if name in _SPLITS), Split.TRAIN)


def _preview(item: Importable, languages: tuple[str, str]) -> tuple[SentencePair, ...]:
    first = islice(item.records(languages), 2 * PREVIEWED)
    return tuple(record for record in first if not isinstance(record, Problem))[:PREVIEWED]
