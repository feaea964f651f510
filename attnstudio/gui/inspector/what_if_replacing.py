"""Changes of the source: what the tab *Source* asks for is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from attnstudio.gui.inspector.what_if import WhatIf
from attnstudio.gui.inspector.what_if_here import Whereabouts, written
from attnstudio.gui.inspector.what_if_source import OtherSourceWord
from attnstudio.gui.inspector.what_if_work import OtherSource
from attnstudio.interpretation.word_changes import hidden, span_of_word, with_word, without_word
from attnstudio.model.intervention import Intervention
from attnstudio.project.kept_changes import Change


class SourceChanges(QObject):
    """Fills the tab *Source* and changes what is asked for there.

    Args:
        what_if: what is asked of the model.
        here: where the person is.
        tab: the widget.
        parent: owns it.

    Signals:
        changed: there is something else that can be taken back here.
    """

    changed = Signal()

    def __init__(
        self, what_if: WhatIf, here: Whereabouts, tab: OtherSourceWord, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._what_if, self._here, self._tab = what_if, here, tab
        tab.hiding_asked.connect(self._hide_word)
        tab.replacing_asked.connect(self._replace_word)
        tab.removing_asked.connect(self._remove_word)
        what_if.turned.connect(self._forget_other)
        what_if.translated_other.connect(self._show_other)
        what_if.changed.connect(self._show_whether_undone)

    @property
    def has_other(self) -> bool:
        """Whether another source stands there with its translation."""
        return self._tab.is_other_shown

    def show_place(self) -> None:
        """Show which word of the source the person is at."""
        record = self._here.record
        self._tab.show_word("" if record is None else written(record, self._here.source_word()))

    def take_back_other(self) -> None:
        """Show no other source any more."""
        self._show_other(None)

    def _forget_other(self) -> None:
        self._tab.show_other(None)

    def _show_other(self, found: OtherSource | None) -> None:
        self._tab.show_other(found)
        self._show_whether_undone()
        self.changed.emit()

    def _show_whether_undone(self) -> None:
        self._tab.show_undo(
            self.tr("other sentence") if self.has_other else self._what_if.last_step
        )

    def _hide_word(self) -> None:
        record, word = self._here.record, self._here.source_word()
        if record is not None and word:
            self._show_other(None)  # so that the last thing that was done is what is undone
            words = self.tr("nobody looks at “{word}”").format(word=written(record, word))
            masked = Intervention(masked=hidden(record, word))
            self._what_if.add(Change(f"hide {word}", words, masked))

    def _replace_word(self, other: str) -> None:
        self._translate_with(lambda text, span: with_word(text, span, other))

    def _remove_word(self) -> None:
        self._translate_with(without_word)

    def _translate_with(self, make: Callable[..., str]) -> None:
        record, word = self._here.record, self._here.source_word()
        if record is not None and word:
            text = make(record.source.text, span_of_word(record.source, word))
            self._what_if.translate_other(text)
