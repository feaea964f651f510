"""The links of one pair to edit: lines between the words above, the grid of all of them below."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.alignment import Alignment, Link
from attnstudio.gui.links.link_grid import LinkGrid, draw_mark
from attnstudio.gui.links.link_marks import LinkMark, mark_of, with_mark
from attnstudio.gui.links.link_rows import LinkRows
from attnstudio.gui.links.linked_words import NO_WORDS, LinkedWords
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of, set_role

_MARK_KEYS = {
    Qt.Key.Key_S: LinkMark.SURE,
    Qt.Key.Key_P: LinkMark.POSSIBLE,
    Qt.Key.Key_Delete: LinkMark.NONE,
    Qt.Key.Key_Backspace: LinkMark.NONE,
}
_ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CLICK_KEYS = (Qt.Key.Key_Space, *_ENTER_KEYS)
_OWN_KEYS = {*_MARK_KEYS, *_CLICK_KEYS, Qt.Key.Key_Escape}
_MOST = 10_000  # pixels for the grid: what the rows leave
_OTHER_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class LinkEditor(QWidget):
    """Takes the words and links of a pair, and tells what a person makes of them.

    A click, Space or Enter makes none sure, sure possible and possible none; S, P and Delete say
    which. Ctrl+Enter, or the button, says that all is right.

    Signals:
        edited: the links as the person wants them, an `Alignment`.
        done: the links are right, and the next pair is wanted.
    """

    edited = Signal(object)
    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = NO_WORDS
        self._cursor: Link | None = None
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        self.rows = LinkRows(self._splitter)
        self.grid = LinkGrid(self._splitter)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([self.rows.minimumSizeHint().height(), _MOST])
        self._said = QLabel(self)
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._buttons = {
            mark: QPushButton(text, self)
            for mark, text in (
                (LinkMark.SURE, self.tr("Sure")),
                (LinkMark.POSSIBLE, self.tr("Possible")),
                (LinkMark.NONE, self.tr("None")),
            )
        }
        self.done_button = QPushButton(self.tr("Done, next"), self)
        self._legends = {
            False: _Legend(
                (
                    (_MarkSample(LinkMark.SURE), self.tr("sure")),
                    (_MarkSample(LinkMark.POSSIBLE), self.tr("possible")),
                    (_MarkSample(LinkMark.NONE, was_found=True), self.tr("taken out")),
                ),
                self,
            ),
            True: _Legend(
                (
                    (_MarkSample(LinkMark.SURE), self.tr("found")),
                    (_MarkSample(LinkMark.SURE, is_doubtful=True), self.tr("found, less certain")),
                ),
                self,
            ),
        }
        self._lay_out()
        for part in (self.rows, self.grid):
            part.moved.connect(self._show_cursor)
            part.clicked.connect(self._click)
        for mark, button in self._buttons.items():
            button.clicked.connect(partial(self._mark, mark))
        self.done_button.clicked.connect(self.done)
        for key in _ENTER_KEYS:  # they count in what stands beside it, too
            keys = QKeySequence(Qt.Modifier.CTRL | key)
            QShortcut(keys, self).activated.connect(self.done_button.click)
        self.show_words(NO_WORDS)

    def _lay_out(self) -> None:
        tips = {
            LinkMark.SURE: self.tr("Everybody would link these words (S)"),
            LinkMark.POSSIBLE: self.tr("One may link these words (P)"),
            LinkMark.NONE: self.tr("These words do not translate each other (Delete)"),
        }
        below = QHBoxLayout()
        below.setContentsMargins(SPACE, SMALL_SPACE, SPACE, SPACE)
        below.setSpacing(SPACE)
        below.addWidget(self._said, stretch=1)
        for mark, button in self._buttons.items():
            button.setToolTip(tips[mark])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            below.addWidget(button)
        set_role(self.done_button, "primary")
        self.done_button.setToolTip(
            self.tr("These links are right: go on to the next (Ctrl+Enter)")
        )
        below.addWidget(self.done_button)
        legend = QHBoxLayout()
        legend.setContentsMargins(SPACE, SMALL_SPACE, SPACE, 0)
        legend.setSpacing(SMALL_SPACE)
        for part in self._legends.values():
            legend.addWidget(part)
        hint = QLabel(
            self.tr("Space or click changes a link · Del removes it · Ctrl+Enter: all right, next"),
            self,
        )
        set_role(hint, "muted")
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        hint.setWordWrap(True)
        legend.addWidget(hint, stretch=1)
        card = QFrame(self)
        set_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4, 4, 4, 0)
        inside.setSpacing(0)
        inside.addWidget(self._splitter, stretch=1)
        inside.addLayout(legend)
        inside.addLayout(below)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    @property
    def links(self) -> Alignment:
        """The links that are shown."""
        return self._words.links

    @property
    def chosen_cell(self) -> Link | None:
        """The two words that a key would mark."""
        return self._cursor

    def show_words(self, words: LinkedWords) -> None:
        """Show another pair, or other links of the same pair."""
        is_other = (words.sources, words.targets) != (self._words.sources, self._words.targets)
        self._words = words
        if is_other:
            self._cursor = None
        self.rows.show_words(words)
        self.grid.show_words(words)
        for are_found, legend in self._legends.items():
            legend.setVisible(are_found is words.are_found)
        self._say()

    def allow(self, reason: str) -> None:
        """Let the links be edited, or say why they cannot be."""
        self.setEnabled(not reason)
        self.setToolTip(reason)

    def _show_cursor(self, cell: Link | None) -> None:
        self._cursor = cell
        for part in (self.rows, self.grid):
            if part is not self.sender():
                part.set_cursor(cell)
        self._say()

    def _say(self) -> None:
        words = self.tr("Click a cell, or a word of either row.")
        if self._cursor is not None:
            words = self._words.words_of(self._cursor)
        elif self.rows.choice is not None:
            words = self.rows.accessibleDescription()
        self._said.setText(words)
        self._said.setToolTip(words)  # for where there is no room for all of it
        set_role(self._said, "" if self._cursor is not None else "muted")
        for button in self._buttons.values():
            button.setEnabled(self._cursor is not None)
        self.done_button.setEnabled(not self._words.is_empty)

    def _click(self, cell: Link) -> None:
        self._cursor = cell
        self._mark(mark_of(self._words.links, cell).next)

    def _mark(self, mark: LinkMark) -> None:
        if self._cursor is None:
            return
        confirms = self._words.are_found and mark is LinkMark.SURE  # what the program found
        if mark_of(self._words.links, self._cursor) is mark and not confirms:
            return
        self.edited.emit(with_mark(self._words.links, self._cursor, mark))
        if self.grid.hasFocus() or self.rows.hasFocus():
            (self.grid if self.grid.hasFocus() else self.rows).tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the pictures leave to it."""
        key = Qt.Key(event.key())
        if event.modifiers() & _OTHER_MODIFIERS:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Escape and self._cursor is not None:
            self._cursor = None
            for part in (self.rows, self.grid):
                part.set_cursor(None)
            self._say()
        elif key in _CLICK_KEYS and self._cursor is not None:
            self._click(self._cursor)
        elif key in _MARK_KEYS and self._cursor is not None:
            self._mark(_MARK_KEYS[key])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keys of its own come before those of the window while a cell is chosen."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and not event.modifiers() & _OTHER_MODIFIERS
            and Qt.Key(event.key()) in _OWN_KEYS
            and self._cursor is not None
        ):
            event.accept()
            return True
        return super().event(event)


class _Legend(QWidget):
    """Marks and what they mean."""

    def __init__(self, entries: tuple[tuple[_MarkSample, str], ...], parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL_SPACE)
        for sample, text in entries:
            label = QLabel(text, self)
            set_role(label, "muted")
            row.addWidget(sample)
            row.addWidget(label)
            row.addSpacing(SPACE)


class _MarkSample(QWidget):
    """A mark, for the legend; see `draw_mark`."""

    def __init__(
        self, mark: LinkMark, *, was_found: bool = False, is_doubtful: bool = False
    ) -> None:
        super().__init__()
        self._mark, self._was_found, self._is_doubtful = mark, was_found, is_doubtful
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(22, 22)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = colours_of(self.palette())
        draw_mark(
            painter,
            colours,
            QRectF(self.rect()),
            self._mark,
            was_found=self._was_found,
            is_doubtful=self._is_doubtful,
        )
