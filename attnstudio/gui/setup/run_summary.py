"""What a run that is set up comes to, beside the settings: direction, name, size, time, start."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.gui.setup.all_cards_note import AllCardsNote
from attnstudio.gui.setup.run_forecast import RunForecast
from attnstudio.gui.setup.shared_start import SharedStart
from attnstudio.gui.widgets.link_label import LinkLabel

WIDTH = 292
_LARGE_MB = 1000


class RunSummary(QFrame):
    """A card with what is decided last.

    Signals:
        direction_chosen: whether to translate against the project's direction.
        name_edited: the name of the run; empty for one that is made up.
        knob_asked: the person wants to see the knob that is in the way.
        start_asked: begin.
        command_asked: copy it as a command.
        shared_command_asked: copy it as a command for several processes.
        comparing_asked: train several kinds in turn and compare them.
    """

    direction_chosen = Signal(bool)
    name_edited = Signal(str)
    knob_asked = Signal(str)
    start_asked = Signal()
    command_asked = Signal()
    shared_command_asked = Signal()
    comparing_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.setFixedWidth(WIDTH)
        self._direction = QComboBox()
        self._direction.setAccessibleName(self.tr("Direction"))
        self._direction.activated.connect(self._tell_direction)
        self._name = QLineEdit(placeholderText=self.tr("made up"))
        self._name.setAccessibleName(self.tr("Name of the run"))
        self._name.textEdited.connect(self.name_edited)
        self.parameters = QLabel("…")
        self.memory = QLabel("…")
        for label in (self.parameters, self.memory):
            set_role(label, "number")
        self.forecast = RunForecast(WIDTH - 4 * SPACE)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setFixedWidth(WIDTH - 4 * SPACE)
        set_role(self.note, "muted")
        self.note.hide()
        self.reason = LinkLabel()
        self.reason.setWordWrap(True)
        self.reason.setFixedWidth(WIDTH - 4 * SPACE)
        self.reason.linkActivated.connect(self.knob_asked)
        set_role(self.reason, "warning")
        self._start = QPushButton(self.tr("Start training"))
        set_role(self._start, "primary")
        self._start.clicked.connect(self.start_asked)
        self._compare = QPushButton(self.tr("Compare kinds…"))
        self._compare.setToolTip(self.tr("Train several kinds in turn and hold them together"))
        self._compare.clicked.connect(self.comparing_asked)
        self._copy = QPushButton(self.tr("Copy as command line"))
        menu = QMenu(self._copy)
        menu.setToolTipsVisible(True)
        menu.addAction(self.tr("For one process"), self.command_asked.emit)
        self._copy_shared = menu.addAction("", self.shared_command_asked.emit)
        self._copy.setMenu(menu)
        self.cards = AllCardsNote(WIDTH - 4 * SPACE)
        self.cards.copy_asked.connect(self.shared_command_asked)
        self._lay_out()

    def list_directions(self, source: str, target: str) -> None:
        """Offer both directions between two languages, given by their codes."""
        first, second = language_name(source), language_name(target)
        self._direction.clear()
        for a, b, reverse in ((first, second, False), (second, first, True)):
            self._direction.addItem(self.tr("{a} → {b}").format(a=a, b=b), reverse)

    def show_choice(self, *, reverse: bool, name: str) -> None:
        """Show what was chosen, without telling anybody."""
        self._direction.setCurrentIndex(int(reverse))
        if self._name.text().strip() != name:  # a space may be followed by another word
            self._name.setText(name)

    def show_size(self, parameters: int) -> None:
        """Say how large the model is."""
        self.parameters.setText(count(parameters))

    def show_memory(self, memory_bytes: int) -> None:
        """Say what training takes, as exactly as it can be known."""
        megabytes = memory_bytes / 2**20
        if megabytes < _LARGE_MB:
            self.memory.setText(self.tr("{n} MB").format(n=count(int(round(megabytes, -1)))))
        else:
            self.memory.setText(self.tr("{n} GB").format(n=decimals(megabytes / 1024, 1)))

    def show_note(self, words: str) -> None:
        """Say what of the settings will not be done; nothing where all is."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def show_ready(self, reason: str) -> None:
        """Say why training cannot start, or let it start when nothing is in the way."""
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self._start.setEnabled(not reason)
        self._compare.setEnabled(not reason)

    def show_commands(self, start: SharedStart, *, can_copy: bool) -> None:
        """Offer the command for one process, and for as many as can be started here.

        Args:
            start: of several processes.
            can_copy: whether the settings can be made a command.
        """
        self._copy.setEnabled(can_copy)
        words = self.tr("For several processes")
        if start.processes:
            words = self.tr("For {n} processes").format(n=count(start.processes))
        self._copy_shared.setText(words)
        self._copy_shared.setEnabled(not start.why_not)
        self._copy_shared.setToolTip(start.why_not)
        self.cards.show_cards(start.processes if start.is_on_cards else 0, can_copy=can_copy)

    def show_starting(self) -> None:
        """Nobody starts it twice."""
        self._start.setEnabled(False)
        self._compare.setEnabled(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        heading = QLabel(self.tr("This run"))
        set_role(heading, "heading")
        column.addWidget(heading)
        for text, widget in (
            (self.tr("Direction"), self._direction),
            (self.tr("Name"), self._name),
            (self.tr("Parameters"), self.parameters),
            (self.tr("Memory while training, about"), self.memory),
            (self.tr("Time"), self.forecast),
        ):
            label = QLabel(text)
            set_role(label, "muted")
            column.addWidget(label)
            column.addWidget(widget)
        column.addStretch()
        column.addWidget(self.note)
        column.addWidget(self.reason)
        column.addWidget(self._start)
        column.addWidget(self._compare)
        column.addWidget(self._copy)
        column.addWidget(self.cards)

    def _tell_direction(self) -> None:
        self.direction_chosen.emit(bool(self._direction.currentData()))
