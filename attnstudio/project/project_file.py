"""``project.toml``: what a project knows of itself, and the copies that are kept of it."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from attnstudio import names
from attnstudio.config import CleaningConfig, ContentHash, LanguageCode
from attnstudio.config_text import to_toml
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.errors import ProjectError, StorageError
from attnstudio.files import read_small, replace, write_bytes
from attnstudio.storage_errors import READ, storing

FORMAT = 1
NAME = "project.toml"
BACKUPS = 3
_SPLIT_SEED = 1
_MOST = 2**62

_Count = Annotated[int, Field(ge=0, le=_MOST)]
_FilesHash = Annotated[str, AfterValidator(names.files_hash)]


def _nothing_or_a_hash(name: str) -> str:
    return names.content_hash(name) if name else name


def _nothing_or_a_run(name: str) -> str:
    return names.run_name(name) if name else name


class ImportedFiles(BaseModel):
    """One import, as ``project.toml`` remembers it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: tuple[str, ...]
    sha256: _FilesHash
    split: Split
    pairs: _Count
    dropped: _Count


class AppliedCleaning(BaseModel):
    """One cleaning, as ``project.toml`` remembers it.

    Attributes:
        config: what was dropped.
        before: the corpus that was cleaned.
        after: what came of it.
        dropped: how many pairs were dropped.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    config: CleaningConfig
    before: ContentHash
    after: ContentHash
    dropped: _Count


class ProjectFile(BaseModel):
    """``project.toml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    source_language: LanguageCode
    target_language: LanguageCode
    corpus: Annotated[str, AfterValidator(_nothing_or_a_hash)] = ""
    last_run: Annotated[str, AfterValidator(_nothing_or_a_run)] = ""
    split_seed: int = Field(default=_SPLIT_SEED, ge=0, lt=2**63)
    imports: tuple[ImportedFiles, ...] = ()
    cleanings: tuple[AppliedCleaning, ...] = ()

    @model_validator(mode="after")
    def _are_two_languages(self) -> Self:
        if self.source_language.lower() == self.target_language.lower():
            raise ValueError("source_language and target_language are the same")
        return self


def refuse_no_project(folder: Path) -> None:
    """Tell a folder that is no project, or is not there.

    Raises:
        ProjectError: it is none.
        StorageError: nobody may look for it.
    """
    path = folder / NAME
    with storing(path, READ):
        # what is neither a file nor a folder is refused by its own name
        is_there, is_project = folder.exists(), _has_entry(path) and not path.is_dir()
    if not is_there:
        raise ProjectError(
            "{folder} is not there.",
            hint="It was moved, renamed or deleted, or its disk is not connected.",
            folder=folder,
        )
    if not is_project:
        raise ProjectError(
            "{folder} is not a project.",
            hint="Choose the folder with the file project.toml in it, or make a new project.",
            command_hint="Make one with 'attnstudio new {folder} --source en --target de'.",
            folder=folder,
        )


def _has_entry(path: Path) -> bool:
    """Whether a folder names it; unlike `os.path.lexists`, a disk that fails is no empty folder."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read_project_file(folder: Path) -> ProjectFile:
    """What the ``project.toml`` of a folder says.

    Raises:
        ProjectError: the folder is no project, or was made by a newer program, or the file is
            damaged; the newest copy that is whole is named then.
        StorageError: nobody may look for it.
    """
    path = folder / NAME
    refuse_no_project(folder)
    try:
        content = _read_toml(path)
        made_by = content.get("format")
        if isinstance(made_by, int) and made_by > FORMAT:
            raise ProjectError(
                "{folder} was made by a newer Attention Studio (format {format}).",
                hint="Update Attention Studio to open it.",
                folder=folder,
                format=made_by,
            )
        return ProjectFile.model_validate(content)
    except (OSError, ValueError) as error:
        backup = newest_whole_backup(folder)
        raise ProjectError(
            "{path} is damaged: {reason}.",
            hint="Mend it in a text editor, or copy {backup} over it, which is whole."
            if backup
            else "Mend it in a text editor, or go back to a copy of the project.",
            path=path,
            reason=_reason(error).rstrip("."),
            backup=backup,
        ) from error


def write_project_file(folder: Path, file: ProjectFile) -> None:
    """Write ``project.toml``, and keep what it said before as its newest copy.

    Raises:
        StorageError: the disk would not take it; it says what it said then.
    """
    path = folder / NAME
    new = to_toml(file).encode("utf-8")
    try:
        old = read_small(path)
    except (OSError, ValueError):
        old = b""
    if old == new:
        return
    write_bytes(path, new)
    if old:
        with suppress(StorageError):  # what was asked for is done; a copy less is no failure
            _keep(folder, old)


def newest_whole_backup(folder: Path) -> Path | None:
    """The newest copy of ``project.toml`` that can be read."""
    for path in _backups(folder):
        with suppress(OSError, ValueError):
            ProjectFile.model_validate(_read_toml(path))
            return path
    return None


def _keep(folder: Path, old: bytes) -> None:
    """The newest copy is number 1; a kill in between leaves a gap and loses none but the oldest."""
    copies = _backups(folder)
    with storing(copies[0]):
        for newer, older in reversed(list(pairwise(copies))):
            if newer.is_file():
                replace(newer, older)
    write_bytes(copies[0], old)


def _backups(folder: Path) -> list[Path]:
    return [folder / f"{NAME}.{number}" for number in range(1, BACKUPS + 1)]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_small(path).decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or NAME
        return f"{place}: {problem['msg'].removeprefix('Value error, ')}"
    return str((isinstance(error, OSError) and error.strerror) or error)
