"""Where a translation goes, so that nothing that is there is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QWidget

from attnstudio.gui.translating.document_words import free_path, wanted_path

ChoosePath = Callable[[QWidget, str, str, str], str]

_DOCUMENTS = QStandardPaths.StandardLocation.DocumentsLocation


class ResultPlace:
    """A path that takes nothing's place unless the person has said so.

    Args:
        choose_path: asks for a file to write, as `choose_save_path` does.

    Attributes:
        path: where it goes.
        saved: where it lies; None before.
    """

    def __init__(self, choose_path: ChoosePath) -> None:
        self._choose_path = choose_path
        self._is_agreed = False
        self._wanted = Path()  # its number, if it needs one, is found anew each time
        self.path = Path()
        self.saved: Path | None = None

    def begin(self, source: Path, language: str) -> None:
        """Another document: its translation goes beside it.

        Args:
            source: of the document.
            language: the code of the translation's.
        """
        self._wanted = wanted_path(source, language)
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another translation of the same document, beside the one that is saved."""
        self.path, self.saved, self._is_agreed = free_path(self._wanted), None, False

    def settle(self) -> Path:
        """The path to write now; a free one beside it where somebody has put a file meanwhile."""
        if not self._is_agreed:
            self.path = free_path(self._wanted)
        return self.path

    def ask(self, parent: QWidget) -> bool:
        """Ask the person, who also agrees to what is lost.

        Returns:
            Whether there is an answer.
        """
        proposed = self.saved or self.path
        kinds = f"*{proposed.suffix} (*{proposed.suffix})" if proposed.suffix else ""
        title = QCoreApplication.translate("documents", "Save the translation")
        chosen = self._choose_path(parent, title, str(proposed), kinds)
        if chosen:
            self.path = self._wanted = Path(chosen)
            self._is_agreed = True
        return bool(chosen)


def pasted_path() -> Path:
    """Where a text that lies in no file would lie if it did."""
    folder = QStandardPaths.writableLocation(_DOCUMENTS)
    return Path(folder) / f"{QCoreApplication.translate('documents', 'translation')}.txt"
