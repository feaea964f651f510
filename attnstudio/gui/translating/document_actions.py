"""What can be done with a document from the menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from attnstudio.gui.studio.actions import ActionRegistry, MenuName
from attnstudio.gui.translating.document_flow import DocumentFlow
from attnstudio.gui.translating.model_row import ModelRow
from attnstudio.gui.translating.segment_table import SegmentTable


class DocumentActions(QObject):
    """Adds the actions of the page; what cannot be done now rests.

    Args:
        actions: takes them.
        models: which run translates.
        flow: the document.
        table: its segments.
        choose: leads to the page and asks for a document there.
        paste: leads to the page and takes what is on the clipboard.
        begin: translates, or goes on.
        parent: owns it.
    """

    def __init__(
        self,
        actions: ActionRegistry,
        models: ModelRow,
        flow: DocumentFlow,
        table: SegmentTable,
        *,
        choose: Callable[[], None],
        paste: Callable[[], None],
        begin: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._models, self._flow, self._table = models, flow, table
        add = partial(actions.add, menu=MenuName.DOCUMENTS)
        self._choose = add(
            "translating.choose",
            self.tr("&Translate a document…"),
            choose,
            tip=self.tr("Choose a text, table, TMX, XLIFF or Word file to be translated"),
        )
        self._paste = add(
            "translating.paste",
            self.tr("Translate what is &pasted"),
            paste,
            tip=self.tr("Take the text on the clipboard, to be translated line by line"),
        )
        self._begin = add("translating.begin", self.tr("&Begin, or go on"), begin)
        self._cancel = add("translating.cancel", self.tr("&Cancel"), flow.cancel)
        self._save = add("translating.save", self.tr("&Save the translation…"), flow.save_elsewhere)
        self._copy = add("translating.copy", self.tr("C&opy the chosen segments"), table.copy_rows)
        flow.changed.connect(self.refresh)
        models.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Let rest what has nothing to act on."""
        has_model, is_busy = self._models.model is not None, self._flow.is_busy
        for action in (self._choose, self._paste):
            action.setEnabled(has_model and not is_busy)
        self._begin.setEnabled(has_model and not is_busy and self._flow.can_begin)
        self._cancel.setEnabled(is_busy)
        self._save.setEnabled(self._flow.has_translation and not is_busy)
        self._copy.setEnabled(self._table.segments.rowCount() > 0)
