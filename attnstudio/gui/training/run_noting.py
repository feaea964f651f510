"""What the person writes about a run: kept on its card, on the undo stack like other changes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from attnstudio.gui.studio.run_changes import find_run
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.studio.undo_commands import Work
from attnstudio.gui.training.run_cards import RunCards
from attnstudio.gui.training.run_list import RunList
from attnstudio.gui.training.run_note_dialog import RunNoteDialog
from attnstudio.project.run import Run
from attnstudio.project.run_card import RunCard, write_card


class RunNoting(QObject):
    """Asks for note and tags of a run and keeps them.

    Args:
        studio: what is open.
        cards: what is known of them.
        runs: the list where the person asks.
        page: where the dialog opens.

    Signals:
        noted: the words of a run are others now.
    """

    noted = Signal()

    def __init__(self, studio: Studio, cards: RunCards, runs: RunList, page: QWidget) -> None:
        super().__init__(page)
        self._studio, self._cards, self._page = studio, cards, page
        runs.note_asked.connect(self._ask)

    def _ask(self, name: str) -> None:
        run = find_run(self._studio, name)
        if run is None:
            return
        card = self._cards.card_of(run)
        dialog = RunNoteDialog(name, card.note, card.tags, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.written.connect(lambda note, tags: self._write(run, note, tags))
        dialog.open()

    def _write(self, run: Run, note: str, tags: tuple[str, ...]) -> None:
        before = self._cards.card_of(run)
        after = before.model_copy(update={"note": note, "tags": tags})
        if after == before:
            return

        def done(_: None) -> None:
            self._take(run, after)
            text = self.tr("note and tags of {run}").format(run=run.name)
            self._studio.changes.push(text, self._work(run, before), self._work(run, after))

        work = self._work(run, after)
        self._studio.changes.make(Work(work.title, work.function, done))

    def _work(self, run: Run, card: RunCard) -> Work[None]:
        def write(_: TaskControl) -> None:
            write_card(run, card)

        title = self.tr("Writing about {run}").format(run=run.name)
        return Work(title, write, lambda _: self._take(run, card))

    def _take(self, run: Run, card: RunCard) -> None:
        self._cards.put(run, card)
        self.noted.emit()
