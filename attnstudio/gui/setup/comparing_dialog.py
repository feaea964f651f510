"""Which kinds are to be compared, with how many seeds, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, duration
from attnstudio.gui.setup.compared_kinds import OptionGroup, compared_kinds
from attnstudio.gui.setup.run_forecast import time_range
from attnstudio.gui.widgets.choice_boxes import ChoiceBox, ChoiceBoxes, ChoiceGroup
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.project.kind_comparison import ComparedKind
from attnstudio.training.expected_end import Ending, ExpectedEnd, TimeRange

_WIDTH, _HEIGHT = 560, 600
_TEXT_WIDTH = _WIDTH - 4 * SPACE
_MOST_SEEDS = 5


@dataclass(frozen=True, slots=True)
class ComparingRequest:
    """What a person wants compared.

    Attributes:
        name: of the comparison; None for one that is made up.
        kinds: the draft as it is, and what it is compared with.
        seeds: how many times each is trained.
    """

    name: str | None
    kinds: tuple[ComparedKind, ...]
    seeds: int


class ComparingDialog(QDialog):
    """Boxes to tick; Enter starts, Esc closes.

    Args:
        groups: what can be compared.
        end: when each run ends.
        parent: it lies above that.

    Signals:
        wanted: a `ComparingRequest`.
    """

    wanted = Signal(object)

    def __init__(
        self, groups: Sequence[OptionGroup], end: ExpectedEnd, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._groups, self._end = groups, end
        self._is_starting = False
        self.setWindowTitle(self.tr("Compare kinds"))
        self.resize(_WIDTH, _HEIGHT)
        self.choices = ChoiceBoxes(_TEXT_WIDTH - 4 * SPACE)
        self.choices.setAccessibleName(self.tr("What is compared"))
        self.choices.show_groups([self._boxes(group) for group in groups])
        self.choices.changed.connect(self._say)
        self.name = QLineEdit(placeholderText=self.tr("made up"))
        self.seeds = QSpinBox(minimum=1, maximum=_MOST_SEEDS, value=1)
        self.seeds.setToolTip(
            self.tr("Chance differs from seed to seed: with three or more, it can be told apart")
        )
        self.seeds.valueChanged.connect(self._say)
        self.sum = _wrapped("")
        self.reason = _wrapped("", role="warning")
        self._start = QPushButton(self.tr("Start"))
        set_role(self._start, "primary")
        self._start.clicked.connect(self._ask_to_start)
        self._lay_out()
        set_only_default(self, self._start)
        self._say()
        self._focus_first()

    @property
    def kinds(self) -> tuple[ComparedKind, ...]:
        """What is trained as it stands."""
        return compared_kinds(self._groups, self.choices.ticked)

    def refuse(self, reason: str) -> None:
        """Say why it could not be started; the person may change it."""
        self._is_starting = False
        self._say()
        self._show_reason(reason)

    def _boxes(self, group: OptionGroup) -> ChoiceGroup:
        boxes = [
            ChoiceBox(
                option.key,
                self.tr("{kind} (as set up)").format(kind=option.words)
                if option.is_own
                else option.words,
                f"{group.question} {option.words}",
                is_ticked=option.is_own,
                is_fixed=option.is_own,
                why_not=option.why_not,
            )
            for option in group.options
        ]
        return ChoiceGroup(group.question, boxes)

    def _lay_out(self) -> None:
        about = _wrapped(
            self.tr(
                "Each kind that is ticked is trained with the settings of the form and that one "
                "thing changed, one after another, beside the settings as they are."
            ),
        )
        below = QGridLayout()
        below.setHorizontalSpacing(2 * SPACE)
        below.setVerticalSpacing(SMALL_SPACE)
        for row, (text, widget) in enumerate(
            ((self.tr("&Seeds of each"), self.seeds), (self.tr("&Name"), self.name))
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            below.addWidget(label, row, 0)
            below.addWidget(widget, row, 1)
        below.setColumnStretch(1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self._start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(about)
        column.addWidget(self.choices, stretch=1)
        column.addLayout(below)
        column.addWidget(self.sum)
        column.addWidget(self.reason)
        column.addWidget(buttons)

    def _focus_first(self) -> None:
        """The first box that can be ticked."""
        box = next((box for box in self.choices.boxes.values() if box.isEnabled()), None)
        if box is not None:
            box.setFocus()

    def _say(self) -> None:
        kinds, seeds = len(self.kinds), self.seeds.value()
        reason = ""
        if self._end.ending is Ending.NOTHING:
            reason = self.tr(
                "These settings have no end: close this, and give the run minutes or updates."
            )
        self.sum.setText(self._sum_words(kinds, seeds) if kinds > 1 else self.tr("Tick a kind."))
        self._show_reason(reason)
        self._start.setEnabled(kinds > 1 and not reason and not self._is_starting)

    def _show_reason(self, reason: str) -> None:
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))

    def _sum_words(self, kinds: int, seeds: int) -> str:
        """How many runs, and how long they take."""
        runs = kinds * seeds
        words = self.tr("{n} runs, one after another").format(n=count(runs))
        if seeds > 1:
            words = self.tr("{n} runs, one after another: {kinds} kinds with {seeds} seeds").format(
                n=count(runs), kinds=count(kinds), seeds=count(seeds)
            )
        return f"{words}. {self._time_words(runs)}"

    def _time_words(self, runs: int) -> str:
        time = self._end.time
        if time is None:
            return self.tr("How long they take is not measured yet.")
        if self._end.ending is Ending.PATIENCE:
            return self.tr("They take at least {time} in all, and end by themselves.").format(
                time=duration(runs * time.shortest_s)
            )
        each = time_range(time)
        whole = time_range(TimeRange(runs * time.shortest_s, runs * time.longest_s))
        return self.tr("About {each} for each, {whole} in all.").format(each=each, whole=whole)

    def _ask_to_start(self) -> None:
        self._is_starting = True  # nobody starts it twice
        self._say()
        name = self.name.text().strip() or None
        self.wanted.emit(ComparingRequest(name, self.kinds, self.seeds.value()))


def _wrapped(words: str, role: str = "muted") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFixedWidth(_TEXT_WIDTH)
    set_role(label, role)
    return label
