"""What the program did and said, at this start and at earlier ones."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, moment
from attnstudio.gui.shell.fault_box import versions
from attnstudio.log_files import EarlierLog, LogEntry, log_folder, read_log
from attnstudio.logs import Role, latest_entries

_MOST_SHOWN = 5_000


class LogDialog(QDialog):
    """The entries of one start, the newest last, by level and by text.

    Args:
        earlier: the other starts, the newest first.
        shown: the log of the one that is shown first; None for this start.
        parent: the window.
    """

    def __init__(
        self,
        earlier: Sequence[EarlierLog],
        *,
        shown: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Log"))
        self.resize(860, 520)
        self._entries: list[LogEntry] = []
        self._make_fields(earlier)
        self._text = QPlainTextEdit(readOnly=True)
        self._text.setAccessibleName(self.tr("Entries of the log"))
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._hits = QLabel()
        set_role(self._hits, "muted")
        self._lay_out()
        places = [number for number, log in enumerate(earlier, start=1) if log.path == shown]
        self._start.setCurrentIndex(places[0] if places else 0)
        self._read()
        self._start.currentIndexChanged.connect(self._read)
        self._level.currentIndexChanged.connect(self._show)
        self._words.textChanged.connect(self._show)

    def _make_fields(self, earlier: Sequence[EarlierLog]) -> None:
        names = {Role.WINDOW: self.tr("Window"), Role.COMMAND: self.tr("Command line")}
        self._start = QComboBox()
        self._start.setAccessibleName(self.tr("Start of the program"))
        self._start.addItem(self.tr("This start"), latest_entries)
        for log in earlier:
            title = f"{names[Role(log.role)]}, {moment(log.started_at)}"
            self._start.addItem(title, partial(read_log, log.path))
        self._level = QComboBox()
        self._level.setAccessibleName(self.tr("Level"))
        for words, level in (
            (self.tr("Everything"), logging.NOTSET),
            (self.tr("Warnings and errors"), logging.WARNING),
            (self.tr("Errors"), logging.ERROR),
        ):
            self._level.addItem(words, level)
        self._words = QLineEdit(clearButtonEnabled=True)
        self._words.setPlaceholderText(self.tr("Find in the log"))
        self._words.setAccessibleName(self.tr("Find in the log"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._start)
        row.addWidget(self._level)
        row.addWidget(self._words, stretch=1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        action = QDialogButtonBox.ButtonRole.ActionRole
        for words, slot in (
            (self.tr("Open the log folder"), _open_folder),
            (self.tr("Copy details"), self._copy),
        ):
            button = buttons.addButton(words, action)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(row)
        column.addWidget(self._text, stretch=1)
        column.addWidget(self._hits)
        column.addWidget(buttons)

    def _read(self) -> None:
        read: Callable[[], list[LogEntry]] = self._start.currentData()
        self._entries = read()
        self._show()

    def _show(self) -> None:
        words, least = self._words.text().casefold(), self._level.currentData()
        texts = [
            text
            for entry in self._entries
            if entry.level >= least and words in (text := str(entry)).casefold()
        ]
        self._hits.setText(
            self.tr("{n} of {all} entries").format(
                n=count(len(texts)), all=count(len(self._entries))
            )
        )
        self._text.setPlainText("\n".join(texts[-_MOST_SHOWN:]))
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        self._text.moveCursor(QTextCursor.MoveOperation.StartOfLine)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{versions()}\n\n{self._text.toPlainText()}")


def _open_folder() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))
