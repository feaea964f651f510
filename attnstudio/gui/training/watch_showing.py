"""What the run that is looked at says about its watch sentences."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from attnstudio.axes import Record
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.training.progress_filling import ProgressFilling
from attnstudio.gui.training.run_histories import RunHistories
from attnstudio.gui.training.watch_adding import WatchAdding
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.project.run import Run
from attnstudio.project.watch import load_watch_record
from attnstudio.reading import Reading
from attnstudio.training.events import WatchTranslated


class WatchShowing(QObject):
    """Fills the timeline, and reads the attention of the moment that is looked at.

    Args:
        studio: says which run is looked at.
        histories: what the runs have said.
        adding: knows the person's own sentences.
        filling: knows when the next validation comes.
        timeline: is filled.
        parent: owns it.
    """

    def __init__(
        self,
        studio: Studio,
        histories: RunHistories,
        adding: WatchAdding,
        filling: ProgressFilling,
        timeline: WatchTimeline,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio, self._histories = studio, histories
        self._adding, self._filling, self._timeline = adding, filling, timeline
        filling.filled.connect(self.show_own)
        timeline.record_wanted.connect(self._load_record)

    def show(self) -> None:
        """Show all that is known."""
        run = self._studio.run
        history = self._histories.known(run.name) if run is not None else None
        self._timeline.show_events(history.watched if history is not None else [])
        self.show_own()

    def show_own(self) -> None:
        """Show which sentences the person has added, and when the next are translated."""
        sentences = self._adding.sentences_of(self._studio.run)
        self._timeline.show_own(sentences, self._filling.next_validation)

    def _load_record(self, event: WatchTranslated) -> None:
        run = self._studio.run
        if run is None:
            return
        self._studio.tasks.run(
            self.tr("Reading attention"),
            lambda _: _read_watched(run, event),
            on_done=partial(self._show_record, event),
            quiet=True,
        )

    def _show_record(self, event: WatchTranslated, found: tuple[Record | None, Reading]) -> None:
        if self._timeline.moment == event:  # else the slider has moved on
            self._timeline.show_record(*found)


def _read_watched(run: Run, event: WatchTranslated) -> tuple[Record | None, Reading]:
    """The attention that was kept, if it still is, and how its run reads it best."""
    path = run.watch_folder / event.attention
    record = load_watch_record(path) if path.exists() else None
    has_checkpoint = run.checkpoints().last is not None
    reading = run.reading(run.checkpoint_folder("best")) if has_checkpoint else None
    return record, reading or (record and record.taught) or Reading()
