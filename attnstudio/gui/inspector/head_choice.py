"""Which head of a run links words best: asked for when the person wants it, and kept meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl
from attnstudio.project.project import Project

if TYPE_CHECKING:
    from attnstudio.evaluation.reading import ReadingChoice


class HeadChoice(QObject):
    """Lets the project's own pairs say which reading of the model that is shown aligns best.

    It takes some seconds, so that it is done in a task and once for each checkpoint.

    Args:
        studio: where it is found out.
        asking: whose answer is shown.
        parent: owns it.

    Signals:
        found: the `ReadingChoice` of the answer that is shown; None while there is none.
    """

    found = Signal(object)

    def __init__(self, studio: Studio, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._asking = studio, asking
        self._known: dict[tuple[str, int], ReadingChoice] = {}
        self._task: Task | None = None
        asking.answered.connect(self._tell)

    def ask(self) -> None:
        """Find out for the checkpoint whose answer is shown."""
        project, answer = self._studio.project, self._asking.answer
        if project is None or answer is None:
            return
        if self._task is not None and self._task.is_running:
            return
        place, engine = (answer.run, answer.step), self._studio.engine

        def keep(own: ReadingChoice) -> None:
            self._known[place] = own
            self._tell()

        self._task = self._studio.tasks.run(
            self.tr("Looking which head aligns best"),
            lambda control: _choose(engine, project, *place, control),
            on_done=keep,
        )

    def _tell(self, _: object = None) -> None:
        answer = self._asking.answer
        self.found.emit(None if answer is None else self._known.get((answer.run, answer.step)))


def _choose(
    engine: Engine, project: Project, name: str, step: int, control: TaskControl
) -> ReadingChoice | None:
    # imported here because it brings torch
    from attnstudio.project.reading_choice import choose_own_reading

    # of the answer that is shown: another run may be chosen since
    loaded = engine.load_run(project, project.run(name), step)
    return choose_own_reading(
        project, loaded, progress=control.report, should_stop=control.should_stop
    )
