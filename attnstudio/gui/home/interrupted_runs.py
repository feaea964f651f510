"""Trainings that were interrupted, each with the three ways to go on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.moments import moment
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.interpretation.lettering import elide, isolate

if TYPE_CHECKING:  # pydantic takes a while to load: the window answers before
    from attnstudio.project.interrupted import Interruption

_NAME_EM = 30.0


class InterruptedRuns(QFrame):
    """A calm card; hidden while nothing is interrupted.

    Signals:
        resume_asked, open_asked, discard_asked: an `Interruption`.
    """

    resume_asked = Signal(object)
    open_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._column.setSpacing(2 * SPACE)
        heading = QLabel(self.tr("Interrupted"))
        set_role(heading, "heading")
        self._column.addWidget(heading)
        self._rows: list[QWidget] = []
        self.hide()

    def show_interruptions(self, interruptions: Sequence[Interruption]) -> None:
        """List these, the last one first."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(one, only=len(interruptions) == 1) for one in interruptions]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._rows))

    def _row(self, one: Interruption, *, only: bool) -> QWidget:
        row = QWidget()
        name = QLabel(elide(one.run, _NAME_EM))
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setToolTip(one.run)
        name.setStyleSheet("font-weight: 600;")
        place = QLabel(self.tr("in {project}").format(project=elide(one.project.name, _NAME_EM)))
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setToolTip(str(one.project))
        set_role(place, "muted")
        facts = QLabel(f"{self._heard(one)} {going_on(one)}")
        facts.setWordWrap(True)
        set_role(facts, "muted")
        title = QHBoxLayout()
        title.setSpacing(SPACE)
        title.addWidget(name)
        title.addWidget(place, stretch=1)
        words = QVBoxLayout()
        words.setSpacing(SMALL_SPACE)
        words.addLayout(title)
        words.addWidget(facts)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE)
        line.addLayout(words, stretch=1)
        for button in self._buttons(one, only=only):
            line.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        return row

    def _buttons(self, one: Interruption, *, only: bool) -> list[QPushButton]:
        buttons = []
        for text, name, tip, signal in (
            (
                self.tr("Resume"),
                self.tr("Resume {run}"),
                self.tr("Go on training, up to the limits it was started with"),
                self.resume_asked,
            ),
            (
                self.tr("Open"),
                self.tr("Open {run}"),
                self.tr("Look at what it has learnt; it can go on later"),
                self.open_asked,
            ),
            (
                self.tr("Discard"),
                self.tr("Discard {run}"),
                self.tr("Move the run to its project's trash; it can be brought back"),
                self.discard_asked,
            ),
        ):
            button = QPushButton(text)
            button.setAccessibleName(name.format(run=isolate(one.run)))
            button.setToolTip(tip)
            button.clicked.connect(partial(signal.emit, one))
            buttons.append(button)
        if only:
            set_role(buttons[0], "primary")
        set_role(buttons[2], "quiet")
        return buttons

    def _heard(self, one: Interruption) -> str:
        when = moment(one.heard_at)
        if not one.step:
            return self.tr("Last heard of {when}, while it was being prepared.").format(when=when)
        words = self.tr("Last heard of {when}, at step {n}.")
        return words.format(when=when, n=count(one.step))


def going_on(one: Interruption) -> str:
    """From where an interrupted training goes on, and what that costs, in a sentence."""
    tr = partial(QCoreApplication.translate, "InterruptedRuns")
    if one.resumes_from is None and not one.step:
        return tr("It starts from the beginning.")
    if not one.repeated:
        words = tr("It goes on from step {n}; nothing is repeated.")
    elif one.repeated == 1:
        words = tr("It goes on from step {n}; 1 step is repeated.")
    else:
        words = tr("It goes on from step {n}; {repeated} steps are repeated.")
    if one.resumes_from is None:
        words = tr("It starts from the beginning; {repeated} steps are repeated.")
    return words.format(n=count(one.resumes_from or 0), repeated=count(one.repeated))
