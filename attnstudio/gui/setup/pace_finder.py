"""Finds out behind the setup page how fast a run would train here, and never beside a training."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from attnstudio.config import RunConfig
from attnstudio.gui.studio.tasks import Task, TaskControl, TaskRunner
from attnstudio.gui.studio.training_session import TrainingSession
from attnstudio.project.probe import Probed, ProbeRequest, probe

_RESTED_MS = 1_500  # without an edit
_WITHOUT_WEIGHT = (  # of training's settings: an update takes as long whatever they are
    "learning_rate",
    "schedule",
    "warmup_steps",
    "horizon_steps",
    "budget_minutes",
    "adam_beta2",
    "weight_decay",
    "dropout_epochs",
    "validate_every",
    "best_metric",
    "patience",
    "wait_for_alignment",
    "report_every",
    "checkpoint_minutes",
    "keep_checkpoints",
    "seed",
)


class FinderState(StrEnum):
    """What is known of the pace."""

    WAITING = "waiting"  # for the person to rest, or for pieces of text
    MEASURING = "measuring"
    FOUND = "found"
    FAILED = "failed"
    CANCELLED = "cancelled"  # by the person
    TRAINING = "training"  # a training is under way, which measuring would slow down


@dataclass(frozen=True, slots=True)
class PaceSearch:
    """What is known of the pace of a run.

    Attributes:
        state: how far it is.
        probed: what was found, when it is ``FOUND``.
        reason: what went wrong, when it has ``FAILED``.
    """

    state: FinderState
    probed: Probed | None = None
    reason: str = ""


class PaceFinder(QObject):
    """Measures what is asked for once nothing else was asked for a while.

    What was found stays known for as long as the program runs, so that going back to settings that
    were tried shows it at once.

    Args:
        tasks: where it is measured.
        session: while its training is under way nothing is measured, and what is being measured
            ends at once.
        parent: owns it.

    Signals:
        changed: a `PaceSearch` about what was asked for last.
    """

    changed = Signal(object)

    def __init__(self, tasks: TaskRunner, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._session = session
        self._wanted: ProbeRequest | None = None
        self._finding = PaceSearch(FinderState.WAITING)
        self._known: dict[ProbeRequest, Probed] = {}
        self._task: Task | None = None
        self._rested = QTimer(self, singleShot=True, interval=_RESTED_MS)
        self._rested.timeout.connect(self._measure)
        session.state_changed.connect(self.go_on)

    def ask(self, request: ProbeRequest | None) -> None:
        """Find out about other settings; None while they are not known yet."""
        request = request and _what_counts(request)
        if request != self._wanted:
            self._end()
            self._wanted = request
            self.go_on()

    def cancel(self) -> None:
        """The person does not want it measured."""
        self._end()
        self._say(PaceSearch(FinderState.CANCELLED))

    def measure_again(self) -> None:
        """The person wants it measured now, whatever is known."""
        self._end()
        if self._wanted is not None:
            self._known.pop(self._wanted, None)
        self._measure()

    def give_way(self) -> None:
        """End what is being measured, because something begins that needs the machine."""
        self._end()
        self._say(PaceSearch(FinderState.WAITING))

    def go_on(self) -> None:
        """Say what is known, or measure it soon where nothing is in the way."""
        if self._session.is_active:
            self._end()
        elif self._task is not None and self._task.is_running:
            return
        found = self._known.get(self._wanted) if self._wanted is not None else None
        if found is not None:
            self._say(PaceSearch(FinderState.FOUND, found))
        elif self._session.is_active:
            self._say(PaceSearch(FinderState.TRAINING))
        else:
            self._say(PaceSearch(FinderState.WAITING))
            if self._wanted is not None:
                self._rested.start()

    def _measure(self) -> None:
        if self._wanted is None or self._session.is_active:
            self.go_on()
            return
        self._say(PaceSearch(FinderState.MEASURING))
        request = self._wanted
        self._task = self._tasks.run(
            self.tr("Measuring the speed"),
            partial(_probe, request),
            on_done=partial(self._take, request),
            on_failed=partial(self._say_failure, request),
            quiet=True,
        )

    def _say(self, finding: PaceSearch) -> None:
        if finding != self._finding:
            self._finding = finding
            self.changed.emit(finding)

    def _take(self, request: ProbeRequest, probed: Probed) -> None:
        self._known[request] = probed
        if request == self._wanted:
            self._say(PaceSearch(FinderState.FOUND, probed))

    def _say_failure(self, request: ProbeRequest, error: Exception) -> None:
        if request == self._wanted:
            self._say(PaceSearch(FinderState.FAILED, reason=str(error)))

    def _end(self) -> None:
        self._rested.stop()
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = None


def _what_counts(request: ProbeRequest) -> ProbeRequest:
    """The same for settings that train as fast: those of when to stop and of names aside."""
    config = request.config
    plain = RunConfig()
    same = {name: getattr(plain.training, name) for name in _WITHOUT_WEIGHT}
    training = config.training.model_copy(update=same)
    counting = config.model_copy(update={"training": training, "limits": plain.limits})
    return replace(request, config=counting)


def _probe(request: ProbeRequest, control: TaskControl) -> Probed | None:
    return probe(request, control.should_stop)
