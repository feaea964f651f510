"""The gold links of a pair: a picture with its legend, and a table of the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.alignment import Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.link_picture import LinkPicture, line_pen
from attnstudio.gui.corpus.sentence_delegate import SentenceDelegate
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, colours_of, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.interpretation.lettering import isolate

_SAMPLE_WIDTH = 28
_ROW_PADDING = 8


class LinkRow(NamedTuple):
    """A link in words.

    Attributes:
        pharaoh: the same as the places of its words: ``0-1``, and ``0p1`` where it is possible.
        source: the word of the source.
        target: the word of the target.
        is_sure: whether every annotator would draw it.
    """

    pharaoh: str
    source: str
    target: str
    is_sure: bool


class LinkPictureBox(QWidget):
    """The picture, what its lines mean, and what the chosen word is linked to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = LinkPicture(self)
        self._said = QLabel()
        self._said.setTextFormat(Qt.TextFormat.PlainText)
        self._said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.picture.said.connect(self._say)
        below = QHBoxLayout()
        below.setContentsMargins(SPACE, 0, SPACE, SMALL_SPACE)
        below.setSpacing(SMALL_SPACE)
        self._legends = {
            are_found: _Legend(words, are_found=are_found)
            for are_found, words in (
                (False, (self.tr("sure"), self.tr("possible"))),
                (True, (self.tr("found"), self.tr("found, less certain"))),
            )
        }
        for legend in self._legends.values():
            below.addWidget(legend)
        below.addWidget(self._said, stretch=1)
        card = QFrame()
        set_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4, 4, 4, 0)
        inside.setSpacing(0)
        inside.addWidget(self.picture, stretch=1)
        inside.addLayout(below)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.addWidget(card)
        self._show_legend(are_found=False)
        self._say("")

    def show_pair(
        self,
        pair: SentencePair | None,
        hits: Sequence[Sequence[Span]],
        *,
        are_found: bool = False,
    ) -> None:
        """Show the links of a pair, see `LinkPicture.show_pair`."""
        self.picture.show_pair(pair, hits, are_found=are_found)
        self._show_legend(are_found=are_found)
        self._say("")

    def _show_legend(self, *, are_found: bool) -> None:
        for of_found, legend in self._legends.items():
            legend.setVisible(of_found is are_found)

    def _say(self, words: str) -> None:
        self._said.setText(words or self.tr("Point at a word to see its links alone."))
        self._said.setToolTip(words)
        set_role(self._said, "" if words else "muted")


class LinkTable(QTableWidget):
    """A row a link, in the order of the source: what the picture shows, to read and to hear."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self.setAccessibleName(self.tr("Linked words, as annotated, as a table"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(SentenceDelegate(self))
        self.verticalHeader().hide()
        height = self.fontMetrics().height() + _ROW_PADDING
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalHeader().setMinimumSectionSize(height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (0, 1):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)

    def show_pair(self, pair: SentencePair | None, languages: tuple[str, str]) -> None:
        """List the links of a pair."""
        self.setHorizontalHeaderLabels([*map(language_name, languages), self.tr("Link")])
        rows = link_rows(pair)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            kind = self.tr("sure") if row.is_sure else self.tr("possible")
            for column, text in enumerate((isolate(row.source), isolate(row.target), kind)):
                self.setItem(number, column, QTableWidgetItem(text))


def link_rows(pair: SentencePair | None) -> list[LinkRow]:
    """The gold links of a pair in the order of the source."""
    if pair is None or pair.gold is None:
        return []
    gold = pair.gold
    rows = []
    for link in sorted(gold.alignment.possible):
        source, target = gold.source_spans[link.source], gold.target_spans[link.target]
        is_sure = link in gold.alignment.sure
        rows.append(
            LinkRow(
                f"{link.source}{'-' if is_sure else 'p'}{link.target}",
                pair.source[source.start : source.end],
                pair.target[target.start : target.end],
                is_sure,
            )
        )
    return rows


class _Legend(QWidget):
    """What solid and dashed lines mean."""

    def __init__(self, texts: tuple[str, str], *, are_found: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SMALL_SPACE)
        for is_sure, text in zip((True, False), texts, strict=True):
            label = QLabel(text)
            set_role(label, "muted")
            row.addWidget(_LineSample(is_sure=is_sure, are_found=are_found))
            row.addWidget(label)
            row.addSpacing(SPACE)


class _LineSample(QWidget):
    """A piece of a line, for the legend."""

    def __init__(self, *, is_sure: bool, are_found: bool) -> None:
        super().__init__()
        self._is_sure, self._are_found = is_sure, are_found
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(_SAMPLE_WIDTH, 12)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = colours_of(self.palette())
        painter.setPen(line_pen(colours, is_sure=self._is_sure, are_found=self._are_found))
        middle = self.height() // 2
        painter.drawLine(QPoint(0, middle), QPoint(self.width(), middle))
