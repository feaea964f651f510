"""A new project: its two languages, its name and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.gui.widgets.file_dialogs import choose_folder
from attnstudio.gui.widgets.form_rows import form_of
from attnstudio.gui.widgets.language_box import LanguageBox
from attnstudio.names import is_run_name

_WIDTH = 520


@dataclass(frozen=True, slots=True)
class NewProject:
    """What the person decided.

    Attributes:
        folder: that will be made.
        languages: codes of source and target.
    """

    folder: Path
    languages: tuple[str, str]


class NewProjectDialog(QDialog):
    """Says what is lacking until the project can be made.

    Args:
        parent_folder: where projects go unless the person says otherwise.
        parent: the window.
        ask_folder: asks for a folder.

    Signals:
        wished: a `NewProject`; the dialog stays until somebody closes it.
    """

    wished = Signal(object)

    def __init__(
        self,
        parent_folder: Path,
        parent: QWidget | None = None,
        ask_folder: Callable[[QWidget | None, str], Path | None] = choose_folder,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New project"))
        self._ask_folder = ask_folder
        self.source = LanguageBox(self.tr("Translate from"))
        self.target = LanguageBox(self.tr("Translate into"))
        self.name = QLineEdit()
        self.place = QLineEdit(str(parent_folder))
        self._choose = QPushButton(self.tr("Choose…"))
        self._choose.setAccessibleName(self.tr("Choose the folder that it goes into"))
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.setFixedWidth(_WIDTH)
        self._said.setMinimumHeight(3 * self._said.fontMetrics().lineSpacing())  # nothing jumps
        self._create = QPushButton(self.tr("Make the project"))
        set_role(self._create, "primary")
        self._cancel = QPushButton(self.tr("Cancel"))
        self._lay_out()
        for box in (self.source, self.target):
            box.editTextChanged.connect(self._refresh)
        for line in (self.name, self.place):
            line.textChanged.connect(self._refresh)
        self._choose.clicked.connect(self._choose_place)
        self._create.clicked.connect(lambda: self.wished.emit(self.wish))
        self._cancel.clicked.connect(self.reject)
        self._refresh()

    @property
    def wish(self) -> NewProject:
        """What would be made now."""
        place = Path(self.place.text().strip()).expanduser()
        return NewProject(place / self._folder_name(), (self.source.code, self.target.code))

    def show_problem(self, text: str) -> None:
        """It could not be made, and why."""
        self._say(text, "error")

    def _lay_out(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.place, stretch=1)
        where.addWidget(self._choose)
        form = form_of(
            (
                (self.tr("Translate &from"), self.source, self.source),
                (self.tr("Translate &into"), self.target, self.target),
                (self.tr("&Name"), self.name, self.name),
                (self.tr("In the fol&der"), self.place, where),
            )
        )
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._create)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addLayout(form)
        column.addWidget(self._said)
        column.addLayout(buttons)
        set_only_default(self, self._create)

    def _folder_name(self) -> str:
        return self.name.text().strip() or self._proposed_name()

    def _proposed_name(self) -> str:
        """After the languages, with a number where that is taken."""
        place = Path(self.place.text().strip()).expanduser()
        codes = [code for code in (self.source.code, self.target.code) if code]
        name, number = "-".join(codes) or "project", 1
        while (place / (numbered := name if number == 1 else f"{name}-{number}")).exists():
            number += 1
        return numbered

    def _refresh(self) -> None:
        self.name.setPlaceholderText(self._proposed_name())
        reason = self._why_not()
        self._create.setEnabled(not reason)
        words = self.tr("Its folder will be {folder}. Sentences are imported afterwards.")
        remarks = filter(None, (self.source.remark, self.target.remark))
        self._say(reason or " ".join((*remarks, words.format(folder=self.wish.folder))), "muted")

    def _why_not(self) -> str:
        if problem := self.source.problem or self.target.problem:
            return problem
        source, target = self.source.code, self.target.code
        if not source or not target:
            return self.tr("Choose the two languages, or type their names.")
        if source.lower() == target.lower():
            return self.tr("Source and target need different languages.")
        if not self.place.text().strip():
            return self.tr("Say which folder the project goes into.")
        if not is_run_name(self._folder_name()):
            return self.tr("A name has no signs such as / \\ : * ? and does not end in a point.")
        if self.wish.folder.exists():
            words = self.tr("There is something called {name} already. Choose another name.")
            return words.format(name=self.wish.folder.name)
        return ""

    def _say(self, text: str, role: str) -> None:
        self._said.setText(text)
        set_role(self._said, role)

    def _choose_place(self) -> None:
        folder = self._ask_folder(self, self.tr("Where the project goes"))
        if folder is not None:
            self.place.setText(str(folder))
