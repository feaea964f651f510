"""The data of a run: the corpus that it reads, in its direction."""

from __future__ import annotations

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.errors import ProjectError
from attnstudio.project.project import Project
from attnstudio.run_definition import Direction, RunDefinition


def is_reversed(project: Project, definition: RunDefinition) -> bool:
    """Whether a run translates against the project's direction."""
    if definition.direction is None:
        return definition.source.language != project.file.source_language
    return definition.direction is Direction.REVERSE


def corpus_of(project: Project, definition: RunDefinition) -> ParallelCorpus:
    """The corpus of a run, in its direction.

    A run that was imported before the project had a corpus goes by the one that it has now.

    Raises:
        ProjectError: it is of other languages than the run.
        CorpusError: it is missing or damaged.
    """
    reverse = is_reversed(project, definition)
    corpus = project.corpus(definition.corpus, reverse=reverse)
    if not len(corpus) and project.file.corpus:
        corpus = project.corpus(reverse=reverse)
    languages = definition.languages
    if languages != (corpus.source_language, corpus.target_language):
        raise ProjectError(
            "The run translates from {source} to {target}, but its corpus does not.",
            hint="Its config.toml was changed by hand: mend it, or go back to a copy of it.",
            source=languages[0],
            target=languages[1],
        )
    return corpus
