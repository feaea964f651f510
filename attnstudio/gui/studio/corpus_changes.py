"""Imports and cuts of the open project's corpus on the undo stack."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import ProjectChange, Work
from attnstudio.project.corpus_history import CorpusState, go_to
from attnstudio.project.project import Project


@dataclass(frozen=True, slots=True)
class CorpusChange:
    """What a project said of its corpus before and after something was done."""

    before: CorpusState
    after: CorpusState


def push_corpus_change(
    studio: Studio, project: Project, text: str, change: CorpusChange
) -> ProjectChange:
    """Put a change of the corpus on the stack.

    Args:
        studio: what is open.
        project: whose corpus.
        text: what the menu says.
        change: that has been made.
    """
    return studio.changes.push(
        text,
        corpus_work_to(studio, project, change.before, change.after),
        corpus_work_to(studio, project, change.after, change.before),
    )


def corpus_work_to(
    studio: Studio, project: Project, state: CorpusState, instead_of: CorpusState
) -> Work[None]:
    """Make the corpus of another time the current one, and show it."""

    def work(_: TaskControl) -> None:
        go_to(project, state, instead_of=instead_of)

    def show(_: None) -> None:
        if studio.project is project:
            studio.corpus_was_changed()

    title = QCoreApplication.translate("corpus_changes", "Going to another corpus")
    return Work(title, work, show)
