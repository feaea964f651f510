"""Runs as the training page lists them: in words what became of each, its best figure, its tags."""

from __future__ import annotations

from collections.abc import Container, Sequence

from PySide6.QtCore import QObject

from attnstudio.gui.look.wording import decimals
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.run_cards import RunCards
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_list import RunEntry
from attnstudio.gui.training.run_table_model import RunRow
from attnstudio.project.run import Run, RunState, state_by_ending
from attnstudio.training.events import Finished
from attnstudio.training.history import History
from attnstudio.training.scores import BLEU
from attnstudio.training.stop import StopReason


class RunEntries(QObject):
    """Makes lines of the list and of the table.

    Args:
        studio: says which run is trained.
        histories: what is known of runs.
        cards: what the person wrote about them.
        parent: owns it.
    """

    def __init__(
        self, studio: Studio, histories: RunHistories, cards: RunCards, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._histories, self._cards = studio, histories, cards

    def is_in_session(self, run: Run | None) -> bool:
        """Whether a run is the one that this program trains, or has paused."""
        session, project = self._studio.session, self._studio.project
        return (
            run is not None
            and project is not None
            and session.run is not None
            and session.run.folder == run.folder
            and session.run.folder.is_relative_to(project.folder)
        )

    def state_of(self, run: Run, history: History) -> RunState:
        """What became of a run; the disk is not asked.

        Args:
            run: not the one that this program trains now.
            history: what is known of it.
        """
        known = self._studio.known_runs.of(run)
        if known is None or self.is_in_session(run):  # one of our own ended as it says
            return state_by_ending(history)
        return known.state(history)

    def entries(self, runs: Sequence[Run], hidden: Container[str]) -> list[RunEntry]:
        """Lines of the list.

        Args:
            runs: in the order of the list.
            hidden: the names of those whose curves are not drawn.
        """
        return [
            RunEntry(
                run.name,
                self._cards.number_of(run),
                self._words(run, self._histories.known(run.name)),
                run.name not in hidden,
                self._cards.card_of(run).tags,
                self._cards.card_of(run).note,
            )
            for run in runs
        ]

    def rows(self, runs: Sequence[Run]) -> list[RunRow]:
        """Rows of the table, still without settings."""
        rows = []
        for run in runs:
            history, card = self._histories.known(run.name), self._cards.card_of(run)
            state = self._state(run, history) if history is not None else ""
            rows.append(RunRow(run.name, state, {}, history or History(), card.tags, card.note))
        return rows

    def _words(self, run: Run, history: History | None) -> str:
        if history is None:
            return self.tr("reading…")
        words = self._state(run, history)
        best = history.best
        if best is not None and BLEU.name in best.scores:
            bleu = decimals(best.scores[BLEU.name], BLEU.decimals)
            words = self.tr("{state} · BLEU {n}").format(state=words, n=bleu)
        elif best is not None:
            words = self.tr("{state} · loss {n}").format(state=words, n=decimals(best.loss, 2))
        if self._histories.whole(run.name) is None:
            words = self.tr("{state} · reading…").format(state=words)
        return words

    def _state(self, run: Run, history: History) -> str:
        session = self._studio.session
        if self.is_in_session(run) and session.state is not SessionState.IDLE:
            paused = session.state is SessionState.PAUSED
            if session.state is SessionState.HELD:
                return self.tr("⚠ waiting")
            # The usual sign of a pause comes from fonts of pictures, so high that tags are cut off.
            return self.tr("‖ paused") if paused else self.tr("▶ training")
        if self._histories.is_damaged(run):
            return self.tr("⚠ damaged")
        return {
            RunState.NEW: self.tr("○ new"),
            RunState.RUNNING: self.tr("▶ elsewhere"),
            RunState.STOPPED: self._stop_words(history),
            RunState.FINISHED: self.tr("✓ finished"),
            RunState.FAILED: self.tr("✕ failed"),
            RunState.INTERRUPTED: self.tr("⚠ interrupted"),
            RunState.IMPORTED: self.tr("↓ imported"),
        }[self.state_of(run, history)]

    def _stop_words(self, history: History) -> str:
        ending = history.ending
        by_hand = isinstance(ending, Finished) and ending.reason == StopReason.REQUESTED
        return self.tr("■ stopped") if by_hand else self.tr("■ at its limit")
