"""Fills the progress of the run that is looked at with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.studio.checkpoint_words import first_checkpoint_words
from attnstudio.gui.studio.comparing_words import queue_words
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.run_entries import RunEntries
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_progress import RunFacts, RunProgress
from attnstudio.gui.training.session_outlook import NextValidation, SessionOutlook
from attnstudio.project.run import Run, RunState
from attnstudio.run_definition import RunDefinition
from attnstudio.training.events import Step, TrainingEvent
from attnstudio.training.history import History


class ProgressFilling(QObject):
    """Follows the training that is under way, so that it is known how long it still takes.

    Args:
        studio: what is open.
        progress: is filled.
        histories: what the runs have said.
        entries: know what became of them.
        parent: owns it.

    Signals:
        filled: something else may be known now.
    """

    filled = Signal()

    def __init__(
        self,
        studio: Studio,
        progress: RunProgress,
        histories: RunHistories,
        entries: RunEntries,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._progress = studio, progress
        self._histories, self._entries = histories, entries
        self._outlook = SessionOutlook()
        studio.session.state_changed.connect(self._follow_session)
        studio.session.events_arrived.connect(self._hear)

    @property
    def next_validation(self) -> NextValidation | None:
        """That of the run that is looked at; None where it is not trained or nothing is known."""
        run, session = self._studio.run, self._studio.session
        if session.state is not SessionState.RUNNING or not self._entries.is_in_session(run):
            return None
        return self._outlook.next_validation(session.history)

    def fill(self) -> None:
        """Say what is known now; nothing, where there is no run to speak of."""
        self._fill()
        self.filled.emit()

    def _fill(self) -> None:
        studio, session = self._studio, self._studio.session
        run = studio.run or session.run
        ours = self._entries.is_in_session(run)
        if run is None or not (run.folder.exists() or (ours and session.is_active)):
            self._progress.hide()
            return
        state = session.state if ours else SessionState.IDLE
        history = self._histories.known(run.name)
        known = studio.known_runs.of(run)
        goes_back = known is not None and not known.is_under_way and state is SessionState.IDLE
        training = self._outlook.training if ours else None
        self._progress.show()
        self._progress.show_facts(
            RunFacts(
                name=run.name,
                state=self._state_of(run, history, state),
                history=history or History(),
                session=state,
                share_done=self._outlook.share_done if state is not SessionState.IDLE else None,
                left_s=self._outlook.seconds if state is not SessionState.IDLE else None,
                why_not=studio.access.reason,
                can_go_on=not studio.is_training,
                comparison=queue_words(studio.comparing) if ours else "",
                held=session.held if ours else None,
                finding_links=session.finding_links if ours else None,
                checkpoints=known.checkpoints.steps if known and goes_back else (),
                patience=training.patience if training is not None else None,
                first_checkpoint=first_checkpoint_words(run.name, training)
                if training is not None and session.is_active
                else "",
                without_gain=self._outlook.without_gain(history) if ours and history else 0,
            )
        )

    def _state_of(
        self, run: Run, history: History | None, session: SessionState
    ) -> RunState | None:
        if history is None:
            return None
        if session is not SessionState.IDLE:
            return RunState.RUNNING
        return self._entries.state_of(run, history)

    def _follow_session(self, state: SessionState) -> None:
        session = self._studio.session
        if state is SessionState.PREPARING and session.run is not None:
            self._outlook.begin(session.limits)
            self._ask_what_is_trained(session.run, is_planned=False)
        elif state is SessionState.RUNNING and session.run and self._outlook.training is None:
            self._ask_what_is_trained(session.run, is_planned=True)

    def _ask_what_is_trained(self, run: Run, *, is_planned: bool) -> None:
        def take(definition: RunDefinition) -> None:
            if self._studio.session.run is run:
                self._outlook.learn(definition, is_planned=is_planned)
                self.fill()

        self._studio.tasks.run(
            self.tr("Reading runs"),
            lambda _: run.definition(),
            on_done=take,
            on_failed=lambda _: None,  # its folder may be gone: the training says why it waits
            quiet=True,
        )

    def _hear(self, events: Sequence[TrainingEvent]) -> None:
        for event in events:
            if isinstance(event, Step):
                self._outlook.add(event)
