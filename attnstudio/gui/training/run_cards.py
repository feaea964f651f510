"""The cards of a project's runs: read once, numbered, and written where the project may be."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from attnstudio.errors import StorageError
from attnstudio.gui.studio.studio import Studio
from attnstudio.project.run import Run
from attnstudio.project.run_card import RunCard, numbers_for, read_card, write_card
from attnstudio.project.trash import trashed_runs


class RunCards:
    """Cards by the folders of their runs.

    Args:
        studio: says whether the project can be changed.
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._cards: dict[Path, RunCard] = {}

    def follow(self, runs: Sequence[Run]) -> None:
        """Know these runs and no others; each gets a number.

        Args:
            runs: the oldest first.
        """
        self._cards = {run.folder: self._cards.get(run.folder) or read_card(run) for run in runs}
        cards = {run.name: self._cards[run.folder] for run in runs}
        if all(card.number is not None for card in cards.values()):
            return
        for name, number in numbers_for(cards, self._numbers_in_trash()).items():
            run = next(run for run in runs if run.name == name)
            card = cards[name].model_copy(update={"number": number})
            self._cards[run.folder] = card
            if not self._studio.access.reason:
                with suppress(StorageError):  # it is found again in the same way
                    write_card(run, card)

    def number_of(self, run: Run) -> int:
        """Which colour is the run's own."""
        return self.card_of(run).number or 0

    def card_of(self, run: Run) -> RunCard:
        """What is known of a run; an empty card for one that is not known."""
        return self._cards.get(run.folder) or RunCard()

    def put(self, run: Run, card: RunCard) -> None:
        """A run that is known has another card now; whoever says so has written it."""
        if run.folder in self._cards:
            self._cards[run.folder] = card

    def _numbers_in_trash(self) -> set[int]:
        project = self._studio.project
        trashed = trashed_runs(project) if project is not None else []
        return {card.number for card in map(read_card, trashed) if card.number is not None}
