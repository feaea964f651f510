"""The texts in a file: itself, or the members of an archive, which no stranger's may overfill."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from attnstudio.corpus.text_source import TextSource
from attnstudio.corpus.unpacking import (
    UNREADABLE,
    is_folder,
    most_unpacked,
    refuse_device,
    too_large,
    unreadable,
)
from attnstudio.errors import CorpusError

_ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_MEMBERS = 100_000
_WORKBOOK = "xl/workbook.xml"  # an .xlsx is an archive that is one file to a person
_DOCUMENTS = ("word/document.xml", "META-INF/manifest.xml", "ppt/presentation.xml")
_SYMLINK = 0o120000
_FILE_KIND = 0o170000


def text_sources(path: Path) -> list[TextSource]:
    """The texts in a file: itself, or the members of a zip archive.

    Raises:
        CorpusError: there is no such file, or the archive is damaged or empty.
    """
    if is_folder(path):
        raise CorpusError("{path} is a folder.", hint="Name the files in it.", path=path)
    refuse_device(path)
    if not path.is_file():
        raise CorpusError(
            "There is no file {path}.", hint="Check the name and the folder.", path=path
        )
    if not _is_archive(path):
        return [TextSource(path)]
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except UNREADABLE as error:
        raise unreadable(path.name, error) from error
    members = [
        TextSource(path, part.filename)
        for part in parts
        if not part.is_dir() and not _is_hidden(part.filename) and not _is_link(part)
    ]
    if any(member.member == _WORKBOOK for member in members):
        return [TextSource(path)]
    if any(member.member in _DOCUMENTS for member in members):
        raise CorpusError(
            "{name} is a document of a word processor or of a spreadsheet program.",
            hint="Save its text as a text file, or its table as .xlsx or CSV.",
            name=path.name,
        )
    if len(members) > _MOST_MEMBERS:
        raise CorpusError(
            "{name} holds {n} files, more than {most}.",
            hint="Unpack it and choose the files that you need.",
            name=path.name,
            n=len(members),
            most=_MOST_MEMBERS,
        )
    if not members:
        raise CorpusError(
            "{name} has no files in it.", hint="Put the two text files into it.", name=path.name
        )
    _refuse_bomb(path, parts)
    return members


def _refuse_bomb(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Of an archive: no more of a member is read than it says that it has."""
    size = path.stat().st_size
    if sum(part.compress_size for part in parts) > size:
        raise CorpusError(
            "{name} is refused: the files in it lie on top of each other.",
            hint="No program packs so. Get the archive again from where it comes from.",
            name=path.name,
        )
    if sum(part.file_size for part in parts) > most_unpacked(size):
        raise too_large(path.name)


def _is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, by its first bytes; or calls itself one."""
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP_STARTS or path.suffix.lower() == ".zip"
    except OSError as error:
        raise unreadable(path.name, error) from error


def _is_hidden(member: str) -> bool:
    path = PurePosixPath(member)
    return "__MACOSX" in path.parts or path.name.startswith(".")


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & _FILE_KIND == _SYMLINK
