"""The project: a folder that a person can read, copy, zip and send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from attnstudio.config_text import to_toml
from attnstudio.corpus.corpus_writer import CorpusWriter
from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.corpus.splitting import cut_splits
from attnstudio.errors import AttentionStudioError, ProjectError
from attnstudio.files import commit_folder, remove_folder, sweep, temporary_name, write_text
from attnstudio.names import is_language, is_run_name
from attnstudio.project.project_file import (
    AppliedCleaning,
    ImportedFiles,
    ProjectFile,
    read_project_file,
    refuse_no_project,
    write_project_file,
)
from attnstudio.project.run import Run
from attnstudio.project.safety import refuse_what_leads_elsewhere
from attnstudio.run_definition import RunDefinition
from attnstudio.storage_errors import READ, storing

_LOCK_POLL_S = 0.2
_LOCK = "project.lock"


class Project:
    """A project folder.

    Use `create` or `open`.

    Attributes:
        folder: where it lies.
        file: what ``project.toml`` says.
    """

    def __init__(self, folder: Path, file: ProjectFile) -> None:
        self.folder = folder
        self.file = file

    @classmethod
    def create(cls, folder: Path, source_language: str, target_language: str) -> Self:
        """Make a new project in a folder that is empty or not there yet.

        Raises:
            ProjectError: the folder holds something, or a language code is not one.
            StorageError: it cannot be written.
        """
        for language in (source_language, target_language):
            if not is_language(language):
                raise ProjectError(
                    "{language} is not a language code.",
                    hint="Use codes like en, de, zh or pt-BR.",
                    language=repr(language),
                )
        if source_language.lower() == target_language.lower():
            raise ProjectError(
                "Source and target are both {language}.",
                hint="Give two different language codes.",
                language=source_language,
            )
        project = cls(
            folder, ProjectFile(source_language=source_language, target_language=target_language)
        )
        with storing(folder, "The project could not be made in {path}: {reason}."):
            if folder.exists() and not (folder.is_dir() and _is_empty(folder)):
                raise ProjectError(
                    "{folder} is not an empty folder.",
                    hint="Choose a new name for the project.",
                    folder=folder,
                )
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _LOCK).touch()  # a refused command then leaves the folder as it was
            project._save(project.file)
        return project

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a project.

        Raises:
            ProjectError: the folder is none, is damaged, was made by a newer program, or holds a
                link that leads out of it.
            StorageError: it cannot be looked into.
        """
        refuse_no_project(folder)
        refuse_what_leads_elsewhere(folder)
        return cls(folder, read_project_file(folder))

    @contextmanager
    def changing(self, *, wait_s: float = 10.0) -> Iterator[None]:
        """Hold the project's lock and see its newest state.

        Args:
            wait_s: how long to wait for another program that holds it.

        Raises:
            ProjectError: another program is changing it.
            StorageError: it cannot be written.
        """
        with storing(self.folder, "{path} could not be changed: {reason}."):
            try:
                with FileLock(self.folder / _LOCK, timeout=wait_s):
                    for folder in self._written_when_locked():
                        sweep(folder)  # they are written with the lock held only
                    self.file = read_project_file(self.folder)
                    yield
            except Timeout as error:
                raise ProjectError(
                    "Another program is changing {folder}.",
                    hint="Wait until it is done.",
                    folder=self.folder,
                ) from error

    def _written_when_locked(self) -> tuple[Path, ...]:
        others = (self.folder / name for name in ("reports", "comparisons"))
        return (self.folder, *others, self.corpora, self.runs_folder)

    @contextmanager
    def preparing(self, should_stop: Callable[[], bool]) -> Iterator[bool]:
        """Wait until no other program makes tokenizers or datasets here, and hold them off.

        Gives False when stopped while waiting.
        """
        lock = FileLock(self.folder / "prepare.lock")
        while not should_stop():
            try:
                lock.acquire(timeout=_LOCK_POLL_S)
            except Timeout:
                continue
            try:
                for folder in (self.tokenizers, self.datasets):
                    sweep(folder)
                yield True
            finally:
                lock.release()
            return
        yield False

    def corpus(self, name: str | None = None, *, reverse: bool = False) -> ParallelCorpus:
        """The current corpus, or the one with the given hash.

        Raises:
            ProjectError: nothing was imported yet.
        """
        name = name or self.file.corpus
        if not name:
            raise ProjectError(
                "{folder} has no corpus yet.",
                hint="Import text files or a table first.",
                command_hint="Import one: attnstudio import {folder} FILE FILE",
                folder=self.folder,
            )
        return ParallelCorpus(self.corpora / name, reverse=reverse)

    def corpus_writer(self) -> CorpusWriter:
        """A writer for a new corpus of this project's languages."""
        languages = (self.file.source_language, self.file.target_language)
        return CorpusWriter(self.corpora, *languages, self._is_named)

    def _is_named(self, corpus: str) -> bool:
        """Whether the project's file on the disk names a corpus, or cannot be asked."""
        try:
            return read_project_file(self.folder).corpus == corpus
        except AttentionStudioError:
            return True

    def set_corpus(self, folder: Path, *imported: ImportedFiles) -> None:
        """Make a finished corpus the current one and remember where it came from."""
        imports = (*self.file.imports, *imported)
        self._save(self.file.model_copy(update={"corpus": folder.name, "imports": imports}))

    def set_cleaned_corpus(self, folder: Path, cleanings: Sequence[AppliedCleaning]) -> None:
        """Make a corpus the current one, and remember the cleanings that led to it."""
        update = {"corpus": folder.name, "cleanings": tuple(cleanings)}
        self._save(self.file.model_copy(update=update))

    def set_corpus_history(
        self,
        corpus: str,
        imports: tuple[ImportedFiles, ...],
        cleanings: tuple[AppliedCleaning, ...],
    ) -> None:
        """Make the corpus of another time the current one; the caller holds the lock."""
        update = {"corpus": corpus, "imports": imports, "cleanings": cleanings}
        self._save(self.file.model_copy(update=update))

    def freeze_splits(self) -> ParallelCorpus:
        """The current corpus with validation and test pairs, cut from train where none are given.

        The cut is made once: it becomes part of the corpus, and later imports leave it alone.
        """
        with self.changing():
            corpus = self.corpus()
            corpus.check()
            codes = cut_splits(corpus, seed=self.file.split_seed)
            if codes is None:
                return corpus
            with self.corpus_writer() as writer:
                writer.add_corpus(corpus, codes)
                self.set_corpus(writer.finish())
            return self.corpus()

    def new_run(self, name: str | None, definition: RunDefinition) -> Run:
        """Make the folder of a new run and write its ``config.toml``.

        Raises:
            ProjectError: the name is taken or cannot be a folder's name.
        """
        if name and not is_run_name(name):
            raise ProjectError(
                "{name} cannot be the name of a run.",
                hint="Use letters, digits, spaces, - and _, and not too many of them.",
                name=repr(name),
            )
        with self.changing():
            run = Run(self.runs_folder / (name or self._free_run_name(definition.preset)))
            if run.folder.exists():
                raise ProjectError(
                    "There is a run {name} already.",
                    hint="Choose another name, or go on with that run.",
                    command_hint="Choose another name, or go on with it: --resume {name}",
                    name=run.name,
                )
            sweep(self.runs_folder)
            temporary = temporary_name(run.folder)
            try:
                temporary.mkdir(parents=True)
                write_text(temporary / "config.toml", to_toml(definition))
                commit_folder(temporary, run.folder)
            finally:
                remove_folder(temporary)
        return run

    def set_last_run(self, run: Run) -> None:
        """Remember which run commands mean when they name none."""
        with self.changing():
            self._save(self.file.model_copy(update={"last_run": run.name}))

    def run(self, name: str | None = None) -> Run:
        """A run by name; without one, the last that was trained.

        Raises:
            ProjectError: there is no such run.
        """
        name = name or self.file.last_run
        names = [run.name for run in self.runs()]
        if not names:
            raise ProjectError(
                "{folder} has no run yet.",
                hint="Set one up and train it first.",
                command_hint="Train one: attnstudio train {folder}",
                folder=self.folder,
            )
        if not name:
            raise ProjectError(
                "{folder} does not say which run was trained last.",
                hint="Choose one: {names}.",
                command_hint="Name one with --run: {names}.",
                folder=self.folder,
                names=", ".join(names),
            )
        if name not in names:
            raise ProjectError(
                "There is no run {name}.",
                hint="There are: {names}.",
                name=name,
                names=", ".join(names),
            )
        return Run(self.runs_folder / name)

    def runs(self) -> list[Run]:
        """All runs, by name.

        Raises:
            StorageError: they cannot be listed.
        """
        with storing(self.runs_folder, READ):
            if not self.runs_folder.is_dir():
                return []
            folders = (path for path in self.runs_folder.iterdir() if not path.name.startswith("."))
            return [Run(path) for path in sorted(folders) if (path / "config.toml").is_file()]

    @property
    def corpora(self) -> Path:
        """The folder of all corpora."""
        return self.folder / "corpus"

    @property
    def links(self) -> Path:
        """The folder of the word links of all corpora."""
        return self.folder / "links"

    @property
    def tokenizers(self) -> Path:
        """The folder of all tokenizers."""
        return self.folder / "tokenizers"

    @property
    def datasets(self) -> Path:
        """The folder of encoded corpora."""
        return self.folder / "datasets"

    @property
    def runs_folder(self) -> Path:
        """The folder of all runs."""
        return self.folder / "runs"

    def _free_run_name(self, preset: str) -> str:
        number = 1
        while (self.runs_folder / f"{preset}-{number}").exists():
            number += 1
        return f"{preset}-{number}"

    def _save(self, file: ProjectFile) -> None:
        write_project_file(self.folder, file)
        self.file = file


def _is_empty(folder: Path) -> bool:
    """Whether nothing is there but what is left of a program that was killed in making it."""
    half_made = {_LOCK, temporary_name(folder / "project.toml").name}
    return all(path.name in half_made for path in folder.iterdir())
