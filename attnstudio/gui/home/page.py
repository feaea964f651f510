"""The first page: begin with files, a sample or a recent project."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.home.interrupted_runs import InterruptedRuns
from attnstudio.gui.home.interrupted_trainings import InterruptedTrainings
from attnstudio.gui.home.project_card import ProjectCard
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, set_role
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import Task, TaskControl

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.project.summary import ProjectSummary

_COLUMN_WIDTH = 860


class HomePage(QWidget):
    """An invitation, the samples and the recent projects."""

    def __init__(
        self, studio: Studio, actions: ActionRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._task: Task | None = None
        self._may_read = False
        self.interrupted = InterruptedRuns()
        self._trainings = InterruptedTrainings(studio, self.interrupted)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(SPACE)
        self._recent_heading = QLabel(self.tr("Recent projects"))
        set_role(self._recent_heading, "heading")
        self._lay_out(actions)
        self._recent_heading.setVisible(bool(studio.settings.recent_projects))
        studio.project_changed.connect(self._read_if_seen)
        studio.recent_changed.connect(self._read_if_seen)
        studio.all_loaded.connect(self.read_recent)

    @property
    def cards(self) -> list[ProjectCard]:
        """The recent projects that are shown."""
        items = (self._recent.itemAt(row) for row in range(self._recent.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, ProjectCard)]

    def _lay_out(self, actions: ActionRegistry) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_COLUMN_WIDTH)
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(2 * SPACE)
        column.addWidget(self.interrupted)
        column.addWidget(self._invitation(actions))
        column.addLayout(self._steps())
        column.addSpacing(SPACE)
        column.addWidget(self._recent_heading)
        column.addLayout(self._recent)
        column.addStretch()
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inside, stretch=10)
        row.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _invitation(self, actions: ActionRegistry) -> QFrame:
        frame = QFrame()
        set_role(frame, "card")
        column = QVBoxLayout(frame)
        column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
        column.setSpacing(2 * SPACE)
        title = QLabel(self.tr("Drop two text files or a table here"))
        set_role(title, "page-title")
        sentence = QLabel(
            self.tr("One sentence a line in each language. Nothing leaves this computer.")
        )
        set_role(sentence, "muted")
        column.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(sentence, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(
            _row_of_buttons(
                (self.tr("Open files…"), actions, "file.open", "primary"),
                (self.tr("Open a project…"), actions, "file.open_project", ""),
                (self.tr("New project…"), actions, "file.new", ""),
            )
        )
        or_else = QLabel(self.tr("or try a sample of 20,000 made sentences"))
        set_role(or_else, "muted")
        column.addWidget(or_else, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(
            _row_of_buttons(
                (self.tr("English – German"), actions, "file.sample_en_de", ""),
                (self.tr("English – Chinese"), actions, "file.sample_en_zh", ""),
            )
        )
        return frame

    def _steps(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3 * SPACE)
        for number, heading, words in (
            ("1", self.tr("Drop"), self.tr("Two texts become a corpus of sentence pairs.")),
            ("2", self.tr("Train"), self.tr("A translator learns from it, here, while you watch.")),
            ("3", self.tr("Click a word"), self.tr("And see which words the model looks at.")),
        ):
            column = QVBoxLayout()
            column.setSpacing(2)
            title = QLabel(f"{number}   {heading}")
            set_role(title, "heading")
            text = QLabel(words)
            text.setWordWrap(True)
            set_role(text, "muted")
            column.addWidget(title)
            column.addWidget(text)
            column.addStretch()
            row.addLayout(column, stretch=1)
        return row

    def read_recent(self) -> None:
        """Look at the recent projects from now on, whenever the page is seen; show them later.

        When that begins is up to who has loaded what it takes. Beside a project that is opened,
        and read, it would take half of the time.
        """
        self._may_read = True
        self._read_if_seen()

    def _read_if_seen(self) -> None:
        if self._may_read and self.isVisible():
            self._read()

    def _read(self) -> None:
        if self._task is not None and self._task.is_running:
            self._task.cancel()
        self._trainings.look()
        folders = self._studio.settings.recent_projects
        self._recent_heading.setVisible(bool(folders))
        self._task = self._studio.tasks.run(
            self.tr("Reading recent projects"),
            partial(_summarise_all, folders),
            on_done=self._show_recent,
            quiet=True,
        )

    def _show_recent(self, summaries: Sequence[ProjectSummary]) -> None:
        for card in self.cards:
            self._recent.removeWidget(card)
            card.hide()
            card.deleteLater()
        for summary in summaries:
            card = ProjectCard(summary)
            card.opened.connect(partial(self._studio.open_and_show, summary.folder))
            card.links_wanted.connect(partial(self._show_links, summary.folder))
            card.comparisons_wanted.connect(partial(self._show_comparisons, summary.folder))
            card.forgotten.connect(partial(self._forget, summary.folder))
            card.folder_asked.connect(partial(_show_folder, summary.folder))
            self._recent.addWidget(card)

    def _show_links(self, folder: Path) -> None:
        if self._studio.open_project(folder):
            self._studio.go_to(PageName.LINKS)

    def _show_comparisons(self, folder: Path) -> None:
        if self._studio.open_project(folder):
            self._studio.go_to(PageName.COMPARING)

    def _forget(self, folder: Path) -> None:
        self._studio.settings.forget(folder)
        self.read_recent()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read_if_seen()  # what was trained meanwhile


def _row_of_buttons(*buttons: tuple[str, ActionRegistry, str, str]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE)
    row.addStretch()
    for text, actions, name, role in buttons:
        button = QPushButton(text)
        button.setToolTip(actions[name].toolTip())
        button.clicked.connect(actions[name].trigger)
        set_role(button, role)
        row.addWidget(button)
    row.addStretch()
    return row


def _summarise_all(folders: Sequence[Path], control: TaskControl) -> list[ProjectSummary] | None:
    # imported here, because the window answers before pydantic and numpy are loaded
    from attnstudio.project.summary import summarise

    summaries = []
    for folder in folders:
        if control.should_stop():
            return None
        summaries.append(summarise(folder))
    return summaries


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
