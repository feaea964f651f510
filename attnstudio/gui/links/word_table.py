"""The entries of a word list as rows: searched and sorted by indices, drawn when they are seen."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.alignment.spelling import folded
from attnstudio.gui.corpus.pair_table import is_right_to_left_language
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.word_list import WordEntry, WordList

_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class WordColumn(IntEnum):
    """What stands in which column."""

    SOURCE = 0
    TARGET = 1
    COUNT = 2
    SHARE = 3
    TARGET_SHARE = 4
    CONFIDENCE = 5


_TEXTS = (WordColumn.SOURCE, WordColumn.TARGET)


class WordTableModel(QAbstractTableModel):
    """All entries, or those that hold a text, in a chosen order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[WordEntry, ...] = ()
        self._folded: list[tuple[str, str]] = []
        self._rows: list[int] = []
        self._searched = ""
        self._least = 1
        self._order: tuple[int, Qt.SortOrder] | None = None
        self._languages = ("", "")

    @property
    def total(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._entries)

    def show_list(self, words: WordList, languages: tuple[str, str]) -> None:
        """Show another list, of source and target language."""
        self.beginResetModel()
        self._entries, self._languages = words.entries, languages
        self._folded = [(folded(e.source), folded(e.target)) for e in words.entries]
        self._choose_rows()
        self.endResetModel()

    def search(self, text: str) -> None:
        """Show the entries that hold a text on either side; those that begin with it first.

        Capitals and the marks of letters make no difference: ``madchen`` finds Mädchen.
        """
        self.beginResetModel()
        self._searched = folded(text.strip())
        self._choose_rows()
        self.endResetModel()

    def show_from(self, least: int) -> None:
        """Show the entries that are linked so often at least."""
        self.beginResetModel()
        self._least = least
        self._choose_rows()
        self.endResetModel()

    def found(self) -> int:
        """How many entries hold the text that is searched, however often they are linked."""
        return sum(map(self._is_found, range(len(self._entries))))

    def entry(self, row: int) -> WordEntry:
        """The entry of a row."""
        return self._entries[self._rows[row]]

    def row_of(self, entry: WordEntry) -> int | None:
        """The row of the entry of the same words; None where it is not shown."""
        wanted = entry.source, entry.target
        places = enumerate(self._rows)
        return next((row for row, place in places if self._words(place) == wanted), None)

    def _choose_rows(self) -> None:
        wanted = self._searched
        rows = [
            place
            for place, entry in enumerate(self._entries)
            if entry.count >= self._least and self._is_found(place)
        ]
        if self._order is not None:
            column, order = self._order
            is_falling = order is Qt.SortOrder.DescendingOrder
            rows.sort(key=lambda place: self._value(place, column), reverse=is_falling)
        elif wanted:
            rows.sort(key=lambda place: not self._begins_with(place, wanted))
        self._rows = rows

    def _is_found(self, place: int) -> bool:
        return any(self._searched in side for side in self._folded[place])

    def _words(self, place: int) -> tuple[str, str]:
        return self._entries[place].source, self._entries[place].target

    def _begins_with(self, place: int, wanted: str) -> bool:
        return any(side.startswith(wanted) for side in self._folded[place])

    def _value(self, place: int, column: int) -> float | str:
        entry = self._entries[place]
        match column:
            case WordColumn.SOURCE | WordColumn.TARGET:
                return self._folded[place][column]
            case WordColumn.COUNT:
                return entry.count
            case WordColumn.SHARE:
                return entry.share
            case WordColumn.TARGET_SHARE:
                return entry.target_share
        return entry.confidence

    def _text(self, entry: WordEntry, column: int) -> str:
        match column:
            case WordColumn.SOURCE:
                return isolate(entry.source)
            case WordColumn.TARGET:
                return isolate(entry.target)
            case WordColumn.COUNT:
                return count(entry.count)
            case WordColumn.SHARE:
                return self._percent(entry.share)
            case WordColumn.TARGET_SHARE:
                return self._percent(entry.target_share)
        return decimals(entry.confidence, 2)

    def _percent(self, share: float) -> str:
        return self.tr("{n} %").format(n=decimals(100 * share, 0))

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        across = Qt.AlignmentFlag.AlignRight
        if column in _TEXTS and not is_right_to_left_language(self._languages[column]):
            across = Qt.AlignmentFlag.AlignLeft
        return across | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute

    def _heading(self, column: int) -> str:
        source, target = map(language_name, self._languages)
        return {
            WordColumn.SOURCE: source,
            WordColumn.TARGET: target,
            WordColumn.COUNT: self.tr("Links"),
            WordColumn.SHARE: self.tr("Share"),
            WordColumn.TARGET_SHARE: self.tr("Share back"),
            WordColumn.CONFIDENCE: self.tr("Confidence"),
        }[WordColumn(column)]

    def _tip(self, column: int) -> str:
        source, target = map(language_name, self._languages)
        return {
            WordColumn.COUNT: self.tr("How often the two are linked"),
            WordColumn.SHARE: self.tr(
                "How many of the links of the {source} word go to this {target} one"
            ).format(source=source, target=target),
            WordColumn.TARGET_SHARE: self.tr(
                "How many of the links of the {target} word go to this {source} one"
            ).format(source=source, target=target),
            WordColumn.CONFIDENCE: self.tr("How sure these links are, from 0 to 1"),
        }.get(WordColumn(column), "")

    def _cell_tip(self, entry: WordEntry, column: int) -> str:
        """What a share is a share of, in a sentence."""
        words = self.tr("{share} of the links of “{word}” go to “{other}”")
        source, target = isolate(entry.source), isolate(entry.target)
        match column:
            case WordColumn.SHARE:
                share = self._percent(entry.share)
                return words.format(share=share, word=source, other=target)
            case WordColumn.TARGET_SHARE:
                share = self._percent(entry.target_share)
                return words.format(share=share, word=target, other=source)
        return ""

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(WordColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(self.entry(index.row()), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._cell_tip(self.entry(index.row()), index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._heading(section)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Another order; a column below 0 is that of the list: frequent and sure ones first."""
        self.beginResetModel()
        self._order = (column, order) if column >= 0 else None
        self._choose_rows()
        self.endResetModel()
