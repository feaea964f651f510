"""What becomes of a document: read, translated, cancelled, gone on with, saved, saved again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.look.wording import count, error_text
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.translating.document_card import DocumentCard
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import (
    document_facts,
    done_words,
    name_of,
)
from attnstudio.gui.translating.document_work import DocumentWork, TranslationOrder
from attnstudio.gui.translating.engine_box import EngineBox
from attnstudio.gui.translating.model_row import ModelRow
from attnstudio.gui.translating.result_place import ChoosePath, ResultPlace
from attnstudio.gui.translating.segment_table import SegmentTable

_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


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
        self._place = ResultPlace(choose_path)
        self._work = DocumentWork(studio, self)
        self._state: DocumentState | None = None
        self._begins = False  # once it is read
        self._show_end: Callable[[], None] | None = None  # of what has ended; None before
        self._connect()

    @property
    def is_busy(self) -> bool:
        """Whether a translation is under way, or is being written."""
        return self._work.is_busy

    @property
    def can_begin(self) -> bool:
        """Whether anything is still to be translated, or another model may do it anew."""
        state = self._state
        return state is not None and (bool(state.waiting) or self._card.is_ready)

    @property
    def has_translation(self) -> bool:
        """Whether there is anything to save."""
        return self._state is not None and self._state.translated > 0

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

    def _connect(self) -> None:
        self._models.changed.connect(self._follow_model)
        self._card.place_asked.connect(self._choose_place)
        self._card.translation_asked.connect(self.translate)
        self._card.cancelled.connect(self.cancel)
        self._card.saving_asked.connect(self.save_elsewhere)
        self._card.copying_asked.connect(self._copy)
        self._card.folder_asked.connect(self._open_folder)
        self._work.opened.connect(self._show_opened)
        self._work.not_opened.connect(self._show_unopened)
        self._work.progressed.connect(self._show_progress)
        self._work.translated.connect(self._show_translated)
        self._work.stopped.connect(lambda: self._show_part(self.tr("Stopped."), "warning"))
        self._work.failed.connect(lambda error: self._show_part(_said(error), "error"))
        for failed in (self._work.not_opened, self._work.failed, self._work.not_saved):
            failed.connect(self._report_fault)
        self._work.saved.connect(self._show_saved)
        self._work.not_saved.connect(self._show_unsaved)

    # before

    def _show_opened(self, state: DocumentState) -> None:
        self._state, self._show_end = state, None
        source = self._pasted_path if state.is_pasted else state.document.path
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
        model, state = self._models.model, self._state
        if model is None or state is None or self.is_busy:
            return
        if model.languages != state.languages and not state.translated:
            self._read_again(state)
        else:
            self._show_stage()

    def _show_stage(self) -> None:
        """What can be done with the document by the model that is chosen now."""
        state, model = self._state, self._models.model
        if state is None:
            return
        is_by_it = (
            model is not None
            and state.by is not None
            and (state.by.folder, state.by.run) == (model.project.folder, model.run.name)
        )
        if not state.waiting and not state.translated:
            self._card.show_ended(self._nothing_to_do(state), "muted")
        elif self._show_end is not None and (is_by_it or model is None):
            self._show_end()
        else:
            button = self.tr("Translate anew") if state.translated else self.tr("Translate")
            self._card.show_ready(None if state.is_pasted else self._place.path, button)
        self.changed.emit()

    def _read_again(self, state: DocumentState) -> None:
        if state.is_pasted:
            self.open_text(state.document.content.filled([None] * len(state.segments)).decode())
        else:
            self.open(state.document.path)

    @property
    def _pasted_path(self) -> Path:
        """Where a text that lies in no file would lie if it did."""
        folder = QStandardPaths.writableLocation(_DOCUMENTS)
        return Path(folder) / f"{self.tr('translation')}.txt"

    def _nothing_to_do(self, state: DocumentState) -> str:
        if not state.segments:
            return self.tr("There is no text in it that could be translated.")
        return self.tr("All of it is translated already: there is nothing to do.")

    def _choose_place(self) -> None:
        if self._place.ask(self._page):
            self._show_stage()

    # while

    def translate(self) -> None:
        """Begin, or go on with what is still to be translated."""
        state, model = self._state, self._models.model
        self._begins = False
        if state is None or model is None or self.is_busy:
            return
        if model.languages != state.languages:
            self._begins = True
            self._read_again(state)
            return
        if self._place.saved is not None and not state.waiting:  # anew, by another model
            self._place.begin_anew()
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
        state = self._state
        if state is None:
            return
        self._table.segments.refresh()
        done, total = state.translated, len(state.segments) - state.left_alone
        words = self.tr("{reason} {n} of {total} segments are translated.").format(
            reason=reason, n=count(done), total=count(total)
        )
        save = self.tr("Save what there is…") if done else ""
        self._end_with(
            partial(self._card.show_ended, words, role, go_on=bool(state.waiting), save=save)
        )
        if role == "error":
            self._tell_elsewhere(words, Severity.ERROR)

    # after

    def _show_translated(self) -> None:
        """A document is written at once; a text that was pasted waits for what the person wants."""
        state = self._state
        if state is None or not state.is_pasted:
            self._save()
            return
        self._table.segments.refresh()
        words, save = self.tr("{done}.").format(done=done_words(state)), self.tr("Save…")
        self._end_with(partial(self._card.show_ended, words, "success", save=save, copy=True))
        self._tell_elsewhere(words, Severity.SUCCESS)

    def _copy(self) -> None:
        """Put all lines on the clipboard, translated and as they stood."""
        if (state := self._state) is not None:
            text = state.document.content.filled(state.filled).decode()
            QGuiApplication.clipboard().setText(text)

    def _save(self) -> None:
        """Write all that there is."""
        if self._state is None:
            return
        self._table.segments.refresh()
        self._card.show_working(self.tr("Saving…"), can_cancel=False)
        self._work.save(self._state, self._place.settle())

    def save_elsewhere(self) -> None:
        """Write what there is where the person says."""
        if self._state is not None and self._place.ask(self._page):
            self._save()

    def _show_saved(self, path: Path) -> None:
        state = self._state
        if state is None:
            return
        self._place.saved = path
        words = self.tr("{done}. Saved as {path}").format(done=done_words(state), path=path.name)
        show = partial(
            self._card.show_ended,
            words,
            "warning" if state.waiting else "success",
            go_on=bool(state.waiting),
            save=self.tr("Save again…"),
            folder=path.parent,
            copy=state.is_pasted,
        )
        self._end_with(show)
        self._tell_elsewhere(words, Severity.SUCCESS)

    def _show_unsaved(self, error: Exception) -> None:
        is_part = self._state is not None and bool(self._state.waiting)
        save = self.tr("Save elsewhere…")
        self._end_with(
            partial(self._card.show_ended, _said(error), "error", go_on=is_part, save=save)
        )
        self._tell_elsewhere(_said(error), Severity.ERROR)

    def _end_with(self, show: Callable[[], None]) -> None:
        self._show_end = show
        show()
        self.changed.emit()

    def _tell_elsewhere(self, words: str, level: Severity) -> None:
        """Tell who looks at another page what came of it."""
        if not self._page.isVisible():
            self._studio.notifier.say(
                words,
                level=level,
                action_text=self.tr("Show"),
                action=partial(self._studio.go_to, PageName.TRANSLATING),
            )

    def _report_fault(self, error: Exception) -> None:
        """A fault of the program is told with its details, beside what the page says of it."""
        if not isinstance(error, AttentionStudioError):
            self._studio.notifier.show_error(error)

    def _open_folder(self) -> None:
        if (path := self._place.saved) is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _said(error: Exception) -> str:
    return " ".join(error_text(error)).strip()
