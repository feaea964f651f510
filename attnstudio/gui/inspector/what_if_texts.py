"""Two texts, one above the other, with the words marked in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from attnstudio.corpus.alignment import Span
from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.word_changes import text_difference


class TwoTexts(QWidget):
    """What was said before and after; words that are gone are struck out, new ones are bold.

    Args:
        before: the name of the first text.
        after: of the second.
        parent: where they stand.
    """

    def __init__(self, before: str, after: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._after = QLabel(), QLabel()
        self._headings = (QLabel(), QLabel())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for heading, label in zip(self._headings, (self._before, self._after), strict=True):
            heading.setWordWrap(True)
            set_role(heading, "muted")
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(heading)
            column.addWidget(label)
            column.addSpacing(SMALL_SPACE)
        self.name(before, after)

    @property
    def words(self) -> tuple[str, str]:
        """Both texts as they are marked."""
        return self._before.text(), self._after.text()

    def name(self, before: str, after: str) -> None:
        """Say what the two texts are."""
        labels = (self._before, self._after)
        for heading, label, name in zip(self._headings, labels, (before, after), strict=True):
            heading.setText(name)
            label.setAccessibleName(name)

    def show_texts(self, before: str, after: str) -> None:
        """Show two texts."""
        difference = text_difference(before, after)
        self._before.setText(_marked(before, difference.before, "s") or self.tr("(empty)"))
        self._after.setText(_marked(after, difference.after, "b") or self.tr("(empty)"))


def _marked(text: str, spans: Sequence[Span], tag: str) -> str:
    parts, end = [], 0
    for span in spans:
        parts.append(escape(text[end : span.start]))
        parts.append(f"<{tag}>{escape(text[span.start : span.end])}</{tag}>")
        end = span.end
    parts.append(escape(text[end:]))
    return isolate("".join(parts))
