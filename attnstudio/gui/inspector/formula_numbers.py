"""The numbers of a translation: asked for in a task once, and kept meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task
from attnstudio.inference.step_numbers import SentenceNumbers
from attnstudio.project.project import Project
from attnstudio.project.run import Run

if TYPE_CHECKING:  # it brings torch
    from attnstudio.inference.reader import PairToRead

_MOST_KEPT = 4


class _Place(NamedTuple):
    run: str
    step: int
    pair: PairToRead


class FormulaNumbers(QObject):
    """Takes every number of one translation down, of the checkpoint whose answer is shown.

    Args:
        studio: where it is done.
        asking: whose answer is shown.
        parent: owns it.

    Signals:
        found: the `SentenceNumbers` of what was asked for last; None while there are none.
    """

    found = Signal(object)

    def __init__(self, studio: Studio, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._asking = studio, asking
        self._kept: dict[_Place, SentenceNumbers] = {}
        self._wanted: _Place | None = None
        self._task: Task | None = None

    def ask(self, candidate: Candidate | None) -> None:
        """Find the numbers of one translation of the answer that is shown; None for none."""
        project, run, answer = self._studio.project, self._asking.run, self._asking.answer
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        if candidate is None or project is None or run is None or answer is None:
            self._wanted = None
            self.found.emit(None)
            return
        place = self._wanted = _Place(answer.run, answer.step, candidate.pair)
        known = self._kept.get(place)
        self.found.emit(known)
        if known is not None:
            return
        engine = self._studio.engine

        def keep(numbers: SentenceNumbers) -> None:
            self._kept[place] = numbers
            for oldest in list(self._kept)[:-_MOST_KEPT]:
                del self._kept[oldest]
            if place == self._wanted:
                self.found.emit(numbers)

        self._task = self._studio.tasks.run(
            self.tr("Writing the formulas out"),
            lambda _: _numbers(engine, project, run, place),
            on_done=keep,
            quiet=True,
        )


def _numbers(engine: Engine, project: Project, run: Run, place: _Place) -> SentenceNumbers:
    return engine.load_run(project, run, place.step).translator.numbers(place.pair)
