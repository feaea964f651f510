"""How far the comparison is that is looked at, and whether it can go on or be stopped."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.comparing.comparison_header import ComparisonHeader
from attnstudio.gui.look.wording import count
from attnstudio.gui.studio.comparing_words import between_words, queue_words
from attnstudio.gui.studio.session_words import state_words
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.project.comparison_queue import GOES_ON, EntryState
from attnstudio.project.comparison_table import ComparisonTable
from attnstudio.project.kept_comparisons import make_again
from attnstudio.project.kind_comparison import Comparison
from attnstudio.project.project import Project
from attnstudio.training.events import Step, TrainingEvent


class ComparisonProgress(QObject):
    """Fills the header, and does what its buttons ask for.

    Args:
        studio: trains.
        header: is filled.
        parent: owns it.
    """

    def __init__(self, studio: Studio, header: ComparisonHeader, parent: QObject) -> None:
        super().__init__(parent)
        self._studio, self._header = studio, header
        self._name = ""
        self._table: ComparisonTable | None = None
        header.go_on_asked.connect(self._go_on)
        header.again_asked.connect(self._make_again)
        header.pause_asked.connect(studio.session.pause)
        header.resume_asked.connect(studio.session.resume)
        header.stop_asked.connect(studio.comparing.stop)
        studio.comparing.changed.connect(self._fill)
        studio.session.state_changed.connect(self._fill)
        studio.session.events_arrived.connect(self._hear)
        studio.access.changed.connect(self._fill)

    def show(self, name: str, table: ComparisonTable | None) -> None:
        """Follow this one.

        Args:
            name: its own.
            table: how it stood when it was read; None where it cannot be.
        """
        self._name, self._table = name, table
        self._fill()

    @property
    def _is_under_way(self) -> bool:
        """Whether it is the one that is trained now, here."""
        comparing, project = self._studio.comparing, self._studio.project
        return (
            comparing.is_active
            and project is not None
            and comparing.project is not None
            and comparing.project.folder == project.folder
            and comparing.name == self._name
        )

    def _states(self) -> list[EntryState]:
        rows = self._table.rows if self._table is not None else ()
        return [entry.state for row in rows for entry in row.entries]

    def _fill(self) -> None:
        studio, header, states = self._studio, self._header, self._states()
        under_way = self._is_under_way
        open_ = any(state in GOES_ON for state in states)
        why_not = studio.access.reason
        if studio.is_training and not under_way:
            why_not = why_not or self.tr("A training is under way. Stop it first.")
        header.go_on.setVisible(open_ and not under_way)
        header.again.setVisible(EntryState.GONE in states and not under_way)
        for button in (header.go_on, header.again):
            button.setEnabled(not why_not)
            button.setToolTip(why_not)
        state = studio.session.state
        header.pause.setVisible(
            under_way and state in (SessionState.PREPARING, SessionState.RUNNING)
        )
        header.resume.setVisible(under_way and state is SessionState.PAUSED)
        header.stop.setVisible(under_way)
        header.stop.setEnabled(state is not SessionState.STOPPING)
        header.export.setEnabled(self._table is not None)
        header.delete.setEnabled(not under_way and not studio.access.reason)
        header.state.setText(self._words(states, is_under_way=under_way))
        header.state.setToolTip(header.state.text())
        self._fill_bar(states, is_under_way=under_way)

    def _fill_bar(self, states: list[EntryState], *, is_under_way: bool) -> None:
        done = sum(state not in GOES_ON and state is not EntryState.RUNNING for state in states)
        self._header.bar.setVisible(is_under_way and bool(states))
        if is_under_way and states:
            self._header.bar.show_share(done / len(states))

    def _words(self, states: list[EntryState], *, is_under_way: bool) -> str:
        comparing = self._studio.comparing
        if is_under_way:
            doing = between_words(comparing) or state_words(self._studio.session.state)
            return "  ·  ".join(filter(None, (queue_words(comparing), doing)))
        if not states:
            return ""
        done = states.count(EntryState.FINISHED)
        words = self.tr("{n} of {all} runs are finished").format(
            n=count(done), all=count(len(states))
        )
        if EntryState.RUNNING in states:
            return words + "  ·  " + self.tr("one is being trained elsewhere")
        return words

    def _hear(self, events: list[TrainingEvent]) -> None:
        if self._is_under_way and any(isinstance(event, Step) for event in events):
            self._header.state.setText(self._words(self._states(), is_under_way=True))

    def _go_on(self) -> None:
        project = self._studio.project
        if project is not None and self._name and not self._studio.is_training:
            self._studio.comparing.start(project, self._name)

    def _make_again(self) -> None:
        """Runs that were deleted are asked for once more, and the comparison goes on."""
        project, table = self._studio.project, self._table
        if project is None or table is None:
            return
        gone = [
            entry.run
            for row in table.rows
            for entry in row.entries
            if entry.state is EntryState.GONE
        ]
        self._studio.tasks.run(
            self.tr("Asking for deleted runs again"),
            partial(_ask_again, project, table.comparison, gone),
            on_done=lambda _: self._go_on(),
            quiet=True,
        )


def _ask_again(
    project: Project, comparison: Comparison, runs: list[str], _: TaskControl
) -> Comparison:
    for run in runs:
        comparison = make_again(project, comparison, run)
    return comparison
