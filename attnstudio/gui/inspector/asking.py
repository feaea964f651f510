"""What the person asked of a model, what came of it, and whether that is still the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from attnstudio.config import DecodingConfig
from attnstudio.gui.inspector.inspection import Inquiry, Inspection, inspect
from attnstudio.gui.inspector.question_box import QuestionBox
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import Task
from attnstudio.project.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer depends on, besides the run.

    Attributes:
        source: the sentence.
        forced: the translation that was given; None where the model translates.
        checkpoint: ``best``, ``last`` or a step.
        step: what that stood for.
        beam: translations kept side by side; 0 where one was given.
        n_best: translations asked for; 0 where one was given.
    """

    source: str
    forced: str | None
    checkpoint: str
    step: int | None
    beam: int
    n_best: int


class Asking(QObject):
    """One question at a time, and the answer that is shown.

    Args:
        studio: where questions are answered, and who is told what fails.
        box: where they are asked.
        parent: owns it.

    Signals:
        answered: the `Inspection` that is to be shown now, or None for nothing.
        aged: the answer may be of another question than the box's now, or of the same again.
    """

    answered = Signal(object)
    aged = Signal()

    def __init__(self, studio: Studio, box: QuestionBox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio, self._box = studio, box
        self._run: Run | None = None
        self._steps: Mapping[str, int | None] = {}
        self._task: Task | None = None
        self._last: Asked | None = None
        self._of_answer: Asked | None = None
        self._answer: Inspection | None = None

    @property
    def answer(self) -> Inspection | None:
        """What is shown."""
        return self._answer

    @property
    def of_answer(self) -> Asked | None:
        """What was asked for the answer that is shown."""
        return self._of_answer

    @property
    def is_working(self) -> bool:
        """Whether an answer is awaited."""
        return self._task is not None

    @property
    def is_stale(self) -> bool:
        """Whether what is shown is the answer to another question than the box's."""
        asked = self._of_answer
        if asked is None:
            return False
        forced = self._box.target if asked.forced is not None else None
        return self.is_working or asked != self._would_ask(forced)

    @property
    def sentence(self) -> str:
        """What stands in the box, asked or not."""
        return self._box.source.strip()

    @property
    def run(self) -> Run | None:
        """Whose model is asked."""
        return self._run

    def set_run(self, run: Run | None, steps: Mapping[str, int | None]) -> None:
        """Say whose model is asked.

        Args:
            run: None lets nobody ask.
            steps: what the choices of a checkpoint stand for; the best may be another one now.
        """
        self._run, self._steps = run, steps
        self.aged.emit()

    def choose_step(self, step: int) -> None:
        """Ask the checkpoint of a step from now on, by its name where it has one."""
        value = next((name for name, at in self._steps.items() if at == step), None)
        if value is not None and self._steps.get(self._box.checkpoint) != step:
            self._box.choose_checkpoint(value)

    def translate(self) -> None:
        """Let the model translate the sentence in the box."""
        self._ask(None)

    def read_forced(self) -> None:
        """Let the model read the translation in the box."""
        if self._box.target.strip():
            self._ask(self._box.target)
            return
        self._studio.notifier.say(
            self.tr("There is no translation to read."),
            hint=self.tr("Type one in the field at the right first."),
            level=Severity.WARNING,
        )

    def ask_again(self, asked: Asked) -> None:
        """Ask the model that is chosen now what another one was asked."""
        self._ask(asked.forced)

    def drop(self) -> None:
        """An earlier question is not of interest any more."""
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._task = None
        self._box.set_working(False)

    def show(self, answer: Inspection | None) -> None:
        """Show the answer to what was asked last, or nothing."""
        self._task = None
        self._box.set_working(False)
        self._answer = answer
        if answer is None:
            self._last = None
        elif self._last is not None:  # a newer checkpoint than was known may have answered
            self._last = replace(self._last, step=answer.step)
        self._of_answer = self._last
        self.answered.emit(answer)
        self.aged.emit()

    def fail(self, error: Exception) -> None:
        """Say why there is no answer; the last one stays."""
        self.drop()
        self.aged.emit()
        self._studio.notifier.show_error(error)

    def _ask(self, forced: str | None) -> None:
        project, box = self._studio.project, self._box
        if project is None or self._run is None:
            return
        if not box.source.strip():
            self._studio.notifier.say(
                self.tr("There is no sentence to translate."),
                hint=self.tr("Type one in the field at the left first, or pick one."),
                level=Severity.WARNING,
            )
            box.focus_source()
            return
        self.drop()
        decoding = DecodingConfig(beam_size=box.beam, n_best=box.n_best)
        inquiry = Inquiry(project, self._run, box.checkpoint, box.source, forced, decoding)
        self._last = self._would_ask(forced)
        box.set_working(True)
        self._task = self._studio.tasks.run(
            self.tr("Looking at the sentence"),
            partial(inspect, self._studio.engine, inquiry),
            on_done=self.show,
            on_failed=self.fail,
            on_cancelled=self._cancelled,
        )
        self.aged.emit()

    def _cancelled(self) -> None:
        """The person ended it in the status bar; not so where another question took its place."""
        if self._task is not None and self._task.is_cancelled:
            self.drop()
            self.aged.emit()

    def _would_ask(self, forced: str | None) -> Asked:
        box = self._box
        is_free = forced is None
        return Asked(
            box.source.strip(),
            forced.strip() if forced is not None else None,
            box.checkpoint,
            self._steps.get(box.checkpoint),
            box.beam if is_free else 0,
            box.n_best if is_free else 0,
        )
