"""A watch sentence through the training as a file: moments side by side, or a moving picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.axes import Record
from attnstudio.errors import ExportError
from attnstudio.files import write_bytes, write_text
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.training.watch_timeline import WatchTimeline
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.gui.widgets.rasterise import rasterise
from attnstudio.interpretation.moments import (
    MOST_IN_A_ROW,
    MOST_SIDE_BY_SIDE,
    draw_animation,
    draw_strip,
    evenly,
    layout_moment,
)
from attnstudio.project.run import Run
from attnstudio.project.watch import load_watch_record
from attnstudio.reading import Reading
from attnstudio.training.events import WatchTranslated

_Moments = Sequence[tuple[int, Record]]  # the step of each
_Draw = Callable[[_Moments, Reading, str, Path], None]


class WatchKeeping(QObject):
    """Writes the pictures of the sentence that is looked at, in the reading that is looked at.

    Args:
        studio: says which run is looked at.
        timeline: what is looked at; its menu is filled.
        parent: owns it; dialogs belong to it.
        choose_path: asks for a file to write; see `choose_save_path`.
    """

    def __init__(
        self,
        studio: Studio,
        timeline: WatchTimeline,
        parent: QWidget,
        *,
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
    ) -> None:
        super().__init__(parent)
        self._studio, self._timeline, self._page = studio, timeline, parent
        self._choose_path = choose_path
        menu = QMenu(timeline.save)
        menu.addAction(self.tr("Moments side by side…"), self.save_strip)
        menu.addAction(self.tr("Moving picture…"), self.save_animation)
        timeline.save.setMenu(menu)

    def save_strip(self) -> None:
        """At most twelve moments in one picture."""
        kinds = (self.tr("Picture"), self.tr("Drawing, any size"))
        self._save("training-strip.png", f"{kinds[0]} (*.png);;{kinds[1]} (*.svg)", _strip)

    def save_animation(self) -> None:
        """All moments, which a browser plays."""
        kind = self.tr("Moving picture for browsers")
        self._save("training.svg", f"{kind} (*.svg)", _animation)

    def _save(self, name: str, kinds: str, draw: _Draw) -> None:
        run, moments = self._studio.run, self._timeline.moments
        reading = self._timeline.reading
        if run is None or reading is None or not moments:
            return
        chosen = self._choose_path(self._page, self.tr("Save the training"), name, kinds)
        if not chosen:
            return
        path = Path(chosen)
        most = MOST_SIDE_BY_SIDE if draw is _strip else MOST_IN_A_ROW
        taken = [moments[place] for place in evenly(len(moments), most)]
        self._studio.tasks.run(
            self.tr("Drawing the training"),
            partial(_draw, run, taken, reading, path, draw),
            on_done=self._say,
        )

    def _say(self, path: Path) -> None:
        said = self.tr("{name} was written to {folder}.")
        self._studio.notifier.say(
            said.format(name=path.name, folder=path.parent), level=Severity.SUCCESS
        )


def _draw(
    run: Run,
    moments: Sequence[WatchTranslated],
    reading: Reading,
    path: Path,
    draw: _Draw,
    control: TaskControl,
) -> Path | None:
    found = []
    for number, event in enumerate(moments):
        if control.should_stop():
            return None
        control.report(number, len(moments))
        kept = run.watch_folder / event.attention
        if kept.exists():
            found.append((event.step, load_watch_record(kept)))
    if not found:
        raise ExportError(
            "The attention of this sentence was not kept.",
            hint="Choose another sentence, or train on: the next validation keeps it.",
        )
    draw(found, reading, f"run {run.name}", path)
    return path


def _strip(moments: _Moments, reading: Reading, origin: str, path: Path) -> None:
    drawn = draw_strip(moments, reading, origin)
    if path.suffix.lower() == ".png":
        write_bytes(path, rasterise(drawn.encode()))
    else:
        write_text(path, drawn)


def _animation(moments: _Moments, reading: Reading, origin: str, path: Path) -> None:
    layouts = [layout_moment(record, reading, step, origin) for step, record in moments]
    write_text(path, draw_animation(layouts))
