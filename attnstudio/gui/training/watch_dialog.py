"""Where a person writes a sentence to watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.widgets.dialog_buttons import ok_and_cancel

_WIDTH = 440


@dataclass(frozen=True, slots=True)
class WatchWish:
    """What is to be watched.

    Attributes:
        text: the sentence as it was written.
        language: its code.
        in_new_runs: whether new runs of the project watch it too.
    """

    text: str
    language: str
    in_new_runs: bool


class WatchDialog(QDialog):
    """A sentence, and whether new runs watch it as well; it stays open until it is accepted.

    Args:
        run: the name of the run that is to watch it; empty for new runs only.
        languages: the codes of those that the sentence can be in.
        parent: where it opens.

    Signals:
        wanted: the `WatchWish`.
    """

    wanted = Signal(object)

    def __init__(self, run: str, languages: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Add a watch sentence"))
        about = QLabel(
            self.tr(
                "Its translation and attention are kept from the next validation of {run} on; of "
                "the time before there is nothing."
            ).format(run=run)
            if run
            else self.tr("New runs keep its translation and attention at each validation.")
        )
        about.setWordWrap(True)
        about.setFixedWidth(_WIDTH)
        set_role(about, "muted")
        self.language = QComboBox()
        self.language.setAccessibleName(self.tr("Language of the sentence"))
        for code in languages:
            self.language.addItem(
                self.tr("In {language}").format(language=language_name(code)), code
            )
        self.language.setEnabled(len(languages) > 1)
        self.sentence = QLineEdit()
        self.sentence.setAccessibleName(self.tr("Watch sentence"))
        self.in_new_runs = QCheckBox(self.tr("New runs of this project watch it too"))
        self.in_new_runs.setChecked(not run)
        self.in_new_runs.setVisible(bool(run))
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setFixedWidth(_WIDTH)
        self.problem.hide()
        set_role(self.problem, "error")
        buttons = ok_and_cancel(self, self._tell)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SMALL_SPACE)
        for widget in (self.language, self.sentence, about, self.in_new_runs, self.problem):
            column.addWidget(widget)
        column.addSpacing(SPACE)
        column.addWidget(buttons)
        self.sentence.setFocus()

    def show_problem(self, words: str) -> None:
        """Say why this sentence cannot be watched."""
        self.problem.setText(words)
        self.problem.show()

    def _tell(self) -> None:
        self.wanted.emit(
            WatchWish(
                self.sentence.text(), self.language.currentData(), self.in_new_runs.isChecked()
            )
        )
