"""What becomes of a document: read, translated, cancelled, gone on with, saved, saved again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from attnstudio.documents.writing import write_document
from attnstudio.errors import AttentionStudioError
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.translating.document_card import DocumentCard
from attnstudio.gui.translating.document_ending import DocumentEnding, said
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import (
    document_facts,
    name_of,
    nothing_to_do_words,
)
from attnstudio.gui.translating.document_work import DocumentWork, TranslationOrder
from attnstudio.gui.translating.engine_box import EngineBox
from attnstudio.gui.translating.model_row import ModelRow
from attnstudio.gui.translating.result_place import ChoosePath, ResultPlace, pasted_path
from attnstudio.gui.translating.segment_table import SegmentTable


class DocumentFlow(QObject):
    """Leads one document through its stages; the card shows in which it is.

    What is translated stays until another document is read: an error or a full disk loses none.

    Args:
        studio: where the work is done.
        models: which run translates.
        engines: what computes it.
        card: asks for what is to be done, and tells of it.
        table: shows the segments.
        choose_path: asks for a file to write.
        parent: owns it; dialogs stand before it.

    Attributes:
        state: the document, and what is translated of it; None before the first.
        is_kept: whether what is translated lies in a file, or nobody wants it.

    Signals:
        opened: a document was read.
        not_opened: an error.
        changed: something else can be done now.
    """

    opened = Signal()
    changed = Signal()
    not_opened = Signal(object)

    def __init__(
        self,
        studio: Studio,
        models: ModelRow,
        engines: EngineBox,
        card: DocumentCard,
        table: SegmentTable,
        choose_path: ChoosePath,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._studio, self._models, self._card, self._table = studio, models, card, table
        self._engines, self._page = engines, parent
        self._ending = DocumentEnding(studio, card, parent)
        self._place = ResultPlace(choose_path)
        self._work = DocumentWork(studio, self)
        self.state: DocumentState | None = None
        self._begins = False  # once it is read
        self.is_kept = True
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a translation is under way, or is being written."""
        return self._work.is_busy

    @property
    def is_saving(self) -> bool:
        """Whether a translation is being written."""
        return self._work.is_saving

    @property
    def free_place(self) -> Path:
        """Where a translation goes that is saved now."""
        return self._place.settle()

    @property
    def can_begin(self) -> bool:
        """Whether anything is still to be translated, or another model may do it anew."""
        state = self.state
        return state is not None and (bool(state.waiting) or self._card.is_ready)

    @property
    def has_translation(self) -> bool:
        """Whether there is anything to save."""
        return self.state is not None and self.state.translated > 0

    @property
    def is_unsaved(self) -> bool:
        """Whether a translation would be lost with the window, or for another document."""
        return self.has_translation and not self.is_kept

    @property
    def loses_unsaved(self) -> bool:
        """Whether the next translation begins anew and takes the place of one that is not saved."""
        return self.is_unsaved and self._card.is_ready

    def open(self, path: Path) -> None:
        """Read a document, to be translated from and into the languages of the model."""
        if self._models.model is not None:
            self._work.open(path, self._models.model.languages)

    def open_text(self, text: str) -> None:
        """Take a text, to be translated line by line."""
        if self._models.model is not None:
            self._work.open_text(text, self._models.model.languages)

    def cancel(self) -> None:
        """End the translation with what there is."""
        self._card.show_stopping()
        self._work.cancel()

    def give_up(self) -> None:
        """End the translation; what there is need not be saved."""
        self.is_kept = True
        if self.is_busy:
            self.cancel()

    def keep_at_once(self) -> None:
        """Write what there is, whatever is under way; nobody can be told if that fails."""
        state = self.state
        if state is not None and not state.is_pasted:
            with suppress(AttentionStudioError):
                write_document(state.document, list(state.filled), self._place.settle())
        self.give_up()

    def _connect(self) -> None:
        self._models.changed.connect(self._follow_model)
        self._card.place_asked.connect(self._choose_place)
        self._card.cancelled.connect(self.cancel)
        self._card.saving_asked.connect(self.save_elsewhere)
        self._card.copying_asked.connect(self._copy)
        self._card.folder_asked.connect(self._open_folder)
        self._work.opened.connect(self._show_opened)
        self._work.not_opened.connect(self._show_unopened)
        self._work.progressed.connect(self._show_progress)
        self._work.translated.connect(self._show_translated)
        self._work.stopped.connect(lambda: self._show_part(self.tr("Stopped."), "warning"))
        self._work.failed.connect(lambda error: self._show_part(said(error), "error"))
        for failed in (self._work.not_opened, self._work.failed, self._work.not_saved):
            failed.connect(self._ending.report_fault)
        self._work.saved.connect(self._show_saved)
        self._work.not_saved.connect(self._show_unsaved)

    # before

    def _show_opened(self, state: DocumentState) -> None:
        self.state = state
        self._ending.forget()
        source = pasted_path() if state.is_pasted else state.document.path
        self._place.begin(source, state.languages[1])
        self._card.show_document(name_of(state), document_facts(state))
        self._table.show_state(state)
        self._show_stage()
        self.opened.emit()
        if self._begins:
            self.translate()

    def _show_unopened(self, error: Exception) -> None:
        self._begins = False
        self.not_opened.emit(error)

    def _follow_model(self) -> None:
        """Another model may translate into another language, for which a document is read anew."""
        model, state = self._models.model, self.state
        if model is None or state is None or self.is_busy:
            return
        if model.languages != state.languages and not state.translated:
            self._read_again(state)
        else:
            self._show_stage()

    def _show_stage(self) -> None:
        """What can be done with it by the model that is chosen now."""
        state, model = self.state, self._models.model
        if state is None:
            return
        if not state.waiting and not state.translated:
            self._card.show_ended(nothing_to_do_words(state), "muted")
        elif self._ending.is_there and (
            model is None or state.is_by(model.project.folder, model.run.name)
        ):
            self._ending.show_again()
        else:
            button = self.tr("Translate anew") if state.translated else self.tr("Translate")
            self._card.show_ready(None if state.is_pasted else self._place.path, button)
        self.changed.emit()

    def _read_again(self, state: DocumentState) -> None:
        if state.is_pasted:
            self.open_text(state.document.content.filled([None] * len(state.segments)).decode())
        else:
            self.open(state.document.path)

    def _choose_place(self) -> None:
        if self._place.ask(self._page):
            self._show_stage()

    # while

    def translate(self) -> None:
        """Begin, or go on with what is still to be translated."""
        state, model = self.state, self._models.model
        self._begins = False
        if state is None or model is None or self.is_busy:
            return
        is_old = state.is_outdated and not state.translated
        if is_old or model.languages != state.languages:
            self._begins = True
            self._read_again(state)
            return
        if self._place.saved is not None and not state.waiting:  # anew, by another model
            self._place.begin_anew()
        self.is_kept = False
        self._card.show_working(self.tr("Loading the model…"))
        self._work.translate(
            state, TranslationOrder(model.project, model.run, self._engines.engine)
        )
        self.changed.emit()

    def _show_progress(self, progress: TaskProgress) -> None:
        self._card.show_progress(progress)
        self._table.segments.refresh()

    def _show_part(self, reason: str, role: str) -> None:
        """Tell why it has ended before its end, and what there is."""
        if self.state is not None:
            self._table.segments.refresh()
            self._ending.show_part(self.state, reason, role)
            self.changed.emit()

    # after

    def _show_translated(self) -> None:
        """A document is written at once; a text that was pasted waits for what the person wants."""
        state = self.state
        if state is None or not state.is_pasted:
            self.save()
            return
        self._table.segments.refresh()
        self._ending.show_pasted(state)
        self.changed.emit()

    def _copy(self) -> None:
        """Put all lines on the clipboard, translated and as they stood."""
        if (state := self.state) is not None:
            text = state.document.content.filled(state.filled).decode()
            QGuiApplication.clipboard().setText(text)
            self.is_kept = True

    def save(self) -> None:
        """Write all that there is; a text that was pasted where the person says."""
        state = self.state
        if state is None or (state.is_pasted and not self._place.ask(self._page)):
            return
        self._table.segments.refresh()
        self._card.show_working(self.tr("Saving…"), can_cancel=False)
        self._work.save(state, self._place.settle())

    def save_elsewhere(self) -> None:
        """Write what there is where the person says."""
        state = self.state
        if state is not None and (state.is_pasted or self._place.ask(self._page)):
            self.save()

    def _show_saved(self, path: Path) -> None:
        if self.state is not None:
            self._place.saved, self.is_kept = path, True
            self._ending.show_saved(self.state, path)
            self.changed.emit()

    def _show_unsaved(self, error: Exception) -> None:
        self._ending.show_unsaved(self.state, error)
        self.changed.emit()

    def _open_folder(self) -> None:
        if (path := self._place.saved) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
