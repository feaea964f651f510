"""Findings as rows: their texts are read from the disk when they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from attnstudio.corpus.parallel_corpus import ParallelCorpus
from attnstudio.gui.corpus.pair_table import is_right_to_left_language
from attnstudio.gui.links.finding_words import figure_label
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.interpretation.lettering import isolate
from attnstudio.project.finding_table import FindingInWords, in_words
from attnstudio.project.link_findings import LinkFinding
from attnstudio.project.word_partners import LinksOfPairs

_ROOT = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex


class FindingColumn(IntEnum):
    """What stands in which column."""

    PAIR = 0
    WORDS = 1
    USUAL = 2
    SOURCE = 3
    TARGET = 4
    FIGURE = 5


class FindingTableModel(QAbstractTableModel):
    """The findings of one kind, the most doubtful first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._corpus: ParallelCorpus | None = None
        self._links: LinksOfPairs | None = None
        self._findings: Sequence[LinkFinding] = ()
        self._languages = ("", "")
        self._figure = ""

    def show_findings(
        self, corpus: ParallelCorpus, links: LinksOfPairs, findings: Sequence[LinkFinding]
    ) -> None:
        """Show other findings of a corpus and its links."""
        self.beginResetModel()
        self._corpus, self._links, self._findings = corpus, links, findings
        self._figure = figure_label(findings[0].kind) if findings else ""
        self._languages = corpus.source_language, corpus.target_language
        self.endResetModel()

    def row(self, row: int) -> FindingInWords:
        """The finding of a row with its texts."""
        assert self._corpus is not None
        assert self._links is not None
        return in_words(self._corpus, self._links, self._findings[row])

    def _text(self, row: int, column: int) -> str:
        finding = self._findings[row]
        match column:
            case FindingColumn.PAIR:
                return count(finding.pair + 1)
            case FindingColumn.FIGURE:
                return decimals(finding.figure, 2)
            case FindingColumn.USUAL:
                return ", ".join(map(isolate, finding.usual))
        found = self.row(row)
        match column:
            case FindingColumn.SOURCE:
                return isolate(found.source)
            case FindingColumn.TARGET:
                return isolate(found.target)
        words = [isolate(word) for word in (found.source_words, found.target_words) if word]
        return " – ".join(words)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        texts = (FindingColumn.SOURCE, FindingColumn.TARGET)
        is_number = column in (FindingColumn.PAIR, FindingColumn.FIGURE)
        is_turned = column in texts and is_right_to_left_language(
            self._languages[column - FindingColumn.SOURCE]
        )
        across = Qt.AlignmentFlag.AlignLeft
        if is_number or is_turned:
            across = Qt.AlignmentFlag.AlignRight
        return across | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._findings)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(FindingColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(index.row(), index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return {
                    FindingColumn.PAIR: self.tr("Pair"),
                    FindingColumn.WORDS: self.tr("Words"),
                    FindingColumn.USUAL: self.tr("Usually"),
                    FindingColumn.SOURCE: language_name(self._languages[0]),
                    FindingColumn.TARGET: language_name(self._languages[1]),
                    FindingColumn.FIGURE: self._figure,
                }[FindingColumn(section)]
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(section)
        return None
