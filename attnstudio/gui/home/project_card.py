"""A recent project as a card that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.home.sparkline import Sparkline
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.interpretation.lettering import elide

if TYPE_CHECKING:  # pydantic and numpy take a while to load: the window answers before
    from attnstudio.project.summary import ProjectSummary

_NAME_EM = 26.0


class ProjectCard(QFrame):
    """Name, languages, pairs, word links, best BLEU, loss and date of a project.

    Signals:
        opened: it was clicked.
        links_wanted: its word links are to be seen, or found.
        comparisons_wanted: its comparisons of kinds are to be seen.
        forgotten: it is to leave the list.
        folder_asked: its folder is to be shown.
    """

    opened = Signal()
    links_wanted = Signal()
    comparisons_wanted = Signal()
    forgotten = Signal()
    folder_asked = Signal()

    def __init__(self, summary: ProjectSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = summary
        set_role(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name = QLabel(elide(summary.folder.name, _NAME_EM))
        name.setToolTip(str(summary.folder))
        set_role(name, "heading")
        facts = QLabel(self._facts())
        facts.setWordWrap(True)
        set_role(facts, "warning" if summary.problem else "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(name)
        words.addWidget(facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(2 * SPACE)
        row.addLayout(words, stretch=1)
        if summary.losses:
            row.addWidget(Sparkline(summary.losses))
        date = QLabel(self._date())
        set_role(date, "muted")
        row.addWidget(date)
        if summary.comparisons:
            row.addWidget(self._way_to_comparisons())
        if summary.pairs:
            row.addWidget(self._way_to_links())
        forget = QPushButton("✕")
        forget.setFixedSize(24, 24)
        forget.setAccessibleName(
            self.tr("Remove {name} from this list").format(name=summary.folder.name)
        )
        forget.setToolTip(self.tr("Remove from this list; the project itself stays"))
        set_role(forget, "icon")
        forget.clicked.connect(self.forgotten)
        row.addWidget(forget)
        self.setAccessibleName(self.tr("Open the project {name}").format(name=summary.folder.name))
        self.setAccessibleDescription(self._facts())

    def _way_to_links(self) -> QPushButton:
        button = QPushButton()
        if self.summary.links_found_at is None:
            button.setText(self.tr("Link words"))
            button.setToolTip(self.tr("Find which words of its sentences translate each other"))
        else:
            button.setText(self.tr("Word links"))
            button.setToolTip(self.tr("See which words of its sentences translate each other"))
        button.setAccessibleDescription(self.summary.folder.name)
        set_role(button, "quiet")
        button.clicked.connect(self.links_wanted)
        return button

    def _way_to_comparisons(self) -> QPushButton:
        button = QPushButton(self.tr("Comparisons"))
        button.setToolTip(self.tr("See how the kinds do that were trained in turn"))
        button.setAccessibleDescription(self.summary.folder.name)
        set_role(button, "quiet")
        button.clicked.connect(self.comparisons_wanted)
        return button

    def _facts(self) -> str:
        summary = self.summary
        if summary.problem:
            return summary.problem
        parts = [
            " – ".join(language_name(code) for code in summary.languages),
            self.tr("{n} pairs").format(n=count(summary.pairs)),
            *self._about_links(),
            self.tr("1 run")
            if summary.runs == 1
            else self.tr("{n} runs").format(n=count(summary.runs)),
        ]
        if summary.best_bleu is not None:
            parts.append(self.tr("best BLEU {n}").format(n=decimals(summary.best_bleu, 1)))
        return "  ·  ".join(parts)

    def _about_links(self) -> list[str]:
        found_at, words = self.summary.links_found_at, self.tr("words of {n} pairs linked on {day}")
        if found_at is None:
            return []
        return [words.format(n=count(self.summary.pairs), day=_day(found_at))]

    def _date(self) -> str:
        return _day(self.summary.changed_at) if self.summary.changed_at else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.forgotten.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Open"), self.opened.emit)
        menu.addAction(self.tr("Show its folder"), self.folder_asked.emit)
        menu.addAction(self.tr("Remove from this list"), self.forgotten.emit)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())


def _day(seconds_since_epoch: float) -> str:
    day = QDateTime.fromSecsSinceEpoch(int(seconds_since_epoch)).date()
    return QLocale().toString(day, QLocale.FormatType.ShortFormat)
