"""Words that get nothing: asked of the checkpoints of one run or two, and shown as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, percent
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.training.question_row import QuestionRow
from attnstudio.gui.training.run_question import AskedRuns, RunQuestion
from attnstudio.gui.training.zero_words_model import SORT_ROLE, WordsOfRun, ZeroWordsModel
from attnstudio.gui.widgets.row_table import show_as_rows
from attnstudio.interpretation.words import words_of
from attnstudio.project.measured_pairs import spread

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.project.head_reading import HeadReading
    from attnstudio.project.run_loading import LoadedRun

_USUAL_LEAST, _MOST_LEAST = 3, 1_000
_NUMBER_WIDTH = 84
_LEFT_OUT = 2  # the column


@dataclass(frozen=True, slots=True)
class ReadRun:
    """What a checkpoint does with the words of its sources.

    Attributes:
        run: the run's name.
        step: the checkpoint's.
        reading: what was found.
        examples: a sentence for each word, by the word in small letters.
    """

    run: str
    step: int
    reading: HeadReading
    examples: Mapping[str, SentencePair]


class ZeroWordsView(QWidget):
    """A button that reads sentences, what came of it in words, and the table.

    Args:
        studio: where the work is done.
        parent: owns it.

    Attributes:
        question: the work.
        row: begins and stops it.
        table: the words.

    Signals:
        pair_wanted: the `SentencePair` of a word that the person wants to look at.
    """

    pair_wanted = Signal(object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: AskedRuns | None = None
        self.question: RunQuestion[Sequence[ReadRun]] = RunQuestion(
            studio, self.tr("Counting words that get nothing"), self
        )
        self.row = QuestionRow(self.question, self.tr("Count"))
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self._model = ZeroWordsModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = self._make_table()
        self.least = QSpinBox(minimum=1, maximum=_MOST_LEAST, value=_USUAL_LEAST)
        self.copy = QPushButton(self.tr("Copy table"))
        self._lay_out()
        self.row.asked.connect(self._ask)
        self.question.changed.connect(self._show)
        self.least.valueChanged.connect(self._show)
        self.copy.clicked.connect(self._copy)
        self.table.activated.connect(self._look_at)
        self._show()

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName(self.tr("Words that get nothing"))
        show_as_rows(table)
        table.setModel(self._sorted)
        table.setSortingEnabled(True)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        return table

    def _lay_out(self) -> None:
        about = QLabel(
            self.tr(
                "Reads up to 200 sentences that were not trained on, with the best checkpoint, and "
                "counts which words of the source get exactly nothing of its attention."
            )
        )
        about.setWordWrap(True)
        set_role(about, "muted")
        self._filter = QWidget()
        words = QLabel(self.tr("standing there at least so many times"))
        set_role(words, "muted")
        self.least.setAccessibleName(self.tr("How often a word has to stand there"))
        below = QHBoxLayout(self._filter)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(SPACE)
        below.addWidget(words)
        below.addWidget(self.least)
        below.addStretch()
        below.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(about)
        column.addWidget(self.row)
        column.addWidget(self.verdict)
        column.addWidget(self._filter)
        column.addWidget(self.table, stretch=1)
        column.addStretch()

    def show_runs(self, asked: AskedRuns | None) -> None:
        """Be about these; what is known of others is not shown."""
        self._asked = asked
        self._show()

    def _ask(self) -> None:
        if self._asked is not None:
            self.question.ask(self._asked, read_runs)

    def _show(self) -> None:
        found = self.question.answer_of(self._asked) or ()
        self.row.begin.setEnabled(self._asked is not None)
        self.row.begin.setText(self.tr("Count again") if found else self.tr("Count"))
        self.verdict.setText("\n".join(self._in_words(each) for each in found))
        self.verdict.setVisible(bool(found))
        has_zeros = any(each.reading.zeros for each in found)
        self._filter.setVisible(has_zeros)
        self.table.setVisible(has_zeros)
        self._fill([WordsOfRun(each.run, each.reading.words) for each in found])

    def _fill(self, runs: Sequence[WordsOfRun]) -> None:
        header = self.table.horizontalHeader()
        before = header.count()
        self._model.show_runs(runs, self.least.value())
        if not runs:
            return
        for column in range(1, header.count()):
            header.resizeSection(column, _NUMBER_WIDTH)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if header.count() != before:  # what was sorted by is another column now
            self.table.sortByColumn(_LEFT_OUT, Qt.SortOrder.DescendingOrder)

    def _in_words(self, read: ReadRun) -> str:
        reading = read.reading
        begun = self.tr("{run} at update {step}, {n} sentences").format(
            run=read.run, step=count(read.step), n=count(reading.sentences)
        )
        if not reading.looks:
            return self.tr("{run}: it looks at no words of a source.").format(run=begun)
        if not reading.zeros:
            return self.tr("{run}: no word ever gets exactly nothing.").format(run=begun)
        return self.tr(
            "{run}: of {looks} looks at a word, each of one head at one place, {share} give it "
            "exactly nothing."
        ).format(
            run=begun, looks=count(reading.looks), share=percent(reading.zeros / reading.looks)
        )

    def _copy(self) -> None:
        rows = range(self._sorted.rowCount())
        order = [self._sorted.mapToSource(self._sorted.index(row, 0)).row() for row in rows]
        QGuiApplication.clipboard().setText(self._model.table(order))

    def _look_at(self, index: QModelIndex) -> None:
        word = self._model.word_of(self._sorted.mapToSource(index).row()).word.lower()
        found = self.question.answer_of(self._asked) or ()
        pair = next((each.examples[word] for each in found if word in each.examples), None)
        if pair is not None:
            self.pair_wanted.emit(pair)


def read_runs(engine: Engine, asked: AskedRuns, control: TaskControl) -> Sequence[ReadRun] | None:
    """Read the best checkpoint of each run; None when stopped."""
    # imported here because it brings torch
    from attnstudio.project.head_reading import read_heads

    found = []
    for number, run in enumerate(asked.runs):
        loaded = engine.load_run(asked.project, run)

        def tell(done: int, total: int, before: int = number) -> None:
            control.report(before * total + done, total * len(asked.runs))

        reading = read_heads(loaded, progress=tell, should_stop=control.should_stop)
        if reading is None:
            return None
        found.append(ReadRun(run.name, loaded.step, reading, _examples(loaded, reading)))
    return found


def _examples(loaded: LoadedRun, reading: HeadReading) -> dict[str, SentencePair]:
    """A sentence for each word that was read, as the corpus has it, whatever the direction."""
    corpus = loaded.corpus
    places = spread(corpus.indices(Split.VALID).tolist(), reading.sentences)
    by_word: dict[str, SentencePair] = {}
    for pair in (corpus[place] for place in places):
        as_imported = SentencePair(pair.target, pair.source) if corpus.is_reversed else pair
        for word in words_of(pair.source):
            by_word.setdefault(word.lower(), as_imported)
    return by_word
