"""How far the run is, and the buttons that govern it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.charts.measures import verdict
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, duration, time_left
from attnstudio.gui.studio.session_words import finding_words, state_words
from attnstudio.gui.studio.training_session import SessionState
from attnstudio.gui.training.minutes_box import MinutesBox
from attnstudio.gui.training.trouble_box import TroubleBox, WayOn, ways_on
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.project.run import RunState
from attnstudio.training.events import Failed, FindingLinks, Finished, Held, Step, Validation
from attnstudio.training.history import History
from attnstudio.training.scores import AER, BLEU, TEXT_AGREEMENT, Score, with_unknown
from attnstudio.training.stop import StopReason

_MORE_MINUTES = 10.0

_TOGETHER_BEGINS = "{n} processes train together"  # as the sentence in the log does

_NOT_OURS_TO_TRAIN = (RunState.RUNNING, RunState.IMPORTED)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is to be said about a run.

    Attributes:
        name: the run's.
        state: what became of it; None while that is being read.
        history: what it said.
        session: what this program does with it; IDLE when it does nothing.
        share_done: of its limit, 0 to 1; None when it has none.
        left_s: seconds until its limit; None while unknown.
        why_not: why the project cannot be changed; empty where it can.
        can_go_on: whether a checkpoint is there and no training is under way.
        comparison: which run of how many it is, where kinds are compared; empty where not.
        held: why the training waits; None while it does not.
        finding_links: how far the links are found that it teaches; None where it looks for none.
        checkpoints: steps that one can go on from; none while it is trained.
        patience: validations without a gain that end it; 0 where they do not, None while unknown.
        without_gain: how many there were in a row.
        first_checkpoint: when that comes, in words; empty while it is not trained or not known.
    """

    name: str
    state: RunState | None
    history: History
    session: SessionState
    share_done: float | None
    left_s: float | None
    why_not: str
    can_go_on: bool
    comparison: str = ""
    held: Held | None = None
    finding_links: FindingLinks | None = None
    checkpoints: tuple[int, ...] = ()
    patience: int | None = None
    without_gain: int = 0
    first_checkpoint: str = ""

    @property
    def is_trained_elsewhere(self) -> bool:
        """Whether another program trains it."""
        return self.session is SessionState.IDLE and self.state is RunState.RUNNING

    @property
    def is_through(self) -> bool:
        """Whether its plan is carried out: its learning rate is zero."""
        ending = self.history.ending
        return isinstance(ending, Finished) and ending.reason == StopReason.SCHEDULE_END

    @property
    def trouble(self) -> Held | Failed | None:
        """What is wrong now."""
        ending = self.history.ending
        failed = isinstance(ending, Failed) and self.session is SessionState.IDLE
        return self.held or (ending if isinstance(ending, Failed) and failed else None)


