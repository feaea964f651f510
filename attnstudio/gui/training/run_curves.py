"""Whose curves are drawn: of the runs that were neither hidden nor filtered out."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from PySide6.QtCore import QObject

from attnstudio.gui.charts.curve_board import CurveBoard
from attnstudio.gui.training.run_cards import RunCards
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.run_list import RunList
from attnstudio.project.run import Run

_MOST_DRAWN_AT_FIRST = 6


class RunCurves(QObject):
    """Puts histories on the board.

    Args:
        board: where they are drawn.
        histories: what the runs have said.
        cards: say which colour is a run's own.
        runs: the list in which the person hides runs and filters them.
        parent: owns this.

    Attributes:
        hidden: the names of the runs that are hidden.
    """

    def __init__(
        self,
        board: CurveBoard,
        histories: RunHistories,
        cards: RunCards,
        runs: RunList,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._board, self._histories = board, histories
        self._cards, self._runs = cards, runs
        self.hidden: set[str] = set()
        runs.shown_changed.connect(self._hide_or_show)

    def clear(self) -> None:
        """Another project is open."""
        self.remove(self._histories.names)
        self.hidden.clear()

    def remove(self, names: Iterable[str]) -> None:
        """These runs are gone."""
        for name in names:
            self._board.remove_run(name)

    def hide_old(self, new: Container[Run], runs: Sequence[Run]) -> None:
        """Of runs that are new here, draw only the last ones before the person asks for more.

        Args:
            new: these.
            runs: all of them, the oldest first.
        """
        self.hidden |= {run.name for run in runs[:-_MOST_DRAWN_AT_FIRST] if run in new}

    def draw(self, run: Run) -> None:
        """Draw all that a run has said."""
        history = self._histories.whole(run.name)
        if history is not None:
            number = self._cards.number_of(run)
            self._board.set_run(run.name, history, number, visible=self._is_drawn(run.name))

    def draw_what_matches(self) -> None:
        """The person has filtered the runs, or their words are others now."""
        for name in self._histories.names:
            self._board.set_visible(name, self._is_drawn(name))

    def _hide_or_show(self, name: str, visible: bool) -> None:
        (self.hidden.discard if visible else self.hidden.add)(name)
        self._board.set_visible(name, self._is_drawn(name))

    def _is_drawn(self, name: str) -> bool:
        return name not in self.hidden and name not in self._runs.names_left_out
