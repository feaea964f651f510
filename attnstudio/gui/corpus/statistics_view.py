"""The statistics of a corpus as numbers and pictures."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.searching import Range, SearchedSide
from attnstudio.corpus.statistics import (
    Bins,
    CorpusStatistics,
    Measure,
    has_spaces,
    length_bins,
    ratio_bins,
)
from attnstudio.gui.corpus.histogram import Histogram
from attnstudio.gui.corpus.side_numbers import SideNumbers
from attnstudio.gui.corpus.word_bars import WordBars
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, language_name
from attnstudio.gui.widgets.bar_picture import BarData, BarPicture, BarSeries

_STEPS = 1_000
_LENGTHS = (Measure.SOURCE_LENGTH, Measure.TARGET_LENGTH)
_SIDES = (SearchedSide.SOURCE, SearchedSide.TARGET)


class StatisticsView(QWidget):
    """Numbers of both sides, lengths, their ratio and frequent words; or how far they are.

    Signals:
        computation_wanted: nothing is shown and the person wants it.
        cancel_wanted: the person does not want to wait.
        range_wanted: the `Range` whose pairs are wanted, and what it means in words.
        word_wanted: the `SearchedSide` and a word whose pairs are wanted.
        pair_wanted: the index of a pair.
    """

    computation_wanted = Signal()
    cancel_wanted = Signal()
    range_wanted = Signal(object, str)
    word_wanted = Signal(object, str)
    pair_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._statistics: CorpusStatistics | None = None
        self._languages = ("", "")
        self._bins: dict[Measure, Bins] = {}
        self._stack = QStackedWidget(self)
        self._waiting = self._make_waiting()
        self._content = QWidget(self)
        self._make_pictures()
        for widget in (self._waiting, self._content):
            self._stack.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Offer to compute them."""
        self._statistics = None
        self._words.setText(self.tr("The statistics have not been computed."))
        self._progress.hide()
        self._cancel.hide()
        self._compute.show()
        self._show(self._waiting)

    def show_progress(self, done: float, total: float | None) -> None:
        """Say how far the computation is."""
        self._words.setText(self.tr("Reading the sentences…"))
        self._progress.setValue(round(_STEPS * done / total) if total else 0)
        self._progress.show()
        self._cancel.show()
        self._compute.hide()
        self._show(self._waiting)

    def show_statistics(self, statistics: CorpusStatistics, source: str, target: str) -> None:
        """Show the statistics of a corpus that is not empty.

        Args:
            statistics: of its texts.
            source: code of the source language.
            target: code of the target language.
        """
        self._statistics = statistics
        self._languages = (source, target)
        source_bins, target_bins = length_bins(statistics)
        self._bins = {
            Measure.SOURCE_LENGTH: source_bins,
            Measure.TARGET_LENGTH: target_bins,
            Measure.LENGTH_RATIO: ratio_bins(statistics),
        }
        self._fill_sample_note(statistics)
        sides = (self._side_name(0), self._side_name(1))
        self._numbers.show_numbers(statistics, sides)
        self._fill_lengths()
        self._fill_ratios(statistics)
        self._fill_words(statistics)
        self._show(self._content)

    def _show(self, widget: QWidget) -> None:
        """Only what is shown takes room."""
        self._stack.setCurrentWidget(widget)
        for other in (self._waiting, self._content):
            other.setVisible(other is widget)

    def _make_waiting(self) -> QWidget:
        waiting = QWidget(self)
        self._words = QLabel(waiting)
        set_role(self._words, "muted")
        self._progress = QProgressBar(waiting, maximum=_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of the statistics"))
        self._cancel = QPushButton(self.tr("Cancel"), waiting)
        self._cancel.setAccessibleName(self.tr("Cancel the statistics"))
        self._cancel.clicked.connect(self.cancel_wanted)
        self._compute = QPushButton(self.tr("Compute them"), waiting)
        self._compute.clicked.connect(self.computation_wanted)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._progress, stretch=1)
        row.addWidget(self._cancel)
        column = QVBoxLayout(waiting)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._words)
        column.addLayout(row)
        column.addWidget(self._compute, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        return waiting

    def _make_pictures(self) -> None:
        content = self._content
        self._sample_note = QLabel(content)
        self._sample_note.setWordWrap(True)
        set_role(self._sample_note, "muted")
        self._numbers = SideNumbers(content)
        self._numbers.pair_wanted.connect(self.pair_wanted)
        self._lengths = Histogram(self.tr("Lengths of the sentences"), content)
        self._lengths.chosen.connect(self._choose_length)
        self._ratios = Histogram(self.tr("Ratio of the lengths"), content)
        self._ratios.chosen.connect(self._choose_ratio)
        self._ratio_words = QLabel(content)
        self._ratio_words.setWordWrap(True)
        self._show_outliers = QPushButton(self.tr("Show these pairs"), content)
        self._show_outliers.clicked.connect(self._choose_outliers)
        self._frequent = (
            WordBars(self.tr("Frequent words of the source side"), 0, content),
            WordBars(self.tr("Frequent words of the target side"), 1, content),
        )
        self._frequent_names = (QLabel(content), QLabel(content))
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._sample_note)
        column.addWidget(self._numbers)
        column.addSpacing(SPACE)
        column.addLayout(self._headed(self.tr("Sentence lengths"), self._lengths))
        column.addWidget(self._lengths)
        column.addSpacing(SPACE)
        self._ratio_heading = self.tr("Length ratio, target to source")
        column.addLayout(self._headed(self._ratio_heading, self._ratios))
        column.addWidget(self._ratios)
        column.addWidget(self._ratio_words)
        column.addWidget(self._show_outliers, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(SPACE)
        frequent = QLabel(self.tr("Most frequent"), content)
        set_role(frequent, "heading")
        column.addWidget(frequent)
        column.addLayout(self._frequent_columns())
        column.addStretch()

    def _headed(self, heading: str, picture: BarPicture) -> QHBoxLayout:
        """A heading and a button that copies the numbers below it."""
        label = QLabel(heading, self._content)
        set_role(label, "heading")
        row = QHBoxLayout()
        row.addWidget(label, stretch=1)
        row.addWidget(self._copy_button(picture, heading))
        return row

    def _copy_button(self, picture: BarPicture, what: str) -> QPushButton:
        button = QPushButton(self.tr("Copy"), self._content)
        button.setToolTip(self.tr("Copy the numbers as a table"))
        button.setAccessibleName(self.tr("Copy the numbers: {what}").format(what=what))
        set_role(button, "quiet")
        button.clicked.connect(lambda: picture.copy_table())
        return button

    def _frequent_columns(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for side, (name, bars) in enumerate(zip(self._frequent_names, self._frequent, strict=True)):
            set_role(name, "muted")
            bars.chosen.connect(partial(self._choose_word, side))
            head = QHBoxLayout()
            head.addWidget(name, stretch=1)
            head.addWidget(self._copy_button(bars, bars.accessibleName()))
            column = QVBoxLayout()
            column.addLayout(head)
            column.addWidget(bars)
            column.addStretch()
            row.addLayout(column, stretch=1)
        return row

    def _unit(self, side: int) -> str:
        return self.tr("words") if has_spaces(self._languages[side]) else self.tr("characters")

    def _side_name(self, side: int) -> str:
        words = self.tr("{language} ({unit})")
        return words.format(language=language_name(self._languages[side]), unit=self._unit(side))

    def _fill_sample_note(self, statistics: CorpusStatistics) -> None:
        self._sample_note.setVisible(statistics.is_sample)
        words = self.tr("From an even sample of {read} of the {all} pairs.")
        self._sample_note.setText(
            words.format(
                read=count(len(statistics.read)), all=count(sum(statistics.pairs.values()))
            )
        )

    def _fill_lengths(self) -> None:
        edges = self._bins[Measure.SOURCE_LENGTH].edges
        labels = tuple(map(_length_label, edges[:-1], edges[1:]))
        series = tuple(
            BarSeries(self._side_name(side), self._bins[measure].counts)
            for side, measure in enumerate(_LENGTHS)
        )
        sentence = self.tr("Length {length}")
        sentences = tuple(sentence.format(length=label) for label in labels)
        self._lengths.show_data(BarData(self.tr("length"), labels, sentences, series))

    def _fill_ratios(self, statistics: CorpusStatistics) -> None:
        bins = self._bins[Measure.LENGTH_RATIO]
        labels = tuple(map(_ratio_label, bins.edges[:-1], bins.edges[1:]))
        sentence = self.tr("Ratio {ratio}")
        sentences = tuple(sentence.format(ratio=label) for label in labels)
        pairs = BarSeries(self.tr("pairs"), bins.counts)
        unusual = frozenset({0, len(labels) - 1})
        self._ratios.show_data(BarData(self.tr("ratio"), labels, sentences, (pairs,), unusual))
        outliers = statistics.outliers
        usual = self.tr("Usual is {ratio}.").format(ratio=decimals(statistics.median_ratio, 2))
        rule = self.tr("No pair is over three times off.")
        if outliers:
            rule = self.tr(
                "{n} pairs ({share} %) are over three times off (hatched): often wrong pairs."
            ).format(n=count(outliers), share=decimals(100 * outliers / len(statistics.read), 2))
        self._ratio_words.setText(f"{usual} {rule}")
        set_role(self._ratio_words, "warning" if outliers else "muted")
        self._show_outliers.setVisible(bool(outliers))

    def _fill_words(self, statistics: CorpusStatistics) -> None:
        for side, numbers in enumerate((statistics.source, statistics.target)):
            words = tuple(entry.word for entry in numbers.frequent)
            unit = self._unit(side)
            self._frequent_names[side].setText(self._side_name(side))
            times = BarSeries(self.tr("times"), tuple(entry.times for entry in numbers.frequent))
            self._frequent[side].show_data(BarData(unit, words, words, (times,)))

    def _choose_length(self, side: int, bar: int) -> None:
        measure = _LENGTHS[side]
        edges = self._bins[measure].edges
        words = self.tr("{side}: length {length}").format(
            side=self._side_name(side), length=self._lengths.data.labels[bar]
        )
        self.range_wanted.emit(Range(measure, edges[bar], edges[bar + 1]), words)

    def _choose_ratio(self, _: int, bar: int) -> None:
        edges = self._bins[Measure.LENGTH_RATIO].edges
        words = self.tr("Length ratio {ratio}").format(ratio=self._ratios.data.labels[bar])
        self.range_wanted.emit(Range(Measure.LENGTH_RATIO, edges[bar], edges[bar + 1]), words)

    def _choose_outliers(self) -> None:
        if self._statistics is not None:
            usual = Range(Measure.LENGTH_RATIO, *self._statistics.usual_ratios, inside=False)
            self.range_wanted.emit(usual, self.tr("Unusual length ratio"))

    def _choose_word(self, side: int, _: int, bar: int) -> None:
        self.word_wanted.emit(_SIDES[side], self._frequent[side].data.labels[bar])


def _length_label(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{low:.0f}+"
    return f"{low:.0f}" if high - low == 1 else f"{low:.0f}–{high - 1:.0f}"


def _ratio_label(low: float, high: float) -> str:
    if math.isinf(high):
        return f"≥ {decimals(low, 2)}"
    if low == 0:
        return f"< {decimals(high, 2)}"
    return f"{decimals(low, 2)}–{decimals(high, 2)}"
