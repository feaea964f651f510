"""A run that is set up goes to the clipboard, as a command for one process or for several."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from attnstudio.gui.setup.command_line import command_of, quoted, shared_command_of
from attnstudio.gui.setup.draft_editing import DraftEditor
from attnstudio.gui.setup.run_summary import RunSummary
from attnstudio.gui.setup.shared_start import SharedStart, shared_start
from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio

_SHARED = "train.copy_shared_command"


class CommandCopying(QObject):
    """Offers both in the menu and beside the settings.

    Args:
        studio: what is open, and what there is to compute on.
        actions: takes the actions.
        editor: of the draft.
        summary: where the person asks.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        editor: DraftEditor,
        summary: RunSummary,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._actions = studio, actions
        self._editor, self._summary = editor, summary
        self._has_corpus = False
        self._copy = actions.add(
            "train.copy_command",
            self.tr("&Copy as command line"),
            self.copy_for_one,
            menu=MenuName.TRAIN,
            tip=self.tr("The command that trains the same without the window"),
        )
        self._copy_shared = actions.add(
            _SHARED,
            self.tr("Copy as command line for se&veral processes"),
            self.copy_for_several,
            menu=MenuName.TRAIN,
            tip=self.tr("The command that trains the same on several graphics cards or cores"),
        )
        summary.command_asked.connect(self.copy_for_one)
        summary.shared_command_asked.connect(self.copy_for_several)
        studio.hardware_found.connect(self._show)

    def allow(self, *, has_corpus: bool) -> None:
        """Follow the project and the draft.

        Args:
            has_corpus: whether there is something to train on.
        """
        self._has_corpus = has_corpus
        self._show()

    def copy_for_one(self) -> None:
        """Put the command that trains the same on the clipboard."""
        project = self._studio.project
        if project is not None:
            self._put(command_of(project.folder, self._editor.draft))

    def copy_for_several(self) -> None:
        """The same for several processes."""
        project, start = self._studio.project, self._start()
        if project is not None and start.processes:
            command = shared_command_of(project.folder, self._editor.draft, start.processes)
            self._put(command, self.tr("Run it in a terminal: the curves grow here."))

    def _start(self) -> SharedStart:
        return shared_start(self._studio.hardware, self._editor.draft.config.training.device)

    def _put(self, words: list[str], hint: str = "") -> None:
        QGuiApplication.clipboard().setText(quoted(words))
        self._studio.notifier.say(self.tr("Copied."), level=Severity.SUCCESS, hint=hint)

    def _show(self) -> None:
        start, can_copy = self._start(), not self._editor.wrong
        self._copy.setEnabled(self._has_corpus and can_copy)
        self._copy_shared.setEnabled(self._has_corpus and can_copy and not start.why_not)
        self._actions.explain(_SHARED, start.why_not)
        self._summary.show_commands(start, can_copy=can_copy)
