"""A run that is set up leaves the page: it is made and trained."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Signal

from attnstudio.corpus.parallel_corpus import ParallelCorpus, Split
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.studio.studio import PageName, RunDraft, Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.training_status import busy_words
from attnstudio.project.project import Project
from attnstudio.project.run import Run

_FEWEST_PAIRS = 4


class RunStart(QObject):
    """Makes the run of a draft in a task and begins to train it.

    Args:
        studio: what is open.
        editor: of the draft.
        parent: owns it.

    Signals:
        failed: the run could not be made, which is said already.
    """

    failed = Signal()

    def __init__(self, studio: Studio, editor: DraftEditor, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._editor = studio, editor

    def start(self, project: Project) -> None:
        """Make the run, and train it once it is there."""
        self._studio.tasks.run(
            self.tr("Making the run"),
            partial(make_run, project, self._editor.draft),
            on_done=partial(self._begin, project),
            on_failed=self._tell,
        )

    def _tell(self, error: Exception) -> None:
        self._studio.notifier.show_error(error)
        self.failed.emit()

    def _begin(self, project: Project, run: Run) -> None:
        studio = self._studio
        self._editor.restart(replace(self._editor.draft, name=""))  # it is this run's now
        studio.corpus_was_changed()  # splits may have been cut
        studio.session.start(project, run)
        studio.select_run(run)
        studio.runs_were_changed()
        studio.go_to(PageName.TRAINING)


def why_not_start(studio: Studio, corpus: ParallelCorpus | None, editor: DraftEditor) -> str:
    """Why training cannot start now, with a link to the knob; empty when it can."""
    if reason := studio.access.reason:
        return reason
    if studio.is_training:
        return busy_words(studio)
    if corpus is None or corpus.counts()[Split.TRAIN] < _FEWEST_PAIRS:
        return _tr(
            "There are too few training pairs: import some, or import yours again as training."
        )
    project, name = studio.project, editor.draft.name
    if name and project is not None and (project.runs_folder / name).exists():
        words = _tr("There is a run {name} already: give this one another name.")
        return html.escape(words.format(name=name))
    for path, mistake in editor.wrong.items():
        link = f'<a href="{path}">{_tr("Show it")}</a>'
        return f"{html.escape(mistake.message)} {link}"
    return ""


def make_run(project: Project, draft: RunDraft, _: TaskControl) -> Run:
    """Write down what a run is asked, in a task.

    Raises:
        AttentionStudioError: it cannot be made.
    """
    # imported here because it brings torch
    from attnstudio.project.run_creation import create_run

    return create_run(
        project,
        draft.config,
        preset=draft.preset,
        reverse=draft.reverse,
        name=draft.name or None,
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunStart", text)
