"""The cards of a project's runs: read once, numbered, and written where the project may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from attnstudio.errors import StorageError
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.project.project import Project
from attnstudio.project.run import Run
from attnstudio.project.run_card import RunCard, numbers_for, read_card, write_card
from attnstudio.project.trash import trashed_runs

_Cards = dict[Path, RunCard]


class RunCards(QObject):
    """Cards by the folders of their runs; they are read and written behind the window.

    Until then a run has the number that it most likely gets: it is another one where runs were
    deleted that had numbers before.

    Args:
        studio: where that is done; says whether the project can be changed.
        parent: owns it.

    Signals:
        read: cards are known that were not; with the folders of the runs that have another number
            now than before.
    """

    read = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._runs: Sequence[Run] = ()
        self._cards: _Cards = {}
        self._likely: dict[str, int] = {}  # numbers by the names of runs that are not known yet
        self._is_reading = False

    def follow(self, runs: Sequence[Run]) -> None:
        """Know these runs and no others; each gets a number.

        Args:
            runs: the oldest first.
        """
        self._runs = runs
        folders = {run.folder for run in runs}
        self._cards = {path: card for path, card in self._cards.items() if path in folders}
        self._likely = numbers_for({run.name: self.card_of(run) for run in runs}, ())
        project = self._studio.project
        if project is None or self._is_reading or folders == self._cards.keys():
            return
        self._is_reading = True
        may_write = not self._studio.access.reason
        self._studio.tasks.run(
            self.tr("Reading runs"),
            partial(_read_and_number, project, runs, dict(self._cards), may_write),
            on_done=self._take,
            on_failed=lambda _: self._take({run.folder: RunCard() for run in runs}),
            quiet=True,
        )

    def number_of(self, run: Run) -> int:
        """Which colour is the run's own."""
        number = self.card_of(run).number
        return self._likely.get(run.name, 0) if number is None else number

    def card_of(self, run: Run) -> RunCard:
        """What is known of a run; an empty card for one that is not known."""
        return self._cards.get(run.folder) or RunCard()

    def put(self, run: Run, card: RunCard) -> None:
        """A run that is known has another card now; whoever says so has written it."""
        if run.folder in self._cards:
            self._cards[run.folder] = card

    def _take(self, found: _Cards) -> None:
        before = {run.folder: self.number_of(run) for run in self._runs}
        self._is_reading = False
        self._cards = found | self._cards  # what was written meanwhile is newer
        self.follow(self._runs)  # there may be others by now
        self.read.emit({r.folder for r in self._runs if self.number_of(r) != before[r.folder]})


def _read_and_number(
    project: Project,
    runs: Sequence[Run],
    known: Mapping[Path, RunCard],
    may_write: bool,
    _: TaskControl,
) -> _Cards:
    """All cards, with numbers for those that have none."""
    cards = {run.folder: known.get(run.folder) or read_card(run) for run in runs}
    if all(card.number is not None for card in cards.values()):
        return cards
    by_name = {run.name: cards[run.folder] for run in runs}
    folders = {run.name: run.folder for run in runs}
    for name, number in numbers_for(by_name, _numbers_in_trash(project)).items():
        card = by_name[name].model_copy(update={"number": number})
        cards[folders[name]] = card
        if may_write:
            with suppress(StorageError):  # it is found again in the same way
                write_card(Run(folders[name]), card)
    return cards


def _numbers_in_trash(project: Project) -> set[int]:
    cards = map(read_card, trashed_runs(project))
    return {card.number for card in cards if card.number is not None}
