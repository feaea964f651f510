"""How the work on a document has ended: on the card, and told to who looks at another page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from attnstudio.errors import AttentionStudioError
from attnstudio.gui.look.wording import error_text
from attnstudio.gui.studio.notify import Severity
from attnstudio.gui.studio.studio import PageName, Studio
from attnstudio.gui.translating.document_card import DocumentCard
from attnstudio.gui.translating.document_state import DocumentState
from attnstudio.gui.translating.document_words import done_words, part_words
from attnstudio.interpretation.lettering import isolate


class DocumentEnding:
    """Says what came of a document, and can say it again.

    Args:
        studio: whose notifier tells those who do not see the page.
        card: says it on the page.
        page: where the card stands.

    Attributes:
        is_there: whether anything has ended.
    """

    def __init__(self, studio: Studio, card: DocumentCard, page: QWidget) -> None:
        self._studio, self._card, self._page = studio, card, page
        self._show: Callable[[], None] = lambda: None
        self.is_there = False

    def forget(self) -> None:
        """Another document is here, of which nothing has ended."""
        self.is_there = False

    def show_again(self) -> None:
        """Show on the card what was shown last."""
        self._show()

    def show_part(self, state: DocumentState, reason: str, role: str) -> None:
        """Say why it has ended before its end, and what there is."""
        words = f"{reason} {part_words(state)}"
        save = _tr("Save what there is…") if state.translated else ""
        self._end(words, role, go_on=bool(state.waiting), save=save)
        if role == "error":
            self._tell(words, Severity.ERROR)

    def show_pasted(self, state: DocumentState) -> None:
        """Say that a text is translated, and offer what a person may want of it."""
        words = _tr("{done}.").format(done=done_words(state))
        self._end(words, "success", save=_tr("Save…"), copy=True)
        self._tell(words, Severity.SUCCESS)

    def show_saved(self, state: DocumentState, path: Path) -> None:
        """Say where it lies now."""
        words = _tr("{done}. Saved as {path}").format(
            done=done_words(state), path=isolate(path.name)
        )
        if is_outdated := state.is_outdated:
            words += ". " + _tr("The document has changed since it was read: open it again.")
        self._end(
            words,
            "warning" if state.waiting or is_outdated else "success",
            go_on=bool(state.waiting),
            save=_tr("Save again…"),
            folder=path.parent,
            copy=state.is_pasted,
        )
        self._tell(words, Severity.SUCCESS)

    def show_unsaved(self, state: DocumentState | None, error: Exception) -> None:
        """Say why it was not written."""
        is_part = state is not None and bool(state.waiting)
        self._end(said(error), "error", go_on=is_part, save=_tr("Save elsewhere…"))
        self._tell(said(error), Severity.ERROR)

    def report_fault(self, error: Exception) -> None:
        """A fault of the program is told with its details, beside what the page says of it."""
        if not isinstance(error, AttentionStudioError):
            self._studio.notifier.show_error(error)

    def _end(
        self,
        words: str,
        role: str,
        *,
        go_on: bool = False,
        save: str = "",
        folder: Path | None = None,
        copy: bool = False,
    ) -> None:
        self.is_there = True
        self._show = partial(
            self._card.show_ended, words, role, go_on=go_on, save=save, folder=folder, copy=copy
        )
        self._show()

    def _tell(self, words: str, level: Severity) -> None:
        """Tell who looks at another page."""
        if not self._page.isVisible():
            self._studio.notifier.say(
                words,
                level=level,
                action_text=_tr("Show"),
                action=partial(self._studio.go_to, PageName.TRANSLATING),
            )


def said(error: Exception) -> str:
    """An error and its hint on one line."""
    return " ".join(error_text(error)).strip()


def _tr(text: str) -> str:
    return QCoreApplication.translate("documents", text)
