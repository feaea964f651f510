"""Which language: a list to search by name or code, or one that is typed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from attnstudio.corpus.language_codes import (
    all_languages,
    code_as_given,
    code_of_typed,
    folded,
    names_of,
)
from attnstudio.gui.look.wording import language_name, own_language_name

_COMMON = ("en", "de", "zh", "fr", "es", "ar", "ja", "ko", "ru", "pt", "it", "nl", "pl", "tr", "hi")
_SOUGHT = Qt.ItemDataRole.UserRole + 1  # all that finds a language, as one text
_CHARACTERS = 24  # of the longest labels, which need not be seen whole while the list is shut


class LanguageBox(QComboBox):
    """A list of languages by name, own name and code; a name or a code may be typed as well.

    Also one that is in no list: languages are more than anybody has counted.

    Args:
        name: what it is for, such as *Source language*.
        code: chosen at first; empty for none.
        likely: codes that stand before all others.
        parent: where it stands.
    """

    def __init__(
        self, name: str, code: str = "", likely: Iterable[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setEditable(True)
        line = QLineEdit(placeholderText=self.tr("which language?"))
        line.editingFinished.connect(self._write_out)
        self.setLineEdit(line)
        self.setAccessibleName(name)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(_CHARACTERS)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setToolTip(self.tr("Type a name, such as German or Deutsch, or a code, such as de"))
        first = [known for known in (code, *likely, *_COMMON) if known]
        others = sorted(all_languages(), key=lambda other: language_name(other).casefold())
        for place, known in enumerate(dict.fromkeys((*first, *others))):
            self.addItem(_label(known), known)
            self.setItemData(place, _sought(known), _SOUGHT)
        self.setCompleter(_LanguageCompleter(self.model(), self))
        self.setCurrentIndex(0 if code else -1)

    @property
    def code(self) -> str:
        """What is chosen or typed, as a code; a language that is not known has the typed name."""
        text = self.currentText().strip()
        if known := self._known_code(text):
            return known
        return "" if self._is_begun(text) else code_as_given(text)

    @property
    def problem(self) -> str:
        """What is lacking in what is typed, in a sentence; with an example where nothing fits."""
        text = self.currentText().strip()
        if not text or self.code:
            return ""
        if self._is_begun(text):
            return self.tr("Choose a language from the list, or type its name to the end.")
        return self.tr(
            "“{text}” cannot stand for a language here. Type its name in Latin letters, such as "
            "German or Totonac, or its code, such as de or top."
        ).format(text=text)

    @property
    def remark(self) -> str:
        """What to know of a language that is taken though it is not known; else empty."""
        text = self.currentText().strip()
        if not self.code or self._known_code(text):
            return ""
        return self.tr("“{text}” is not known here and is taken as you wrote it.").format(text=text)

    def _known_code(self, text: str) -> str:
        for place in range(self.count()):
            if text and folded(text) in self.itemData(place, _SOUGHT).split("\n"):
                return str(self.itemData(place))
        return code_of_typed(text)

    def _is_begun(self, text: str) -> bool:
        """Whether more letters would make a language of it that is in the list."""
        return any(folded(text) in self.itemData(place, _SOUGHT) for place in range(self.count()))

    def _write_out(self) -> None:
        """What was typed is said in full, so that the person sees what was understood."""
        code = self.code
        if code and self.findText(self.currentText(), Qt.MatchFlag.MatchExactly) < 0:
            self.setEditText(_label(code))


class _LanguageCompleter(QCompleter):
    """Finds a language by any of its names and codes, and writes its label."""

    def __init__(self, languages: QAbstractItemModel, parent: QObject) -> None:
        super().__init__(languages, parent)
        self.setCompletionRole(_SOUGHT)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))

    def splitPath(self, path: str) -> list[str]:
        return [path]


def _label(code: str) -> str:
    """``German – Deutsch (de)``."""
    name, own = language_name(code), own_language_name(code)
    named = f"{name} – {own}" if own and own.casefold() != name.casefold() else name
    return f"{named} ({code})" if name != code else code


def _sought(code: str) -> str:
    names = (_label(code), language_name(code), own_language_name(code), code, *names_of(code))
    return "\n".join(filter(None, dict.fromkeys((*names, *map(folded, names)))))
