"""The program with a window: builds everything, once, and passes it on."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from attnstudio import __version__
from attnstudio.gui.look.wording import moment
from attnstudio.gui.shell.calling import Calling, bring_forward
from attnstudio.gui.shell.closing_question import ClosingQuestion
from attnstudio.gui.shell.ending_signals import EndingSignals
from attnstudio.gui.shell.garbage import GarbageSearch
from attnstudio.gui.shell.icons import program_icon
from attnstudio.gui.shell.loading import load_core, load_pages
from attnstudio.gui.shell.main_window import MainWindow
from attnstudio.gui.shell.page_layout import keep_layout
from attnstudio.gui.shell.page_table import Page, page_table
from attnstudio.gui.shell.program_actions import ProgramActions
from attnstudio.gui.shell.single_instance import FirstInstance, default_name, hand_over
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.engine import Hardware
from attnstudio.gui.studio.notify import ExceptionCatcher, Severity
from attnstudio.gui.studio.settings import Settings
from attnstudio.gui.studio.studio import Studio
from attnstudio.log_files import Crash, take_crashes

if TYPE_CHECKING:  # numpy, pydantic and pyqtgraph take a while to load: the window answers before
    from attnstudio.gui.shell.dialogs import Dialogs

_logger = logging.getLogger(__name__)

_MEMORY_EVERY_MS = 2_000
_PLACED_MS = 500
_SIGNAL_EXIT = 128  # and the number of the signal: the convention of shells
_FIRST_SIZE = (1280, 800)
# Each call into Qt lets go of the interpreter; to get it back from a thread that computes takes so
# long. With Python's own 5 ms the forty calls of a chart may take 200.
_SWITCH_S = 0.001


class Program(QObject):
    """Everything that lives as long as the window.

    Only the first page is there at once. `begin` makes the rest behind the window; whatever is
    asked for before that is made when it is asked for.

    Args:
        application: Qt's.
        settings: of this person.
        pages: in the order of the work; the first is where one begins.
    """

    def __init__(
        self,
        application: QApplication,
        settings: Settings,
        pages: Sequence[Page] | None = None,
    ) -> None:
        super().__init__()
        self._application = application
        self._pages = page_table() if pages is None else tuple(pages)
        self._switch_s_before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_S)
        self._dialogs: Dialogs | None = None
        self._open_first: Callable[[], None] = lambda: None
        self.studio = Studio(settings, self)
        self.actions = ActionRegistry(self)
        self._closing = ClosingQuestion(
            self.studio.session, self.studio.comparing, self, guards=self.studio.guards
        )
        ProgramActions(
            application,
            self.studio,
            self.actions,
            self._pages,
            dialogs=self.dialogs,
            leave=lambda: self.window.close(),
            parent=self,
        )  # before the first widget, so that none is drawn twice in other colours
        self.window = MainWindow(
            self.studio,
            self.actions,
            self._pages,
            self._make_page,
            lambda: self._closing.may_close(self.window),
        )
        self._calling = Calling(self.studio.session, self.studio.comparing, self.window)
        self._closing.allowed.connect(self._leave)
        self._exit_code = 0
        self._loading: Iterator[str] = iter(())
        self._building = QTimer(self, interval=0)  # a piece or a page a turn of the idle window
        self._building.timeout.connect(self._load_or_build_next)
        self._memory_timer = QTimer(self, interval=_MEMORY_EVERY_MS)
        self._memory_timer.timeout.connect(self._show_memory)
        application.commitDataRequest.connect(lambda _: self.end_with_session())
        self._restore_window()
        self._placing = QTimer(self, singleShot=True, interval=_PLACED_MS)
        self._placing.timeout.connect(self._save_place)
        self.window.placed.connect(self._save_place_soon)
        self.studio.project_changed.connect(self._save_place_soon)
        self.window.closed.connect(self._save_place)
        self.window.page_shown.connect(self._save_page)

    def begin(self, open_first: Callable[[], None]) -> None:
        """Load and build behind the window what it did not need to come up.

        Args:
            open_first: called when all pages are there.
        """
        self._open_first = open_first
        self.studio.tasks.run(
            self.tr("Loading the pages"),
            lambda _: load_core(),
            on_done=lambda _: self._begin_pages(),
            quiet=True,
        )

    def dialogs(self) -> Dialogs:
        """The dialogs and the ways into a project, made when they are first asked for."""
        if self._dialogs is None:
            self._dialogs = _load_dialogs()(self.studio, self.actions, self._pages, self.window)
            self._memory_timer.start()
        return self._dialogs

    def build_pages(self) -> None:
        """Build now every page that is not there yet."""
        while self.window.build_next_page():
            pass

    def warm_up(self) -> None:
        """Load torch behind the window."""
        self.studio.tasks.run(
            self.tr("Loading the engine"),
            lambda _: self.studio.engine.warm_up(),
            on_done=self._show_hardware,
            on_failed=self._do_without_engine,
            quiet=True,
        )

    def open(self, paths: Sequence[Path]) -> None:
        """Open what the program was started with; nothing means the last project at its page."""
        last, first = self._last_project(), self._pages[0].name
        if paths:
            self.dialogs().start_import(paths)
        elif last is not None and not self.studio.open_project(last):
            self.window.say_not_opened()
        elif last is not None and self.window.page == first:  # else the person has gone elsewhere
            self.studio.go_to(self._last_page())

    def say_what_opens(self, paths: Sequence[Path]) -> None:
        """Say that `open` will open the last project, once it is called."""
        if not paths and (last := self._last_project()) is not None:
            self.window.say_opening(last)

    def _last_project(self) -> Path | None:
        last = self.studio.settings.last_project
        return last if last is not None and (last / "project.toml").exists() else None

    def tell_crashes(self, crashes: Sequence[Crash]) -> None:
        """Say that an earlier start crashed, and show its log to who wants it."""
        if crashes:
            last = max(crashes, key=lambda crash: crash.crashed_at)
            self.studio.notifier.say(
                self.tr("The program crashed last time, on {moment}.").format(
                    moment=moment(last.crashed_at)
                ),
                level=Severity.ERROR,
                hint=self.tr("Its log says where. Your project on disk is safe."),
                action_text=self.tr("Show the log"),
                action=lambda: self.dialogs().show_log(last.path),
            )

    def come_forward(self, paths: list[Path]) -> None:
        """Show the window and open what a second start was given."""
        bring_forward(self.window)
        if paths:
            self.dialogs().start_import(paths)

    def end_by_signal(self, number: int) -> None:
        """Stop the training with a checkpoint and end as the system wants it."""
        _logger.warning("asked to end by %s", signal.Signals(number).name)
        self._exit_code = _SIGNAL_EXIT + number
        self._closing.leave()

    def end_with_session(self) -> None:
        """The person logs out or turns the machine off: after this, the program may be killed."""
        _logger.warning("asked to end with the session")
        self._closing.leave()
        self.studio.session.wait()
        self.studio.save()

    def close(self) -> None:
        """End everything."""
        for timer in (self._building, self._memory_timer, self._placing):
            timer.stop()
        self.studio.close()
        self.window.deleteLater()
        sys.setswitchinterval(self._switch_s_before)

    def _make_page(self, page: Page, parent: QWidget) -> QWidget:
        if page is not self._pages[0]:
            self.dialogs()  # files can be dropped once there is another page than the first
        widget = page.load()(self.studio, self.actions, parent)
        keep_layout(widget, page.name, self.studio.settings)
        return widget

    def _begin_pages(self) -> None:
        self._loading = load_pages(self._pages)
        self._building.start()

    def _load_or_build_next(self) -> None:
        if next(self._loading, None) is not None:
            return
        if not self.window.build_next_page():
            self._building.stop()
            self._open_first()
            self.studio.all_loaded.emit()
            self.warm_up()

    def _show_hardware(self, hardware: Hardware) -> None:
        words = self.tr("{device}, threads: {n}")
        names = {"cpu": self.tr("Processor"), "cuda": "CUDA", "mps": "Metal"}
        name = names.get(hardware.device, hardware.device)
        _logger.info("computes on %s with %s threads", hardware.device, hardware.threads)
        self.window.set_device(words.format(device=name, n=hardware.threads))
        self.studio.take_hardware(hardware)

    def _do_without_engine(self, error: Exception) -> None:
        self.window.set_device(self.tr("No engine: nothing can be trained"))
        self.studio.notifier.show_error(error)

    def _show_memory(self) -> None:
        self.window.set_memory(self.tr("{n} MB").format(n=round(self.dialogs().used_megabytes())))

    def _leave(self) -> None:
        if self._exit_code:
            self._application.exit(self._exit_code)
        else:
            self.window.close()

    def _save_place_soon(self) -> None:
        if not self._placing.isActive():  # begun anew, it would never end while a person drags
            self._placing.start()

    def _save_place(self) -> None:
        """Write the file as well: a crash is not announced, and Qt writes when it has time."""
        self.studio.settings.set_bytes_value("window/geometry", self.window.saveGeometry())
        self.studio.save()

    def _save_page(self, page: str) -> None:
        self.studio.settings.set_value("window/page", str(page))
        self._save_place_soon()

    def _last_page(self) -> str:
        last = self.studio.settings.value("window/page", "")
        return last if last in {page.name for page in self._pages} else self._pages[0].name

    def _restore_window(self) -> None:
        settings = self.studio.settings
        self.window.resize(*_FIRST_SIZE)
        stored = settings.bytes_value("window/geometry")
        if not stored.isEmpty():
            self.window.restoreGeometry(stored)
        title = self.window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        self.window.setGeometry(_on_screen(self.window.geometry(), title))


def main(arguments: Sequence[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        arguments: files or a project to open, and options; see ``--help``.

    Returns:
        The exit code.
    """
    wish = _parse(arguments)
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Attention Studio")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("attnstudio")
    application.setWindowIcon(program_icon())
    paths = [path.resolve() for path in wish.paths]
    if hand_over(default_name(), paths):
        return 0
    settings = Settings()
    if wish.reset_settings:
        settings.clear()
    program = Program(application, settings)
    first = FirstInstance(default_name(), program)
    first.called.connect(program.come_forward)
    catcher = ExceptionCatcher(program.studio.notifier)
    garbage = GarbageSearch(program)
    signals = EndingSignals(program)
    signals.arrived.connect(program.end_by_signal)
    if not wish.safe_mode:
        program.say_what_opens(paths)
    program.window.show()
    program.tell_crashes(take_crashes())
    open_first = (lambda: None) if wish.safe_mode else partial(program.open, paths)
    # after the first paint, so that the window is there before anything that takes time
    QTimer.singleShot(0, partial(program.begin, open_first))
    exit_code = application.exec()
    first.close()
    program.close()
    signals.close()
    garbage.close()
    catcher.close()
    return exit_code


