"""The import dialog: what is chosen; then progress; then what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from attnstudio.corpus.import_plan import ImportPlan
from attnstudio.corpus.import_report import ImportReport
from attnstudio.gui.importing.import_choices import ImportChoices, ImportWish
from attnstudio.gui.importing.import_words import report_lines
from attnstudio.gui.importing.said_label import said_label
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, time_left
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.dialog_buttons import set_only_default
from attnstudio.gui.widgets.link_label import LinkLabel


class ImportPanel(QDialog):
    """Languages, sides, splits, a preview; then progress; then what came of it.

    Args:
        plan: what the files seem to be.
        folder: suggested for a new project; None where the pairs go into the open one.
        parent: the window.
        project: the name of the open one, where they go into it.

    Signals:
        wished: an `ImportWish`.
        encoding_chosen: the files are to be read as this encoding, as found where it is empty;
            answered with `show_plan`.
        cancel_asked: the import that is under way is not wanted any more.
        new_project_asked: the pairs are not to be added to the project that is open.
        corpus_asked: the person wants to see the pairs.
    """

    wished = Signal(object)
    encoding_chosen = Signal(str)
    cancel_asked = Signal()
    new_project_asked = Signal()
    corpus_asked = Signal()

    def __init__(
        self,
        plan: ImportPlan,
        folder: Path | None,
        parent: QWidget | None = None,
        *,
        project: str = "",
    ) -> None:
        super().__init__(parent)
        self._is_working = False
        self._project = project
        self.setWindowTitle(self.tr("Import"))
        self.resize(760, 560)
        self._choices = ImportChoices(plan, folder)
        self._make_widgets()
        self._lay_out()
        self._choices.changed.connect(self._say_whether_ready)
        self._choices.sides_kept.connect(self._import.setFocus)
        self._choices.encoding_chosen.connect(self.encoding_chosen)
        self._say_whether_ready()

    @property
    def wish(self) -> ImportWish:
        """What would be imported now."""
        return self._choices.wish

    def show_plan(self, plan: ImportPlan) -> None:
        """The same files read as another encoding; what was chosen stays."""
        self._problem.hide()
        self._choices.take_plan(plan)

    def show_working(self) -> None:
        """The import has begun."""
        self._is_working = True
        self._problem.hide()
        self._goes_where.hide()
        self._choices.setEnabled(False)
        self._import.setEnabled(False)
        self._bar.show_busy()
        self._bar.show()
        self._said.setText(self.tr("Reading…"))

    def show_progress(self, progress: TaskProgress) -> None:
        """How many pairs there are so far."""
        words = [self.tr("{n} pairs").format(n=count(round(progress.done)))]
        if progress.left_s is not None:
            words.append(time_left(progress.left_s))
        if progress.total:
            self._bar.show_share(progress.done / progress.total)
        self._said.setText(" · ".join(words))

    def show_problem(self, text: str) -> None:
        """Nothing was imported, and why; the person can change something and try again."""
        self._end_work()
        self._said.setText("")
        self._problem.setText(text)
        self._problem.show()

    def show_report(self, report: ImportReport) -> None:
        """What was kept and what was not."""
        self._end_work()
        self._choices.setEnabled(False)  # it stays, to be compared with what came of it
        self._import.hide()
        self._said.setText("\n".join(report_lines(report)))
        self._close.setText(self.tr("Close"))
        self._look.show()
        set_only_default(self, self._look)
        self._look.setFocus()

    def _make_widgets(self) -> None:
        self._goes_where = LinkLabel()
        self._goes_where.setWordWrap(True)
        self._goes_where.setVisible(bool(self._project))
        words = self.tr("The pairs are added to the project {name}.").format(name=self._project)
        link = self.tr("Make a new project of them")
        self._goes_where.setText(f'{escape(words)} <a href="new">{link}</a>')
        self._goes_where.linkActivated.connect(lambda: self.new_project_asked.emit())
        self._problem = said_label("error")
        self._problem.hide()
        self._said = said_label("")
        self._bar = BusyBar(self.tr("Progress of the import"))
        self._bar.hide()
        self._import = QPushButton(self.tr("Import"))
        set_role(self._import, "primary")
        self._import.clicked.connect(lambda: self.wished.emit(self.wish))
        self._close = QPushButton(self.tr("Cancel"))
        self._close.clicked.connect(self.reject)
        self._look = QPushButton(self.tr("Look at the corpus"))
        set_role(self._look, "primary")
        self._look.clicked.connect(self._show_corpus)
        self._look.hide()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        for button in (self._close, self._import, self._look):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self._goes_where)
        column.addWidget(self._choices, stretch=1)
        for widget in (self._problem, self._said, self._bar):
            column.addWidget(widget)
        column.addLayout(buttons)
        set_only_default(self, self._import)

    def _say_whether_ready(self) -> None:
        reason = self._choices.why_not
        self._import.setEnabled(not reason and not self._is_working)
        self._said.setText(reason or self._choices.remark)

    def _end_work(self) -> None:
        self._is_working = False
        self._bar.hide()
        self._choices.setEnabled(True)
        self._import.setEnabled(True)
        self._close.setEnabled(True)

    def _show_corpus(self) -> None:
        self.accept()
        self.corpus_asked.emit()

    def reject(self) -> None:
        if self._is_working:
            self._said.setText(self.tr("Stopping…"))
            self._close.setEnabled(False)
            self.cancel_asked.emit()
        else:
            super().reject()


def suggested_folder(parent: Path, paths: Sequence[Path], languages: tuple[str, str]) -> Path:
    """A free folder for a new project, named after its files."""
    stem = paths[0].name.split(".")[0] if paths else "project"
    said = stem.lower().split("-")
    name = "-".join([stem, *(code for code in languages if code and code not in said)])
    folder, number = parent / name, 1
    while folder.exists():
        number += 1
        folder = parent / f"{name}-{number}"
    return folder
