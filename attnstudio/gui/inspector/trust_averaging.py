"""How far attention can be trusted over many held-out sentences: worked out in a task, and kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.gui.inspector.asking import Asking
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskProgress
from attnstudio.project.project import Project
from attnstudio.project.run import Run

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.project.trust_averages import TrustAverages


class _Model(NamedTuple):
    folder: Path
    run: str
    step: int


class Averaged(NamedTuple):
    """What was found out.

    Attributes:
        averages: it; None where the model does not look at a source, or nothing is held out.
    """

    averages: TrustAverages | None


class TrustAveraging(QObject):
    """Averages over the validation set, of the checkpoint whose answer is shown.

    Args:
        studio: where it is worked out.
        asking: whose answer is shown.
        parent: owns it.

    Signals:
        changed: something was found out, or is not awaited any more.
        progressed: a `TaskProgress` of what is awaited.
    """

    changed = Signal()
    progressed = Signal(object)

    def __init__(self, studio: Studio, asking: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._asking = studio, asking
        self._known: tuple[_Model, Averaged] | None = None
        self._task: Task | None = None
        self._awaited: _Model | None = None
        self._enough = Event()

    @property
    def found(self) -> Averaged | None:
        """What is known of the checkpoint whose answer is shown; None where nothing is."""
        model = self._model()
        return self._known[1] if self._known is not None and self._known[0] == model else None

    @property
    def is_working(self) -> bool:
        """Whether it is worked out for the checkpoint whose answer is shown."""
        return self._awaited is not None and self._awaited == self._model()

    def ask(self, sentences: int) -> None:
        """Find out, of so many sentences; what is awaited of another checkpoint is dropped."""
        project, run, model = self._studio.project, self._asking.run, self._model()
        if project is None or run is None or model is None or self.is_working:
            return
        self._drop()
        self._awaited, self._enough = model, Event()
        self._task = self._studio.tasks.run(
            self.tr("Averaging trust over the validation set"),
            partial(
                _average, self._studio.engine, project, run, model.step, sentences, self._enough
            ),
            on_done=partial(self._keep, model),
            on_failed=partial(self._fail, model),
            on_cancelled=partial(self._let_go, model),
        )
        self._task.progressed.connect(self._tell)
        self.changed.emit()

    def stop(self) -> None:
        """No sentence more: what those that are done give is the average."""
        self._enough.set()

    def _drop(self) -> None:
        """What is awaited is not wanted any more."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()

    def _model(self) -> _Model | None:
        project, answer = self._studio.project, self._asking.answer
        if project is None or answer is None:
            return None
        return _Model(project.folder, answer.run, answer.step)

    def _keep(self, model: _Model, found: Averaged) -> None:
        self._known = model, found
        self._let_go(model)

    def _fail(self, model: _Model, error: Exception) -> None:
        self._let_go(model)
        self._studio.notifier.show_error(error)

    def _tell(self, progress: TaskProgress) -> None:
        if self.sender() is self._task and self.is_working:
            self.progressed.emit(progress)

    def _let_go(self, model: _Model) -> None:
        if self._awaited == model:
            self._task = self._awaited = None
        self.changed.emit()


def _average(
    engine: Engine,
    project: Project,
    run: Run,
    step: int,
    sentences: int,
    enough: Event,
    control: TaskControl,
) -> Averaged | None:
    # imported here because it brings torch
    from attnstudio.project.trust_averages import average_trust

    found = average_trust(
        engine.load_run(project, run, step),
        Split.VALID,
        sentences,
        progress=control.report,
        should_stop=control.should_stop,
        is_enough=enough.is_set,
    )
    return None if control.should_stop() else Averaged(found)
