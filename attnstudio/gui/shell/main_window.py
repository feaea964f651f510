"""The window: pages and what stands around them, and no logic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.shell.access_banner import AccessBanner
from attnstudio.gui.shell.banner import Banner
from attnstudio.gui.shell.fault_box import FaultBox
from attnstudio.gui.shell.menus import Menus
from attnstudio.gui.shell.page_table import Page
from attnstudio.gui.shell.sidebar import Sidebar
from attnstudio.gui.shell.task_strip import TaskStrip
from attnstudio.gui.shell.toasts import ToastCorner
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.notify import Notification
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.training_status import TrainingStatus

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.project.project import Project

_ELIDE = Qt.TextElideMode.ElideRight


class MainWindow(QMainWindow):
    """Sidebar, pages, menus and status bar.

    The first page is built at once, another one when it is shown or by `build_next_page`.

    Args:
        studio: what is open.
        actions: everything that can be done; a page adds its own when it is built.
        pages: in the order of the work.
        make: builds a page in a parent.
        may_close: asked when the person wants to leave.

    Signals:
        closed: the window has gone.
        page_shown: the name of a page.
        placed: it was moved or got another size.
    """

    closed = Signal()
    page_shown = Signal(object)
    placed = Signal()

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        pages: Sequence[Page],
        make: Callable[[Page, QWidget], QWidget],
        may_close: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        self._may_close = may_close
        self._studio = studio
        self._make = make
        self._to_build = list(pages)
        self._pages: dict[str, QWidget] = {}
        self.setMinimumSize(960, 600)
        self._sidebar = Sidebar(pages)
        self._stack = QStackedWidget()
        self._project_folder: Path | None = None
        self._project_name = QLabel()
        self._project_state = QLabel()
        self.setCentralWidget(self._body())
        self._menus = Menus(self.menuBar(), actions, pages, studio, self)
        for action in actions:
            self.addAction(action)  # so that shortcuts work where no menu shows them
        actions.added.connect(self.addAction)
        self._fill_status_bar()
        self._toasts = ToastCorner(self)
        self._connect()
        self._show_project(studio.project)
        self.show_page(pages[0].name)

    @property
    def page(self) -> str:
        """The name of the page that is shown."""
        shown = self._stack.currentWidget()
        return next(name for name, widget in self._pages.items() if widget is shown)

    def show_page(self, page: str) -> None:
        """Show the page of a name; build it, and those before it, if need be."""
        while page not in self._pages and self.build_next_page():
            pass
        is_another = self._stack.currentWidget() is not self._pages[page]
        self._stack.setCurrentWidget(self._pages[page])
        if is_another:
            self._toasts.turn_page()
        self._sidebar.show_page(page)
        self.page_shown.emit(page)

    def build_next_page(self) -> bool:
        """Build the next page, in the order of the work.

        Returns:
            Whether there is another one to be built.
        """
        if self._to_build:
            page = self._to_build.pop(0)
            self._pages[page.name] = self._make(page, self._stack)
            self._stack.addWidget(self._pages[page.name])
        if self._to_build:
            return True
        self._menus.drop_empty()
        return False

    def set_device(self, text: str) -> None:
        """Say in the status bar what the program computes on."""
        self._device.setText(text)

    def set_memory(self, text: str) -> None:
        """Say in the status bar how much memory the program holds."""
        self._memory.setText(text)

    def _body(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(SPACE, 2 * SPACE, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        set_role(self._project_name, "heading")
        set_role(self._project_state, "muted")
        for label in (self._project_name, self._project_state):
            label.setContentsMargins(SPACE, 0, 0, 0)
            label.setFixedWidth(self._sidebar.width())
            column.addWidget(label)
        column.addSpacing(SPACE)
        column.addWidget(self._sidebar, stretch=1)
        line = QFrame()
        line.setFixedWidth(1)
        set_role(line, "divider")
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(line)
        row.addLayout(self._pages_under_banner(), stretch=1)
        return body

    def _pages_under_banner(self) -> QVBoxLayout:
        self.banner = Banner()
        self._access = AccessBanner(self._studio, self.banner)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._stack, stretch=1)
        return column

    def _fill_status_bar(self) -> None:
        self._tasks = TaskStrip()
        self._device = QLabel(self.tr("Loading the engine…"))
        self._memory = QLabel()
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self._tasks)
        bar.addPermanentWidget(TrainingStatus(self._studio))
        for label in (self._device, self._memory):
            label.setContentsMargins(SPACE, 0, SPACE, 0)
            bar.addPermanentWidget(label)

    def _connect(self) -> None:
        studio = self._studio
        self._sidebar.chosen.connect(self.show_page)
        self._sidebar.clicked_at.connect(self._go_to)
        studio.page_requested.connect(self._go_to)
        studio.project_changed.connect(self._show_project)
        studio.notifier.posted.connect(self._show_notification)
        studio.tasks.begun.connect(self._tasks.add)

    def _go_to(self, page: str) -> None:
        """Show a page and let the keyboard work there, and no longer in the sidebar."""
        self.show_page(page)
        self._sidebar.clearFocus()
        self._pages[page].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def say_opening(self, folder: Path) -> None:
        """Say that a project is about to be open; what shows it, or none, comes behind."""
        self._name_project(folder)
        self._project_state.setText(self.tr("Being opened…"))

    def say_not_opened(self) -> None:
        """Say which project is open after one could not be."""
        self._show_project(self._studio.project)

    def _name_project(self, folder: Path) -> None:
        metrics = self._project_name.fontMetrics()
        room = self._sidebar.width() - 2 * SPACE
        self._project_name.setText(metrics.elidedText(folder.name, _ELIDE, room))
        self._project_name.setToolTip(str(folder))

    def _show_project(self, project: Project | None) -> None:
        folder = project.folder if project is not None else None
        if folder != self._project_folder:
            self._project_folder = folder
            self._toasts.turn_project()
        if project is None:
            self.setWindowTitle("Attention Studio")
            self._project_name.setText(self.tr("No project"))
            self._project_state.setText("")
            return
        self._name_project(project.folder)
        metrics = self._project_state.fontMetrics()
        room = self._sidebar.width() - 2 * SPACE
        languages = (project.file.source_language, project.file.target_language)
        words = " – ".join(language_name(code) for code in languages)
        self._project_state.setText(metrics.elidedText(words, _ELIDE, room))
        self._project_state.setToolTip(words)
        self.setWindowTitle(self.tr("{name} – Attention Studio").format(name=project.folder.name))

    def _show_notification(self, notification: Notification) -> None:
        if notification.details:
            FaultBox(notification, self).open()
        else:
            self._toasts.show_notification(notification)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.placed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.placed.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close():
            event.ignore()
            return
        self.closed.emit()
        super().closeEvent(event)
