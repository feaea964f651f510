"""What the inspector shows while there is no model to look into."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.checkpoint_words import first_checkpoint_words
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.run import Run
from attnstudio.run_definition import RunDefinition


class NothingToInspect(EmptyState):
    """Says why, and leads on.

    Args:
        studio: where it leads.
        parent: owns it.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__("", "", "", parent)
        self._studio = studio
        self._sound: Run | None = None  # beside one that cannot be opened
        self.acted.connect(self._lead_on)

    def say_damaged(self, run: Run, error: AttentionStudioError, sound: Run | None) -> None:
        """Say what is wrong with the run that was chosen, and lead to one that is sound."""
        self._sound = sound
        self.say(
            self.tr("{run} cannot be opened").format(run=isolate(run.name)),
            self.tr("{problem} {hint} Its checkpoints were left as they are.").format(
                problem=error.message, hint=error.hint
            ),
            self.tr("Look into {run}").format(run=isolate(sound.name))
            if sound is not None
            else self.tr("Set up training"),
        )

    def say_no_model(self) -> None:
        """Say when there will be one, or lead to where one is trained, or to a project first."""
        self._sound = None
        trained = self._trained
        if trained is not None:
            self.say(
                self.tr("{run} is being trained").format(run=isolate(trained.name)),
                self._when_there_is_one(trained),
                self.tr("Watch the training"),
            )
        elif self._studio.project is not None:
            self.say(
                self.tr("No trained model yet"),
                self.tr("Train a model first. After its first checkpoint you can look into it."),
                self.tr("Set up training"),
            )
        else:
            self.say(
                self.tr("No project is open"),
                self.tr("Open a project, or a sample, to look at what a model attends to."),
                self.tr("Go home"),
            )

    def say_reading(self) -> None:
        """It is not known yet whether there is a model."""
        self._sound = None
        self.say(self.tr("Reading runs…"), "", "")

    @property
    def _trained(self) -> Run | None:
        """The run of this project that is being trained; None where none is."""
        project, session = self._studio.project, self._studio.session
        if project is None or session.project is None or not session.is_active:
            return None
        return session.run if session.project.folder == project.folder else None

    def _when_there_is_one(self, run: Run) -> str:
        known = self._studio.known_runs.of(run)
        definition = known.definition if known is not None else None
        if not isinstance(definition, RunDefinition):
            return self.tr("After its first checkpoint you can look into it.")
        coming = first_checkpoint_words(run.name, definition.config.training)
        return self.tr("{coming} Then you can look into it here.").format(coming=coming)

    def _lead_on(self) -> None:
        if self._sound is not None:
            self._studio.select_run(self._sound)
            return
        if self._trained is not None:
            self._studio.go_to(PageName.TRAINING)
        else:
            self._studio.go_to(PageName.SETUP if self._studio.project else PageName.HOME)
