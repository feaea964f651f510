"""Which pairs of a corpus are shown, by split, text and length, and in what order."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.hits import Finder, hit_finder
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.searching import PairQuery, PairSet, Range, SearchedSide
from attnstudio.errors import CorpusError
from attnstudio.gui.corpus.length_dialog import LengthDialog, ranges_in_words
from attnstudio.gui.corpus.order_box import OrderBox
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, language_name, split_name

_TYPING_MS = 250
_STEPS = 1_000


class PairFilter(QWidget):
    """A search field and choices, and how many pairs they leave.

    Signals:
        query_changed: the `PairQuery` that holds now.
        search_cancelled: the person does not want to wait for it.
        faulted: the fields ask what cannot be answered, so that what is shown is not the answer.
    """

    query_changed = Signal(object)
    search_cancelled = Signal()
    faulted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ranges: tuple[Range, ...] = ()
        self._languages = ("", "")
        self._among: PairSet | None = None
        self._told: PairQuery | None = PairQuery()  # last; None where it goes unanswered
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self._make_fields()
        self._make_answers()
        first, second, third = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (first, second, third):
            row.setSpacing(SPACE)
        first.addWidget(self._text, stretch=1)
        for field in (self._side, self._split, self._is_expression):
            first.addWidget(field)
        second.addWidget(self._hits, stretch=1)
        for part in (self._progress, self._cancel, self._lengths, self._order):
            second.addWidget(part)
        third.addWidget(self._chip)
        third.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(first)
        column.addWidget(self._error)
        column.addLayout(second)
        column.addLayout(third)

    @property
    def query(self) -> PairQuery:
        """What the fields say."""
        return PairQuery(
            text=self._text.text(),
            side=SearchedSide(self._side.currentData()),
            is_expression=self._is_expression.isChecked(),
            split=self._split.currentData(),
            ranges=self._ranges,
            among=self._among,
            order=self._order.order,
        )

    @property
    def finder(self) -> Finder:
        """Finds what was asked for last in a sentence; nothing where that goes unanswered."""
        return hit_finder(self.asked.text, is_expression=self.asked.is_expression)

    @property
    def asked(self) -> PairQuery:
        """What was asked for last; everything where that goes unanswered."""
        return self._told or PairQuery()

    @property
    def searched_side(self) -> SearchedSide:
        """Where it was asked for."""
        return self.asked.side

    def ask_again(self) -> None:
        """Ask for what the fields say, as if it had not been asked yet: the corpus is another."""
        self._told = None
        self._tell()

    def set_languages(self, source: str, target: str) -> None:
        """Name the sides."""
        self._languages = (source, target)
        self._order.set_languages(source, target)
        for place, code in ((1, source), (2, target)):
            self._side.setItemText(place, language_name(code))

    def focus_text(self) -> None:
        """Let the person type."""
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def clear(self) -> None:
        """Show everything."""
        self.set_query(PairQuery())

    def drop_set(self) -> None:
        """Show all pairs again where only a set of them was shown: its corpus is gone."""
        if self._among is not None:
            self._drop_chip()

    def set_query(self, query: PairQuery, chip_words: str = "") -> None:
        """Ask for something else.

        Args:
            query: what.
            chip_words: what its range or its set of pairs means, where it has one.
        """
        self._text.setText(query.text)  # not in silence: its button to clear it listens as well
        fields = (self._side, self._split, self._is_expression, self._order)
        blockers = [QSignalBlocker(field) for field in fields]
        self._side.setCurrentIndex(self._side.findData(query.side.value))
        self._split.setCurrentIndex(
            0 if query.split is None else list(Split).index(query.split) + 1
        )
        self._is_expression.setChecked(query.is_expression)
        self._order.choose(query.order)
        self._ranges, self._among = query.ranges, query.among
        self._show_chip(chip_words)
        blockers.clear()
        self._tell()

    def show_hits(self, shown: int, total: int) -> None:
        """Say how many pairs are left."""
        self._end_progress()
        words = self.tr("{n} pairs").format(n=count(total))
        if shown < total or self.query.looks_inside:
            words = self.tr("{shown} of {total} pairs").format(
                shown=count(shown), total=count(total)
            )
        self._hits.setText(words)

    def show_progress(self, done: float, total: float | None) -> None:
        """Say how far a search is that takes its time."""
        self._progress.setValue(round(_STEPS * done / total) if total else 0)
        self._hits.setText(self.tr("Searching…"))
        for widget in (self._progress, self._cancel):
            widget.show()

    def show_cancelled(self) -> None:
        """Say that the last search was not finished."""
        self._end_progress()
        self._told = None  # so that it can be asked again
        self._hits.setText(self.tr("Search cancelled; the pairs from before are shown."))

    def _make_fields(self) -> None:
        self._text = QLineEdit(self, clearButtonEnabled=True)
        self._text.setPlaceholderText(self.tr("Search the sentences (Ctrl+F)"))
        self._text.setAccessibleName(self.tr("Search the sentences"))
        self._text.textChanged.connect(self._typing.start)
        self._text.returnPressed.connect(self._tell)
        self._side = QComboBox(self)
        for words, side in zip(
            (self.tr("Either side"), self.tr("Source"), self.tr("Target")),
            SearchedSide,
            strict=True,
        ):
            self._side.addItem(words, side.value)
        self._side.setAccessibleName(self.tr("Side to search"))
        self._split = QComboBox(self)
        self._split.addItem(self.tr("All splits"), None)
        for split in Split:
            self._split.addItem(self.tr("Only {split}").format(split=split_name(split)), split)
        self._split.setAccessibleName(self.tr("Split to show"))
        self._is_expression = QCheckBox(self.tr("Rege&x"), self)
        self._is_expression.setAccessibleName(self.tr("The text is a regular expression"))
        self._is_expression.setToolTip(self.tr("Read the text as a regular expression"))
        for box in (self._side, self._split):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(self._tell)
        self._is_expression.toggled.connect(self._tell)
        self._make_order()

    def _make_order(self) -> None:
        self._lengths = QPushButton(self.tr("Lengths…"), self)
        self._lengths.setToolTip(
            self.tr("Show only pairs from one length to another, or with some ratio of both")
        )
        self._lengths.clicked.connect(self._open_lengths)
        self._order = OrderBox(self)
        self._order.currentIndexChanged.connect(self._tell)

    def _open_lengths(self) -> None:
        dialog = LengthDialog(self._languages, self._ranges, self)
        dialog.ranges_chosen.connect(self._choose_ranges)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose_ranges(self, ranges: tuple[Range, ...]) -> None:
        self._ranges, self._among = ranges, None
        self._show_chip(ranges_in_words(ranges, self._languages))
        self._tell()

    def _show_chip(self, words: str) -> None:
        self._chip.setText(f"{words}  ✕")
        self._chip.setAccessibleName(self.tr("No longer only: {what}").format(what=words))
        self._chip.setVisible(bool(self._ranges) or self._among is not None)

    def _make_answers(self) -> None:
        self._error = QLabel(self)
        self._error.setWordWrap(True)
        set_role(self._error, "error")
        self._error.hide()
        self._hits = QLabel(self)
        set_role(self._hits, "muted")
        self._chip = QPushButton(self)
        self._chip.setToolTip(self.tr("Show the other pairs again"))
        self._chip.clicked.connect(self._drop_chip)
        self._chip.hide()
        self._progress = QProgressBar(self, maximum=_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of the search"))
        self._progress.setFixedWidth(120)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAccessibleName(self.tr("Cancel the search"))
        set_role(self._cancel, "quiet")
        self._cancel.clicked.connect(self.search_cancelled)
        self._end_progress()

    def _end_progress(self) -> None:
        for widget in (self._progress, self._cancel):
            widget.hide()

    def _drop_chip(self) -> None:
        self.set_query(replace(self.query, ranges=(), among=None))

    def _tell(self) -> None:
        self._typing.stop()
        query = self.query
        error, hint = _fault_of(query)
        self._error.setText(error)
        self._error.setToolTip(hint)
        self._error.setVisible(bool(error))
        self._text.setProperty("invalid", bool(error))
        self._text.setAccessibleDescription(f"{error} {hint}".strip())
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
        if error:
            self._told = None
            self.search_cancelled.emit()
            self._hits.setText(self.tr("Not searched; what stands below, in grey, is from before."))
            self.faulted.emit()
        elif query != self._told:
            self._told = query
            self.query_changed.emit(query)


def _fault_of(query: PairQuery) -> tuple[str, str]:
    """Why a query cannot be answered and what to do; empty when it can."""
    try:
        hit_finder(query.text, is_expression=query.is_expression)
    except CorpusError as error:
        return error.message, error.hint
    return "", ""
