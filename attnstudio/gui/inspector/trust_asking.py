"""How far the attention of a sentence can be trusted: worked out in a task, and kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.inspector.answer_place import AnswerPlace, make_room, place_of
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.project.project import Project
from attnstudio.project.run import Run

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.inference.reader import PairToRead
    from attnstudio.project.trust_report import TrustReport


class TrustAsking(QObject):
    """Works out what each word of a source does, once for each sentence and checkpoint.

    Args:
        studio: where it is worked out.
        asking: whose answer is shown.
        parent: owns it.

    Signals:
        changed: something was found out, or is not awaited any more.
        progressed: so much of what is awaited is done, from 0 to 1.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(self, studio: Studio, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._asking = studio, asking
        self._known: dict[AnswerPlace, TrustReport] = {}
        self._task: Task | None = None
        self._awaited: AnswerPlace | None = None

    def report_of(self, candidate: Candidate) -> TrustReport | None:
        """What was found out about a translation; None where nothing is known yet."""
        place = self._place_of(candidate)
        return None if place is None else self._known.get(place)

    def is_working_on(self, candidate: Candidate) -> bool:
        """Whether an answer about a translation is awaited."""
        return self._awaited is not None and self._awaited == self._place_of(candidate)

    def ask(self, candidate: Candidate) -> None:
        """Find out about a translation; what is awaited about another is not wanted any more."""
        project, run, place = self._studio.project, self._asking.run, self._place_of(candidate)
        if project is None or run is None or place is None or self.is_working_on(candidate):
            return
        self.drop()
        self._awaited = place
        self._task = self._studio.tasks.run(
            self.tr("Working out what each word does"),
            partial(_report, self._studio.engine, project, run, place.step, place.pair),
            on_done=partial(self._keep, place),
            on_failed=partial(self._fail, place),
            on_cancelled=partial(self._let_go, place),
        )
        self._task.progressed.connect(self._tell)
        self.changed.emit()

    def drop(self) -> None:
        """What is awaited is not wanted any more."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = self._awaited = None

    def _place_of(self, candidate: Candidate) -> AnswerPlace | None:
        return place_of(self._studio, self._asking, candidate)

    def _keep(self, place: AnswerPlace, report: TrustReport) -> None:
        make_room(self._known)
        self._known[place] = report
        self._let_go(place)

    def _fail(self, place: AnswerPlace, error: Exception) -> None:
        self._let_go(place)
        self._studio.notifier.show_error(error)

    def _tell(self, progress: TaskProgress) -> None:
        if self.sender() is self._task and progress.total:  # another one may still be ending
            self.progressed.emit(progress.done / progress.total)

    def _let_go(self, place: AnswerPlace) -> None:
        if self._awaited == place:
            self._task = self._awaited = None
            self.changed.emit()


def _report(
    engine: Engine, project: Project, run: Run, step: int, pair: PairToRead, control: TaskControl
) -> TrustReport | None:
    # imported here because they bring torch
    from attnstudio.attribution.work import Work
    from attnstudio.project.trust_report import report_trust

    translator = engine.load_run(project, run, step).translator
    return report_trust(
        translator, pair, Work(lambda share: control.report(share, 1.0), control.should_stop)
    )
