"""The numbers of a translation: asked for in a task once, and kept meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from attnstudio.errors import UsageError
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task
from attnstudio.inference.sentence_numbers import SentenceNumbers
from attnstudio.project.project import Project

if TYPE_CHECKING:  # it brings torch
    from attnstudio.inference.reader import PairToRead

_MOST_KEPT = 4


class _Place(NamedTuple):
    run: str
    step: int
    pair: PairToRead


class _Found(NamedTuple):
    """What a task found.

    Attributes:
        numbers: of one translation.
        steps: of all checkpoints that the run has.
    """

    numbers: SentenceNumbers
    steps: tuple[int, ...]


class FormulaNumbers(QObject):
    """Takes every number of one translation down, of the checkpoint whose answer is shown.

    Args:
        studio: where it is done.
        asking: whose answer is shown.
        parent: owns it.

    Attributes:
        refused: why there are none of what was asked for last; empty where that is not known.

    Signals:
        found: the `SentenceNumbers` of what was asked for last; None while there are none.
    """

    found = Signal(object)

    def __init__(self, studio: Studio, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._asking = studio, asking
        self._kept: dict[_Place, _Found] = {}
        self._wanted: _Place | None = None
        self._task: Task | None = None
        self.refused = ""

    @property
    def step(self) -> int | None:
        """Of the checkpoint that was asked last; None for none."""
        return None if self._wanted is None else self._wanted.step

    @property
    def other_steps(self) -> tuple[int, ...]:
        """The checkpoints that there are beside the one whose numbers were found last."""
        found = self._kept.get(self._wanted) if self._wanted is not None else None
        if found is None or self._wanted is None:
            return ()
        return tuple(step for step in found.steps if step != self._wanted.step)

    def finder(self, candidate: Candidate) -> Callable[[], SentenceNumbers] | None:
        """What finds the numbers of a translation of the answer that is shown, in a task."""
        project, answer = self._studio.project, self._asking.answer
        if project is None or answer is None:
            return None
        engine, place = self._studio.engine, _Place(answer.run, answer.step, candidate.pair)
        known = self._kept.get(place)
        if known is not None:
            return lambda: known.numbers
        return lambda: _find(engine, project, place).numbers

    def ask(self, candidate: Candidate | None, step: int | None = None) -> None:
        """Find the numbers of one translation of the answer that is shown.

        Args:
            candidate: the translation; None for none.
            step: of another checkpoint, which is fed the same; None for that of the answer.
        """
        project, answer = self._studio.project, self._asking.answer
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        if candidate is None or project is None or answer is None:
            self._wanted = None
            self.found.emit(None)
            return
        place = self._wanted = _Place(
            answer.run, answer.step if step is None else step, candidate.pair
        )
        known = self._kept.get(place)
        self.refused = ""
        self.found.emit(None if known is None else known.numbers)
        if known is not None:
            return
        engine = self._studio.engine

        def keep(found: _Found) -> None:
            self._kept[place] = found
            for oldest in list(self._kept)[:-_MOST_KEPT]:
                del self._kept[oldest]
            if place == self._wanted:
                self.found.emit(found.numbers)

        def refuse(error: Exception) -> None:
            if not isinstance(error, UsageError):
                self._studio.notifier.show_error(error)
            elif place == self._wanted:
                self.refused = str(error)
                self.found.emit(None)

        self._task = self._studio.tasks.run(
            self.tr("Writing the formulas out"),
            lambda _: _find(engine, project, place),
            on_done=keep,
            on_failed=refuse,
            quiet=True,
        )


def _find(engine: Engine, project: Project, place: _Place) -> _Found:
    run = project.run(place.run)  # of the answer: another one may be chosen since
    numbers = engine.load_run(project, run, place.step).translator.numbers(place.pair)
    return _Found(numbers, run.checkpoints().steps)
