"""Going back and forth between the corpora that a project has had.

A corpus is never changed, so that an import, a cleaning or a cut of the splits is taken back, and
made again, by what ``project.toml`` says.
"""

from __future__ import annotations

from dataclasses import dataclass

from attnstudio.errors import CorpusError, OutdatedError
from attnstudio.project.project import Project
from attnstudio.project.project_file import AppliedCleaning, ImportedFiles, ProjectFile


@dataclass(frozen=True, slots=True)
class CorpusState:
    """What a project says of its corpus at one time.

    Attributes:
        corpus: the hash of the current one; empty where nothing was imported yet.
        imports: what it came from.
        cleanings: that led to it.
    """

    corpus: str
    imports: tuple[ImportedFiles, ...]
    cleanings: tuple[AppliedCleaning, ...]

    @classmethod
    def of(cls, file: ProjectFile) -> CorpusState:
        """What a project says now."""
        return cls(file.corpus, file.imports, file.cleanings)


def go_to(project: Project, state: CorpusState, *, instead_of: CorpusState) -> None:
    """Make a corpus of another time the current one.

    Args:
        project: whose corpus.
        state: the other time.
        instead_of: what the project must say now.

    Raises:
        OutdatedError: it says something else, or the other corpus is gone: there is no way back.
        ProjectError: another program is changing the project.
    """
    with project.changing():
        if CorpusState.of(project.file) != instead_of:
            raise OutdatedError(
                "The corpus was changed again since, so it stays as it is.",
                hint="Its former texts are in {folder}.",
                folder=project.corpora / state.corpus,
            )
        if state.corpus:
            try:
                project.corpus(state.corpus)
            except CorpusError as error:
                raise OutdatedError(
                    "The former corpus is no longer there, so it stays as it is.",
                    hint="Look for it in the trash: {name}.",
                    name=state.corpus,
                ) from error
        project.set_corpus_history(state.corpus, state.imports, state.cleanings)
