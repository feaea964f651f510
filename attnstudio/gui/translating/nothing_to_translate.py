"""What the page of documents shows while there is no model that could translate one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.widgets.empty_state import EmptyState


class NothingToTranslate(EmptyState):
    """Says why, and leads on.

    Args:
        studio: where it leads.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent)
        self._studio = studio
        self.acted.connect(self._lead_on)

    def show_reason(self) -> None:
        """Say what is missing now."""
        if self._studio.project is None:
            self.say(
                self.tr("No project is open"),
                self.tr("Open a project that has a trained model to translate documents with it."),
                self.tr("Go home"),
            )
        elif self._studio.known_runs.is_first_look:
            self.say(self.tr("Reading runs…"), "", "")
        elif self._is_training_here:
            self.say(
                self.tr("The model is being trained"),
                self.tr("After its first checkpoint it can translate documents here."),
                self.tr("Watch the training"),
            )
        else:
            self.say(
                self.tr("No trained model yet"),
                self.tr("Train a model first. Then it translates your documents here."),
                self.tr("Set up training"),
            )

    @property
    def _is_training_here(self) -> bool:
        project, session = self._studio.project, self._studio.session
        if project is None or session.project is None or not session.is_active:
            return False
        return session.project.folder == project.folder

    def _lead_on(self) -> None:
        if self._studio.project is None:
            self._studio.go_to(PageName.HOME)
        else:
            self._studio.go_to(PageName.TRAINING if self._is_training_here else PageName.SETUP)
