"""What an import does behind the window: files are looked into, and their pairs kept."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attnstudio.corpus.import_plan import ImportPlan, plan_import
from attnstudio.corpus.import_report import ImportReport
from attnstudio.corpus.language_codes import are_same_languages
from attnstudio.gui.importing.import_choices import ImportWish
from attnstudio.gui.studio.corpus_changes import CorpusChange
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.project.corpus_history import CorpusState
from attnstudio.project.importing import import_items
from attnstudio.project.project import Project


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        folder: of the project.
        report: what was kept and dropped.
        change: of the corpus; None of a project that was made for it.
    """

    folder: Path
    report: ImportReport
    change: CorpusChange | None = None


class _CancelledError(Exception):
    """Nobody wants to know any more what the files are."""


def plan_files(
    paths: Sequence[Path], languages: tuple[str, str] | None, control: TaskControl
) -> ImportPlan | None:
    """What files seem to be: in the open project's languages if the names do not say others."""
    return plan_again(paths, languages, "", control, may_be_others=True)


def plan_again(
    paths: Sequence[Path],
    languages: tuple[str, str] | None,
    encoding: str,
    control: TaskControl,
    *,
    may_be_others: bool = False,
) -> ImportPlan | None:
    """The same as texts of an encoding; None where the person did not wait for it."""

    def check(_: int) -> None:
        if control.should_stop():
            raise _CancelledError

    try:
        return plan_import(
            paths, languages, encoding, may_be_others=may_be_others, count_bytes=check
        )
    except _CancelledError:
        return None


def fits(plan: ImportPlan, project: Project | None) -> bool:
    """Whether files are of the languages of a project."""
    return project is not None and are_same_languages(
        plan.languages, (project.file.source_language, project.file.target_language)
    )


def import_into(opened: Project | None, wish: ImportWish, control: TaskControl) -> Imported | None:
    """Into the open project, or a new one that is gone again when nothing comes of it."""
    if opened is not None:
        before = CorpusState.of(Project.open(opened.folder).file)
        report = _import_items(opened, wish, control)
        if report is None:
            return None
        after = CorpusState.of(opened.file)
        return Imported(opened.folder, report, CorpusChange(before, after))
    assert wish.folder is not None
    project = Project.create(wish.folder, *wish.languages)
    report = None
    try:
        report = _import_items(project, wish, control)
    finally:
        if report is None:  # made for this alone, and empty
            shutil.rmtree(wish.folder, ignore_errors=True)
    return Imported(project.folder, report) if report is not None else None


def _import_items(
    project: Project,
    wish: ImportWish,
    control: TaskControl,
) -> ImportReport | None:
    return import_items(
        project,
        wish.items,
        left_out=wish.left_out,
        progress=control.report,
        should_stop=control.should_stop,
    )
