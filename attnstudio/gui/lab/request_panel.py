"""What is to be measured, the button that begins, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.lab.kind_choice import KindChoice
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.lab.kinds import LabKind, offered_kinds, usual_choice
from attnstudio.lab.measuring import LabProgress
from attnstudio.lab.report import Work
from attnstudio.presets import DEFAULT_PRESET, PRESETS

_WIDTH = 272


class RequestPanel(QWidget):
    """Preset and kinds, and one button.

    Signals:
        preset_chosen: the name of another preset.
        wanted: what is chosen is to be measured.
        cancelled: it is not to be measured any more.
    """

    preset_chosen = Signal(str)
    wanted = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self._is_at_work = False
        title = QLabel(self.tr("Lab"))
        set_role(title, "page-title")
        self._about = _wrapped(
            self.tr("What each kind of attention costs on this machine, by the length of sentences")
        )
        self._preset = QComboBox()
        self._preset.setAccessibleName(self.tr("Sizes of the models"))
        for name, preset in PRESETS.items():
            self._preset.addItem(name)
            self._preset.setItemData(
                self._preset.count() - 1, preset.reason, Qt.ItemDataRole.ToolTipRole
            )
        self._preset.activated.connect(lambda _: self.preset_chosen.emit(self.preset))
        sizes = QLabel(self.tr("Sizes of preset"))
        sizes.setBuddy(self._preset)
        row = QHBoxLayout()
        row.addWidget(sizes)
        row.addWidget(self._preset, stretch=1)
        self.kinds = KindChoice()
        self.kinds.changed.connect(self._say_whether_ready)
        self._measure = QPushButton()
        set_role(self._measure, "primary")
        self._measure.clicked.connect(self.wanted)
        self._progress = BusyBar(self.tr("Progress of the measurement"))
        self._doing = _wrapped("")
        self._cancel = QPushButton(self.tr("Stop"))
        self._cancel.clicked.connect(self.cancelled)
        self._note = _wrapped("", role="warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(title)
        column.addWidget(self._about)
        column.addSpacing(SPACE)
        column.addLayout(row)
        column.addWidget(self.kinds, stretch=1)
        for widget in (self._note, self._doing, self._progress, self._cancel, self._measure):
            column.addWidget(widget)
        self.offer(DEFAULT_PRESET, ())
        self.end(has_report=False)

    @property
    def preset(self) -> str:
        """Whose sizes are chosen."""
        return self._preset.currentText()

    @property
    def chosen(self) -> tuple[LabKind, ...]:
        """The kinds that are chosen."""
        return self.kinds.chosen

    def offer(self, preset: str, names: Sequence[str]) -> None:
        """Offer the kinds of a preset; those of these names are chosen, or else the usual ones."""
        self._preset.setCurrentText(preset)
        offered = offered_kinds(preset)
        known = [kind.name for kind in offered if kind.name in names]
        self.kinds.offer(offered, known or [kind.name for kind in usual_choice(offered)])
        self._say_whether_ready()

    def say_disturbed(self, *, is_training: bool) -> None:
        """Say beside what it would be measured."""
        words = self.tr(
            "A training is under way: both will be slower for it, and times are longer than on a "
            "quiet machine."
        )
        self._note.setText(words if is_training else "")
        self._note.setVisible(is_training)

    def begin(self) -> None:
        """It is under way."""
        self._doing.setText(self.tr("Preparing…"))
        self._progress.show_busy()
        self._show_work(is_at_work=True)

    def show_progress(self, progress: LabProgress) -> None:
        """Say how far it is."""
        work = self.tr("Training") if progress.work is Work.TRAINING else self.tr("Writing")
        words = self.tr("{work} with {n} pieces: {kind}").format(
            work=work, n=count(progress.length), kind=progress.label
        )
        if progress.left_s is None:
            self._progress.show_busy()
        else:
            self._progress.show_share(progress.share)
            words += f" · {time_left(progress.left_s)}"
        self._doing.setText(words)

    def end(self, *, has_report: bool) -> None:
        """It is not under way any more."""
        self._measure.setText(self.tr("Measure again") if has_report else self.tr("Measure"))
        self._show_work(is_at_work=False)
        self._say_whether_ready()

    def _show_work(self, *, is_at_work: bool) -> None:
        self._is_at_work = is_at_work
        for widget in (self._doing, self._progress, self._cancel):
            widget.setVisible(is_at_work)
        self._measure.setVisible(not is_at_work)
        self._preset.setDisabled(is_at_work)
        self.kinds.setDisabled(is_at_work)

    def _say_whether_ready(self) -> None:
        is_ready = bool(self.chosen)
        self._measure.setEnabled(is_ready)
        self._measure.setToolTip("" if is_ready else self.tr("Choose a kind of attention first"))


def _wrapped(words: str, role: str = "muted") -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setFixedWidth(_WIDTH)
    set_role(label, role)
    return label
