"""The numbers of a corpus, one column a side."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from attnstudio.corpus.statistics import (
    CorpusStatistics,
    Extreme,
    SideStatistics,
    longest,
    shortest,
)
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.link_label import LinkLabel

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SideNumbers(QWidget):
    """Lengths and vocabulary of both sides.

    Signals:
        pair_wanted: the index of the pair with the longest or the shortest sentence.
    """

    pair_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * SPACE)
        self._grid.setVerticalSpacing(SMALL_SPACE)
        self._grid.setColumnStretch(0, 1)

    def show_numbers(self, statistics: CorpusStatistics, sides: tuple[str, str]) -> None:
        """Show the numbers of a corpus.

        Args:
            statistics: of its texts.
            sides: source and target with the unit of their lengths, ``English (words)``.
        """
        self._clear()
        self._add_facts()
        for column, (numbers, name) in enumerate(
            zip((statistics.source, statistics.target), sides, strict=True), start=1
        ):
            self._add_side(column, name, numbers, statistics)

    def _clear(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add_facts(self) -> None:
        facts = (
            (self.tr("Total length"), ""),
            (self.tr("Average length"), ""),
            (self.tr("Longest"), ""),
            (self.tr("Shortest"), ""),
            (
                self.tr("Vocabulary"),
                self.tr("Different words, in small letters and without punctuation at their ends"),
            ),
            (
                self.tr("Type-token ratio"),
                self.tr("Different words by all words: near 1 where hardly a word is repeated"),
            ),
        )
        for row, (fact, tip) in enumerate(facts, start=1):
            label = QLabel(fact, self)
            label.setToolTip(tip)
            set_role(label, "muted")
            self._grid.addWidget(label, row, 0)

    def _add_side(
        self, column: int, name: str, numbers: SideStatistics, statistics: CorpusStatistics
    ) -> None:
        texts = (
            name,
            count(numbers.tokens),
            decimals(numbers.tokens / len(numbers.lengths), 1),
            "",
            "",
            count(numbers.vocabulary),
            decimals(numbers.type_token_ratio, 3),
        )
        for row, text in enumerate(texts):
            if text:
                self._grid.addWidget(QLabel(text, self), row, column, _RIGHT)
        extremes = (
            (longest, self.tr("Longest sentence, {side}: {length}. Show its pair")),
            (shortest, self.tr("Shortest sentence, {side}: {length}. Show its pair")),
        )
        for row, (find, words) in enumerate(extremes, start=3):
            extreme = find(numbers.lengths, statistics.read)
            label = self._pair_link(extreme)
            label.setAccessibleName(words.format(side=name, length=count(extreme.length)))
            self._grid.addWidget(label, row, column, _RIGHT)

    def _pair_link(self, extreme: Extreme) -> LinkLabel:
        label = LinkLabel(f"<a href='pair'>{count(extreme.length)}</a>", self)
        label.setToolTip(self.tr("Show pair {n}").format(n=count(extreme.pair + 1)))
        label.linkActivated.connect(partial(self._want_pair, extreme.pair))
        return label

    def _want_pair(self, pair: int, _: str) -> None:
        self.pair_wanted.emit(pair)
