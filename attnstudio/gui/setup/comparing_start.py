"""A draft becomes a comparison: what is compared is asked, kept, and begun."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.look.wording import error_text
from attnstudio.gui.setup.compared_kinds import offered_options
from attnstudio.gui.setup.comparing_dialog import ComparingDialog, ComparingRequest
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.run_estimate import RunEstimate
from attnstudio.gui.studio.studio import RunDraft, Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.project.kept_comparisons import create_comparison
from attnstudio.project.kind_comparison import Comparison
from attnstudio.project.project import Project


class ComparingStart(QObject):
    """Asks what to compare with a draft, makes the comparison in a task, and begins it.

    Args:
        studio: what is open.
        editor: of the draft.
        estimate: knows how long a run of it takes.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, editor: DraftEditor, estimate: RunEstimate, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._editor, self._estimate = studio, editor, estimate

    def ask(self, project: Project, window: QWidget) -> ComparingDialog:
        """Open the dialog."""
        dialog = ComparingDialog(
            offered_options(self._editor), self._estimate.expected_end(), window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(partial(self._make, project, dialog, self._editor.draft))
        dialog.open()
        return dialog

    def _make(
        self, project: Project, dialog: ComparingDialog, draft: RunDraft, wanted: ComparingRequest
    ) -> None:
        self._studio.tasks.run(
            self.tr("Making the comparison"),
            partial(make_comparison, project, draft, wanted),
            on_done=partial(self._begin, project, dialog),
            on_failed=partial(self._refuse, dialog),
        )

    def _refuse(self, dialog: ComparingDialog, error: Exception) -> None:
        if not isinstance(error, AttentionStudioError) or not shiboken6.isValid(dialog):
            self._studio.notifier.show_error(error)
        if shiboken6.isValid(dialog):
            dialog.refuse(" ".join(error_text(error)))

    def _begin(self, project: Project, dialog: ComparingDialog, comparison: Comparison) -> None:
        is_wanted = shiboken6.isValid(dialog) and dialog.isVisible()
        if is_wanted:
            dialog.accept()
        if not is_wanted or self._studio.is_training or self._studio.project is not project:
            return  # it can be begun on its page
        self._estimate.give_way()
        self._studio.comparing.start(project, comparison.name)
        self._studio.show_comparison(comparison.name)


def make_comparison(
    project: Project, draft: RunDraft, wanted: ComparingRequest, _: TaskControl
) -> Comparison:
    """Keep what is compared, in a task.

    Raises:
        AttentionStudioError: it cannot be compared, or not be kept.
    """
    first = draft.config.training.seed
    return create_comparison(
        project,
        wanted.name,
        preset=draft.preset,
        base=draft.config,
        kinds=wanted.kinds,
        seeds=range(first, first + wanted.seeds),
        reverse=draft.reverse,
    )
