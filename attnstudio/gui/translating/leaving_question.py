"""What becomes of a translation that is not saved, before it would be lost."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from attnstudio.gui.translating.document_flow import DocumentFlow
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import name_of, part_words
from attnstudio.interpretation.lettering import isolate


class Occasion(Enum):
    """What would lose it."""

    CLOSING = auto()
    OTHER = auto()  # another document takes its place
    ANEW = auto()  # another model takes its place


class _Wish(Enum):
    SAVE = auto()
    WAIT = auto()
    LOSE = auto()


_Role = QMessageBox.ButtonRole


class LeavingQuestion(QObject):
    """Asks what is to become of a translation, and goes on when that has come of it.

    Where it cannot be saved, the page says why and all stays as it is.

    Args:
        flow: the document.
        page: stands behind the question.

    Attributes:
        box: the question while it is asked; None else.
    """

    def __init__(self, flow: DocumentFlow, page: QWidget) -> None:
        super().__init__(page)
        self._flow, self._page = flow, page
        self._wish: _Wish | None = None
        self._then: Callable[[], None] = lambda: None
        self.box: QMessageBox | None = None
        flow.changed.connect(self._look)

    def may_close(self, window: QWidget, then: Callable[[], None]) -> bool:
        """See `Guard`."""
        return self._may(window, Occasion.CLOSING, then)

    def leave(self) -> None:
        """See `Guard`: what there is lies beside its document then."""
        if self._flow.is_unsaved and not self._flow.is_saving:
            self._flow.keep_at_once()

    def may_go_on(self, occasion: Occasion, then: Callable[[], None]) -> bool:
        """Whether nothing is lost; else the person is asked.

        Args:
            occasion: what would lose it.
            then: called once nothing is lost any more, or the person does not mind.
        """
        return self._may(self._page, occasion, then)

    def _may(self, window: QWidget, occasion: Occasion, then: Callable[[], None]) -> bool:
        state, flow = self._flow.state, self._flow
        if state is None or flow.is_kept or not (flow.is_busy or flow.is_unsaved):
            return True
        if flow.is_saving:  # it will be there in a moment
            self._wish, self._then = _Wish.WAIT, then
        elif self.box is None:  # the first question stands until it is answered
            self._wish, self._then = None, then
            self.box = self._question(window, occasion, state)
            self.box.open()
        return False

    def _question(self, window: QWidget, occasion: Occasion, state: DocumentState) -> QMessageBox:
        box = QMessageBox(window)
        box.setIcon(QMessageBox.Icon.Question)
        busy, name = self._flow.is_busy, isolate(name_of(state))
        box.setWindowTitle(
            self.tr("A document is being translated")
            if busy
            else self.tr("The translation is not saved")
        )
        words = (
            self.tr("{name} is being translated. What should become of it?")
            if busy
            else self.tr("The translation of {name} is not saved. What should become of it?")
        )
        box.setText(words.format(name=name))
        box.setInformativeText(self._facts(state))
        self._add_buttons(box, occasion, state)
        box.finished.connect(self._forget_box)
        return box

    def _facts(self, state: DocumentState) -> str:
        """How far it is, and where it is saved."""
        facts = part_words(state)
        if state.translated and not state.is_pasted:
            path = isolate(str(self._flow.free_place))
            facts += " " + self.tr("What there is can be saved as {path}").format(path=path)
        return facts

    def _add_buttons(self, box: QMessageBox, occasion: Occasion, state: DocumentState) -> None:
        save, lose, stay = self._words(occasion)
        first: QPushButton | None = None
        if state.translated:
            first = self._add(box, save, _Role.AcceptRole, _Wish.SAVE)
        if self._flow.is_busy and not state.is_pasted:
            later = self.tr("Close when it is &done")
            wait = self._add(box, later, _Role.ActionRole, _Wish.WAIT)
            first = first or wait
        self._add(box, lose, _Role.DestructiveRole, _Wish.LOSE)
        rest = box.addButton(stay, _Role.RejectRole)
        box.setDefaultButton(first or rest)
        box.setEscapeButton(rest)

    def _words(self, occasion: Occasion) -> tuple[str, str, str]:
        """To save it, to lose it, and to stay."""
        if occasion is Occasion.CLOSING:
            return (
                self.tr("&Save what there is and close"),
                self.tr("Close &without saving"),
                self.tr("Do &not close"),
            )
        if occasion is Occasion.OTHER:
            return (
                self.tr("&Save it and take the other"),
                self.tr("Take the other &without saving"),
                self.tr("&Keep this one"),
            )
        return (
            self.tr("&Save it and translate anew"),
            self.tr("Translate anew &without saving"),
            self.tr("&Keep this one"),
        )

    def _add(self, box: QMessageBox, words: str, role: _Role, wish: _Wish) -> QPushButton:
        button = box.addButton(words, role)
        button.clicked.connect(lambda: self._act(wish))
        return button

    def _act(self, wish: _Wish) -> None:
        """What the person wants; when all has come to rest, `_look` goes on."""
        self._wish = wish
        if wish is _Wish.LOSE:
            self._flow.give_up()
        elif wish is _Wish.SAVE and self._flow.is_busy:
            self._flow.cancel()
        self._look()

    def _look(self) -> None:
        """Go on once nothing is under way and nothing is lost; else save, or stay."""
        wish = self._wish
        if wish is None or self._flow.is_busy:
            return
        if wish is _Wish.SAVE and self._flow.is_unsaved:
            self._wish = _Wish.WAIT
            self._flow.save()
            if not self._flow.is_busy:  # the person has named no place
                self._wish = None
            return
        self._wish = None
        if self._flow.is_kept:
            self._then()

    def _forget_box(self) -> None:
        if self.box is not None:
            self.box.deleteLater()
            self.box = None
