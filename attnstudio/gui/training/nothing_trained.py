"""What the training page shows while there is no run."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.widgets.empty_state import EmptyState


class NothingTrained(EmptyState):
    """Says why, and leads on.

    Args:
        studio: where it leads.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent)
        self._studio = studio
        self.acted.connect(self._lead_on)

    def say_why(self) -> None:
        """Lead to where a run is set up, or to a project first."""
        if self._studio.project is None:
            self.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to train a model on it."),
                self.tr("Go home"),
            )
        else:
            self.say(
                self.tr("Nothing was trained yet"),
                self.tr("Set up a run, press Start, and watch it learn here."),
                self.tr("Set up training"),
            )

    def _lead_on(self) -> None:
        self._studio.go_to(PageName.SETUP if self._studio.project else PageName.HOME)
