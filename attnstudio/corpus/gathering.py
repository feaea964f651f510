"""The files that a person gave, with those in folders and archives: whole ones, sides, the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from attnstudio.corpus.archives import text_sources
from attnstudio.corpus.column_names import columns_by_name
from attnstudio.corpus.file_kinds import TABLE_ENDINGS, recognise_whole
from attnstudio.corpus.markup import MarkupFile
from attnstudio.corpus.paired_files import is_keyed
from attnstudio.corpus.pairing import side_of_text, sides_among
from attnstudio.corpus.spreadsheet import Spreadsheet
from attnstudio.corpus.table import Table, TableFile, recognise_table
from attnstudio.corpus.text_source import TextSource
from attnstudio.corpus.unpacking import is_folder, unreadable
from attnstudio.corpus.workbook import find_sheets
from attnstudio.errors import CorpusError

_WHOLE_ENDINGS = (
    *TABLE_ENDINGS,
    *(".tmx", ".xlf", ".xliff", ".sdlxliff", ".po", ".jsonl", ".ndjson", ".xlsx", ".parquet"),
)
_UNSURE_ENDINGS = (".json", ".xml", ".mxliff", ".mqxliff", ".txlf")
_MOST_FILES = 200_000
_MOST_READ = 20_000  # each takes its place in the project file
_MOST_OPENED = 1_000  # of files whose names say nothing


class Gathering:
    """Sorts files into those that hold both sides, those that hold one, and those of no use."""

    def __init__(
        self,
        languages: tuple[str, str],
        columns: tuple[str, str] | None,
        count_bytes: Callable[[int], None],
        *,
        guess: bool,
    ) -> None:
        self._languages, self._columns, self._guess = languages, columns, guess
        self._count_bytes = count_bytes
        self.whole: list[TableFile | MarkupFile] = []
        self.texts: list[TextSource] = []
        self.left_out: list[TextSource] = []
        self.notices: list[str] = []

    def add_file(self, text: TextSource, *, alone: bool) -> None:
        """A file that a person named, alone or with others."""
        if is_keyed(text) or not self._read(self._whole(text, by_content=alone)):
            self.texts.append(text)

    def add_members(self, path: Path, members: list[TextSource]) -> None:
        """What is in a folder or an archive."""
        useful, others = _useful(members, self._languages)
        _refuse_too_many(path, useful)
        for text in useful:
            if is_keyed(text):
                self.texts.append(text)
            elif not self._read(self._whole(text, by_content=False)):
                is_side = side_of_text(text, self._languages) is not None
                (self.texts if is_side else self.left_out).append(text)
        unknown = [text for text in others if not useful or _may_be_whole(text)]
        opened = {text for text in unknown[:_MOST_OPENED] if self._try(text)}
        if not useful and not opened:
            if len(members) != 2:
                raise _nothing_in(path, self._languages)
            self.texts += members
        else:
            self.left_out += [text for text in others if text not in opened]

    def _whole(self, text: TextSource, *, by_content: bool) -> MarkupFile | Table | None:
        return recognise_whole(text, by_content=by_content, count_bytes=self._count_bytes)

    def _read(self, found: MarkupFile | Table | None) -> bool:
        if isinstance(found, MarkupFile):
            self.whole.append(found)
        elif isinstance(found, Spreadsheet):
            sheets = find_sheets(found.text, self._languages, self._columns, guess=self._guess)
            self.whole += sheets.items
            if sheets.left_out:
                names = ", ".join(sheets.left_out)
                self.notices.append(f"Sheets of {found.text.name} left out: {names}.")
        elif found is not None:
            table = recognise_table(found, self._languages, self._columns, guess=self._guess)
            self.whole.append(table)
        return found is not None

    def _try(self, text: TextSource) -> bool:
        """Read a file of which nobody said anything, if its content tells what it is."""
        with suppress(CorpusError):
            found = self._whole(text, by_content=True)
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


def refuse_repeated(paths: Sequence[Path]) -> None:
    """Refuse files of which one is given twice."""
    seen: set[Path] = set()
    for path in paths:
        resolved = path.resolve()
        if resolved in seen:
            raise CorpusError(
                "{name} was given twice.", hint="Name each file once.", name=path.name
            )
        seen.add(resolved)


def members_of(path: Path) -> list[TextSource]:
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
    known = set(useful)
    useful += sides_among([text for text in found if text not in known], languages)
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