def _load_dialogs() -> type[Dialogs]:
    # imported here, because the window answers before numpy, pydantic and pyqtgraph are loaded
    from attnstudio.gui.shell.dialogs import Dialogs

    return Dialogs


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="attnstudio-window", description="Attention Studio with its window."
    )
    parser.add_argument("paths", nargs="*", type=Path, help="files to import, or a project")
    parser.add_argument(
        "--safe-mode", action="store_true", help="open no project, whatever was open last"
    )
    parser.add_argument(
        "--reset-settings", action="store_true", help="forget window places and recent projects"
    )
    return parser.parse_args(arguments)


def _on_screen(wanted: QRect, title: int) -> QRect:
    """A window's place, moved and cut so that all of it can be seen.

    Args:
        wanted: without its frame.
        title: the height of the frame's upper edge, in pixels; before a window is shown, only the
            style knows it.
    """
    screen = QGuiApplication.screenAt(wanted.center()) or QGuiApplication.primaryScreen()
    area = screen.availableGeometry().adjusted(0, title, 0, 0)
    size = wanted.size().boundedTo(area.size())
    left = min(max(wanted.left(), area.left()), area.right() + 1 - size.width())
    top = min(max(wanted.top(), area.top()), area.bottom() + 1 - size.height())
    return QRect(left, top, size.width(), size.height())