class RunProgress(QFrame):
    """Name, state, bar, figures and buttons of one run.

    Signals:
        pause_asked, resume_asked, stop_asked: the buttons.
        go_on_asked: more minutes for a run that has ended.
        go_back_asked: the step of the checkpoint to go on from, and for how many minutes.
        inspect_asked: the run is to be looked into.
        way_on_chosen: a `WayOn` out of trouble.
    """

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()
    go_on_asked = Signal(float)
    go_back_asked = Signal(int, float)
    inspect_asked = Signal()
    way_on_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._name = QLabel()
        set_role(self._name, "heading")
        self._state = QLabel()
        set_role(self._state, "muted")
        self._bar = BusyBar(self.tr("Progress of the training"))
        keeping_place = self._bar.sizePolicy()
        keeping_place.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(keeping_place)
        self._figures = QLabel()
        self._figures.setWordWrap(True)
        # room for the second line that the first validation brings: nothing below moves then
        self._figures.setMinimumHeight(2 * self._figures.fontMetrics().lineSpacing())
        self._figures.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._figures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble = TroubleBox()
        self.trouble.chosen.connect(self.way_on_chosen)
        self._make_buttons()
        self._lay_out()

    def show_facts(self, facts: RunFacts) -> None:
        """Say what is known now."""
        self._name.setText(facts.name)
        words = (self._state_words(facts), facts.comparison)
        self._state.setText("  ·  ".join(filter(None, words)))
        self._show_bar(facts)
        self._figures.setText(self._figure_words(facts))
        self.trouble.show_trouble(facts.trouble)
        self._show_buttons(facts)

    def _make_buttons(self) -> None:
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.clicked.connect(self.pause_asked)
        self._resume = QPushButton(self.tr("Resume"))
        set_role(self._resume, "primary")
        self._resume.clicked.connect(self.resume_asked)
        self._stop = QPushButton(self.tr("Stop"))
        self._stop_tip = self.tr("End the training and keep what it has learnt")
        self._stop_elsewhere_tip = self.tr(
            "Another program trains this run: press Ctrl+C there, which keeps what it has learnt."
        )
        self._stop.clicked.connect(self.stop_asked)
        self._minutes = MinutesBox(self.tr("More minutes"), _MORE_MINUTES)
        self._go_on = QPushButton(self.tr("Go on for"))
        self._go_on.clicked.connect(lambda: self.go_on_asked.emit(self._minutes.value()))
        self._inspect = QPushButton(self.tr("Look inside"))
        self._inspect.clicked.connect(self.inspect_asked)
        self._go_back = QPushButton(self.tr("From a checkpoint"))
        self._go_back_tip = self.tr("Go on from an earlier checkpoint for so many minutes")
        self._go_back.setMenu(QMenu(self._go_back))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._name)
        top.addWidget(self._state, stretch=1)
        for button in (
            self._pause, self._resume, self._stop, self._go_on, self._minutes, self._go_back,
            self._inspect,
        ):  # fmt: skip
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._figures)
        column.addWidget(self.trouble)

    def _state_words(self, facts: RunFacts) -> str:
        if facts.session is SessionState.PREPARING:
            if facts.finding_links is not None:
                return finding_words(facts.finding_links)
            return self.tr("Preparing: vocabulary, encoding, model…")
        if facts.session is not SessionState.IDLE:
            return state_words(facts.session)
        if facts.state is RunState.FINISHED and facts.is_through:
            return self.tr("Finished: its time budget is used")
        if facts.state is None:
            return self.tr("Reading…")
        ending = facts.history.ending
        if facts.state is RunState.STOPPED and isinstance(ending, Finished):
            return {
                StopReason.STEP_LIMIT: self.tr("Reached its limit of steps; it can go on"),
                StopReason.TIME_LIMIT: self.tr("Reached its limit of time; it can go on"),
                StopReason.EPOCH_LIMIT: self.tr("Reached its limit of epochs; it can go on"),
            }.get(StopReason(ending.reason), self.tr("Stopped by hand; it can go on"))
        if facts.state is RunState.INTERRUPTED and not facts.history.checkpoints:
            return self.tr("Interrupted before its first checkpoint; it would begin anew")
        return {
            RunState.NEW: self.tr("Not trained yet"),
            RunState.RUNNING: self._elsewhere_words(facts.history),
            RunState.STOPPED: self.tr("Stopped; it can go on"),
            RunState.FINISHED: self.tr("Finished: no further improvement"),
            RunState.FAILED: self.tr("Failed"),
            RunState.INTERRUPTED: self.tr("Interrupted; it can go on from its last checkpoint"),
            RunState.IMPORTED: self.tr("Imported: it translates, but cannot be trained further"),
        }[facts.state]

    def _elsewhere_words(self, history: History) -> str:
        processes = processes_of(history)
        if processes > 1:
            words = self.tr("Trained by another program, in {n} processes together")
            return words.format(n=count(processes))
        return self.tr("Trained by another program")

    def _show_bar(self, facts: RunFacts) -> None:
        """In training no bar where no end is known: one that always moves slows it down."""
        preparing = facts.session is SessionState.PREPARING
        self._bar.setVisible(preparing or facts.share_done is not None)
        if preparing and facts.finding_links is not None:
            self._bar.show_share(facts.finding_links.share)
        elif preparing:
            self._bar.show_busy()
        else:
            self._bar.show_share(facts.share_done or 0.0)

    def _figure_words(self, facts: RunFacts) -> str:
        history = facts.history
        if not history.steps:
            is_empty = facts.state not in (None, RunState.IMPORTED)
            return self.tr("No step yet") if is_empty else ""
        last: Step = history.steps[-1]
        parts = [
            self.tr("step {n}").format(n=count(history.step)),
            self.tr("epoch {n}").format(n=decimals(last.epoch, 2)),
            self.tr("loss {n}").format(n=decimals(last.loss, 3)),
            self.tr("{n} tokens/s").format(n=decimals(last.tokens_per_second, 0)),
            self.tr("{time} trained").format(time=duration(last.elapsed_s)),
        ]
        if facts.session is SessionState.RUNNING and facts.left_s is not None:
            parts.append(time_left(facts.left_s))
        if facts.session is SessionState.RUNNING and facts.patience is not None:
            parts.append(self._end_words(facts))
        best: Validation | None = history.best
        if best is not None:
            parts.append(self._best_words(best))
        return "  ·  ".join(part for part in parts if part)

    def _end_words(self, facts: RunFacts) -> str:
        """What ends a training besides its limits, and how near that is."""
        if facts.patience:
            return self.tr("ends when {n} validations bring no gain, now {done}").format(
                n=count(facts.patience), done=count(facts.without_gain)
            )
        return "" if facts.share_done is not None else self.tr("no end is set: press Stop")

    def _best_words(self, best: Validation) -> str:
        figures = [self.tr("loss {n}").format(n=decimals(best.loss, 3))]
        for score in with_unknown((BLEU, AER, TEXT_AGREEMENT), best.scores):
            if score.name in best.scores:
                figures.append(_judged(score, best.scores[score.name]))
        return self.tr("best at step {n}: {figures}").format(
            n=count(best.step), figures=", ".join(figures)
        )

    def _show_buttons(self, facts: RunFacts) -> None:
        session, trouble = facts.session, facts.trouble
        at_work = session in (SessionState.PREPARING, SessionState.RUNNING)
        ending = session in (SessionState.PAUSING, SessionState.STOPPING)
        paused = session is SessionState.PAUSED
        # One that is trained elsewhere, or came with its weights alone, does not go on here.
        idle = session is SessionState.IDLE and facts.state not in _NOT_OURS_TO_TRAIN
        self._pause.setVisible(at_work or session is SessionState.PAUSING)
        self._pause.setEnabled(at_work)
        self._resume.setVisible(paused)
        elsewhere = facts.is_trained_elsewhere
        self._stop.setVisible(at_work or ending or paused or elsewhere)
        self._stop.setEnabled(session is not SessionState.STOPPING and not elsewhere)
        self._stop.setToolTip(self._stop_elsewhere_tip if elsewhere else self._stop_tip)
        # From where the losses went wrong nobody goes on as before; the trouble has better ways.
        went_wrong = WayOn.NEW_WITH_HALF_THE_RATE in (ways_on(trouble) if trouble else ())
        self._go_on.setVisible(idle and not facts.is_through and not went_wrong)
        self._go_on.setEnabled(facts.can_go_on and not facts.why_not)
        goes_back = idle and not facts.is_through and len(facts.checkpoints) > 1
        self._minutes.setVisible(goes_back or self._go_on.isVisibleTo(self))
        self._go_back.setVisible(goes_back)
        self._go_back.setEnabled(facts.can_go_on and not facts.why_not)
        self._go_on.setToolTip(facts.why_not)
        self._go_back.setToolTip(facts.why_not or self._go_back_tip)
        self._fill_menu(facts)
        can_inspect = bool(facts.history.checkpoints) or facts.state is RunState.IMPORTED
        self._inspect.setEnabled(can_inspect)
        self._inspect.setToolTip(
            self.tr("Open the inspector with this run")
            if can_inspect
            else facts.first_checkpoint or self.tr("This run has no checkpoint to look into.")
        )

    def _fill_menu(self, facts: RunFacts) -> None:
        """One entry a checkpoint, the newest first."""
        menu = self._go_back.menu()
        menu.clear()
        best = facts.history.best
        losses = {made.step: made.loss for made in facts.history.validations}
        for step in reversed(facts.checkpoints):
            words = [self.tr("Step {n}").format(n=count(step))]
            if step in losses:
                words.append(self.tr("loss {n}").format(n=decimals(losses[step], 3)))
            if best is not None and best.step == step:
                words.append(self.tr("best"))
            menu.addAction(" · ".join(words), partial(self._ask_to_go_back, step))

    def _ask_to_go_back(self, step: int) -> None:
        self.go_back_asked.emit(step, self._minutes.value())


def processes_of(history: History) -> int:
    """How many processes train a run together, as its log tells of its latest training.

    The log names no number where one process trains alone.
    """
    began = history.started.step if history.started is not None else 0
    told = [
        notice.values.get("n")
        for notice in history.notices
        if notice.step >= began and notice.template.startswith(_TOGETHER_BEGINS)
    ]
    numbers = [number for number in told if isinstance(number, int)]  # others wrote no such log
    return numbers[-1] if numbers else 1


def _judged(score: Score, value: float) -> str:
    """A figure with what it means."""
    figure = f"{score.label} {decimals(value, score.decimals)}"
    meaning = verdict(score, value)
    return f"{figure} ({meaning})" if meaning else figure
