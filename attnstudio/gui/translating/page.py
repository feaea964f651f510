"""The page of documents: drop one, have it translated, read it beside its source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, set_role
from attnstudio.gui.look.wording import error_text
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.translating.document_actions import DocumentActions
from attnstudio.gui.translating.document_card import DocumentCard
from attnstudio.gui.translating.document_flow import DocumentFlow
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import promise_words
from attnstudio.gui.translating.drop_place import DropPlace
from attnstudio.gui.translating.engine_box import EngineBox
from attnstudio.gui.translating.leaving_question import LeavingQuestion, Occasion
from attnstudio.gui.translating.model_row import ModelRow
from attnstudio.gui.translating.nothing_to_translate import NothingToTranslate
from attnstudio.gui.translating.result_place import ChoosePath
from attnstudio.gui.translating.segment_inspecting import SegmentInspecting
from attnstudio.gui.translating.segment_table import SegmentTable
from attnstudio.gui.translating.segment_view import SegmentView
from attnstudio.gui.widgets.drop_overlay import DropPromise, DropTarget, paths_of
from attnstudio.gui.widgets.file_dialogs import choose_files, choose_save_path
from attnstudio.gui.widgets.plain_line import plain_line

_VIEW_HEIGHT = 150
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TranslatingPage(QWidget):
    """One document at a time, by the model of the run that is looked at.

    Args:
        studio: what is open.
        actions: takes the page's actions.
        parent: owns the page.
        ask_files: asks for files to read, as `choose_files` does.
        choose_path: asks for a file to write, as `choose_save_path` does.

    Attributes:
        models: which run translates.
        engines: what computes it.
        problem: why a document could not be read.
        place: where one is dropped while there is none.
        card: the document.
        table: its segments.
        leaving: asks before a translation is lost.
        view: one of them in full.
        flow: what becomes of the document.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,
        parent: QWidget | None = None,
        *,
        ask_files: Callable[[QWidget | None, str], list[Path]] = choose_files,
        choose_path: ChoosePath = choose_save_path,
    ) -> None:
        super().__init__(parent)
        self._studio, self._ask_files = studio, ask_files
        self.nothing = NothingToTranslate(studio)
        self.models = ModelRow(studio)
        self.problem = plain_line()
        set_role(self.problem, "error")
        self.place = DropPlace()
        self.card = DocumentCard()
        self.table = SegmentTable()
        self.view = SegmentView()
        self.engines = EngineBox(studio)
        self.flow = DocumentFlow(
            studio, self.models, self.engines, self.card, self.table, choose_path, self
        )
        self.leaving = LeavingQuestion(self.flow, self)
        studio.guards.append(self.leaving)
        self._inspecting = SegmentInspecting(studio, self.models, self.table, self.view, self)
        self._lay_out()
        self._connect()
        self._actions = DocumentActions(
            actions,
            self.models,
            self.flow,
            self.table,
            choose=self._go_and_choose,
            paste=self._go_and_paste,
            begin=self.begin,
            parent=self,
        )
        self.drops = DropTarget(self, self.promise)
        self.drops.dropped.connect(self.take)
        self.models.refresh()
        self._show_stage()

    @property
    def state(self) -> DocumentState | None:
        """The document that is shown, and what is translated of it."""
        return self.table.segments.state

    # how it lies

    def _lay_out(self) -> None:
        below = QSplitter(Qt.Orientation.Vertical)
        below.setChildrenCollapsible(False)
        below.addWidget(self.table)
        below.addWidget(self.view)
        below.setStretchFactor(0, 1)
        below.setSizes([10 * _VIEW_HEIGHT, _VIEW_HEIGHT])  # the table has the rest
        self._document = QWidget()
        inside = QVBoxLayout(self._document)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(SPACE)
        inside.addWidget(self.card)
        inside.addWidget(below, stretch=1)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.place)
        self._middle.addWidget(self._document)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, SPACE)
        column.setSpacing(SPACE)
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self.models, stretch=1)
        top.addWidget(self.engines)
        column.addLayout(top)
        column.addWidget(self.problem)
        column.addWidget(self._middle, stretch=1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.nothing)
        self._stack.addWidget(self._content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _connect(self) -> None:
        self._studio.project_changed.connect(self._show_stage)
        self._studio.known_runs.looked.connect(self._show_stage)
        self._studio.session.state_changed.connect(self._show_stage)
        self.models.changed.connect(self._show_stage)
        self.models.changed.connect(lambda: self.engines.follow(self.models.model))
        self.place.choosing_asked.connect(self.choose_document)
        self.place.pasting_asked.connect(self.paste)
        self.card.other_asked.connect(self.choose_document)
        self.card.translation_asked.connect(self.begin)
        self.flow.opened.connect(self._show_opened)
        self.flow.not_opened.connect(self._show_problem)

    # which document

    def promise(self, paths: Sequence[Path]) -> DropPromise:
        """What would happen with files that are dropped here; looks at their names only."""
        if not paths:
            return DropPromise(self.tr("Only files of this computer can be taken."), accepted=False)
        if reason := self._why_none():
            return DropPromise(reason, accepted=False)
        if len(paths) > 1 or paths[0].is_dir():
            reason = self.tr("One document at a time can be translated. Drop a single file.")
            return DropPromise(reason, accepted=False)
        model = self.models.model
        assert model is not None  # else there was a reason
        return DropPromise(promise_words(paths[0], model.languages), accepted=True)

    def take(self, paths: Sequence[Path]) -> None:
        """Read a document that was dropped or chosen, or say why it is not taken."""
        promise = self.promise(paths)
        if promise.accepted:
            self._take(partial(self.flow.open, paths[0]))
        else:
            self._studio.notifier.say(promise.text, level=Severity.WARNING)

    def choose_document(self) -> None:
        """Ask for a document and read it."""
        paths = self._ask_files(self, self.tr("Translate a document"))
        if paths:
            self.take(paths)

    def paste(self) -> None:
        """Take the text, or the document, that is on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if paths := paths_of(mime):
            self.take(paths)
        elif reason := self._why_none() or self._why_no_text(mime.text()):
            self._studio.notifier.say(reason, level=Severity.WARNING)
        else:
            self._take(partial(self.flow.open_text, mime.text()))

    def begin(self) -> None:
        """Translate, or go on; a translation that is not saved is lost only with a word."""
        begin = self.flow.translate
        if not self.flow.loses_unsaved or self.leaving.may_go_on(Occasion.ANEW, begin):
            begin()

    def _take(self, open_document: Callable[[], None]) -> None:
        """Open another document, once nothing is lost by that."""
        if not self.leaving.may_go_on(Occasion.OTHER, partial(self._take, open_document)):
            return
        self.problem.clear()
        open_document()
        self._show_stage()

    def _why_no_text(self, text: str) -> str:
        return "" if text.strip() else self.tr("There is no text on the clipboard.")

    def _go_and_paste(self) -> None:
        self._studio.go_to(PageName.TRANSLATING)
        self.paste()

    def _go_and_choose(self) -> None:
        self._studio.go_to(PageName.TRANSLATING)
        self.choose_document()

    def _why_none(self) -> str:
        """Why no document can be taken now; empty where one can."""
        if self.flow.is_busy:
            return self.tr("Another document is being translated. Wait, or cancel it first.")
        if self.models.model is None:
            return self.tr("There is no trained model that could translate a document.")
        return ""

    # what is shown

    def _show_stage(self) -> None:
        """A document stays whatever project is open, so that its translation is not lost."""
        self.problem.setVisible(bool(self.problem.text()))
        self._middle.setCurrentWidget(self.place if self.state is None else self._document)
        is_there = self.models.model is not None or self.state is not None
        self._stack.setCurrentWidget(self._content if is_there else self.nothing)
        if not is_there:
            self.nothing.show_reason()

    def _show_opened(self) -> None:
        """Enter translates next; where the button was that opened it another one appears."""
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self._show_stage()
        if had_focus:
            self.card.take_focus()

    def _show_problem(self, error: Exception) -> None:
        self.problem.setText(" ".join(error_text(error)).strip())
        self._show_stage()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._document.isVisible():
            self.card.take_focus()
        elif self.place.isVisible():
            self.place.choose.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape ends the translation with what there is; Enter presses a button as Space does."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape and self.flow.is_busy:
            self.flow.cancel()
        elif event.key() in _ENTER and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)
