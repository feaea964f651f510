"""Is it the zeros? A dense model cut to the density of a sparse one, against both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.look.wording import count, decimals, percent
from attnstudio.gui.studio.engine import Engine
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.studio.tasks import TaskControl
from attnstudio.gui.training.plain_tip import plain_tip
from attnstudio.gui.training.question_row import QuestionRow
from attnstudio.gui.training.run_question import AskedRuns, RunQuestion
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.project.control_words import in_words
from attnstudio.sites import Site
from attnstudio.training.scores import AER, BLEU

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.project.density_control import ControlRow, DensityControl

_TEST_SENTENCES = 200
_LOSS_DECIMALS = 4
_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class MeasuredControl:
    """What came of it.

    Attributes:
        found: the three models.
        steps: of which update the checkpoints were, by the names of their runs.
    """

    found: DensityControl
    steps: Mapping[str, int]


class ZerosControlView(QWidget):
    """A button that measures three models, their table, and what it says.

    Args:
        studio: where the work is done.
        parent: owns it.

    Attributes:
        question: the work.
        row: begins and stops it.
        translated: whether test sentences are translated too.
        table: the three models.
        verdict: what they say.
    """

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: AskedRuns | None = None
        self.translated = QCheckBox(self.tr("Translate too, which takes longer"))
        self.translated.setToolTip(
            self.tr("Up to 200 sentences of the test split, for BLEU of each of the three")
        )
        self.question: RunQuestion[MeasuredControl] = RunQuestion(
            studio, self.tr("Holding zeros against a control"), self
        )
        self.row = QuestionRow(self.question, self.tr("Measure"))
        self.table = QTableWidget()
        self.about, self.verdict = QLabel(), QLabel()
        for label in (self.about, self.verdict):
            label.setWordWrap(True)
        set_role(self.about, "muted")
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out()
        self.row.asked.connect(self._ask)
        self.question.changed.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self.about.setText(
            self.tr(
                "A model that leaves words out may do well because of that, or although it does. "
                "Here a model that leaves nothing out keeps, while it reads, only its largest "
                "weights, as few as the other one has. What it loses by that is what leaving out "
                "costs; what still parts the two then is not how much they leave out."
            )
        )
        table = self.table
        table.setAccessibleName(self.tr("The control"))
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.ContiguousSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for part in (self.about, self.translated, self.row, self.table, self.verdict):
            column.addWidget(part)
        column.addStretch()

    def show_runs(self, asked: AskedRuns | None) -> None:
        """Be about these; what is known of others is not shown."""
        self._asked = asked
        self._show()

    def _ask(self) -> None:
        if self._asked is not None:
            sentences = _TEST_SENTENCES if self.translated.isChecked() else 0
            self.question.ask(self._asked, partial(measure_control, test_sentences=sentences))

    def _show(self) -> None:
        measured = self.question.answer_of(self._asked)
        is_possible = self._asked is not None and len(self._asked.runs) == 2
        self.row.begin.setEnabled(is_possible)
        self.translated.setEnabled(is_possible and not self.question.is_working)
        self.row.begin.setText(self.tr("Measure again") if measured else self.tr("Measure"))
        self.row.say("" if is_possible else self.tr("Choose another run beside this one first."))
        for part in (self.table, self.verdict):
            part.setVisible(measured is not None)
        if measured is not None:
            self._fill(measured.found, measured.steps)

    def _fill(self, found: DensityControl, steps: Mapping[str, int]) -> None:
        self.verdict.setText(in_words(found))
        sites = list(found.sparse.densities)
        headings = self._headings(found, sites)
        dense, sparse = (
            self.tr("{run} at update {step}").format(run=row.run, step=count(steps[row.run]))
            for row in (found.dense, found.sparse)
        )
        cut = self.tr("{run}, cut").format(run=dense)
        rows = ((dense, found.dense), (cut, found.cut), (sparse, found.sparse))
        self.table.setColumnCount(len(headings))
        self.table.setRowCount(len(rows))
        for column, (name, about) in enumerate(headings):
            heading = QTableWidgetItem(name)
            heading.setToolTip(plain_tip(about))
            self.table.setHorizontalHeaderItem(column, heading)
        for number, (name, row) in enumerate(rows):
            for column, text in enumerate((name, *_cells(row, sites, found))):
                cell = QTableWidgetItem(text)
                if column:
                    cell.setTextAlignment(_TO_THE_RIGHT)
                self.table.setItem(number, column, cell)
        self._fit()

    def _headings(self, found: DensityControl, sites: Sequence[Site]) -> list[tuple[str, str]]:
        """Of each column, and what it says."""
        sentences = self.tr("Of {n} sentences that were not trained on").format(
            n=count(found.sentences)
        )
        headings = [
            (self.tr("model"), self.tr("The same sentences for all three")),
            (
                self.tr("loss"),
                self.tr("{sentences}, in nats per token").format(sentences=sentences),
            ),
            (AER.label, sentences),
        ]
        if found.test_sentences:
            translated = self.tr("Of {n} test sentences").format(n=count(found.test_sentences))
            headings.append((BLEU.label, translated))
        looked = self.tr("The share of places that it could look at and that get more than nothing")
        headings += [(self.tr("looks at\n{site}").format(site=site_name(s)), looked) for s in sites]
        return headings

    def _fit(self) -> None:
        """As high as its rows, so that the words stand right below."""
        table, header = self.table, self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        rows = sum(table.rowHeight(row) for row in range(table.rowCount()))
        table.setFixedHeight(header.sizeHint().height() + rows + 2 * table.frameWidth())


def _cells(row: ControlRow, sites: Sequence[Site], found: DensityControl) -> list[str]:
    worth = row.worth
    cells = [decimals(row.loss, _LOSS_DECIMALS), decimals(worth.aer, AER.decimals)]
    if found.test_sentences:
        cells.append(decimals(worth.bleu, BLEU.decimals))
    return cells + [percent(row.densities[site]) for site in sites]


def measure_control(
    engine: Engine, asked: AskedRuns, control: TaskControl, *, test_sentences: int
) -> MeasuredControl | None:
    """Measure the best checkpoints of two runs and the control; None when stopped."""
    # imported here because it brings torch
    from attnstudio.project.density_control import control_density

    first, second = (engine.load_run(asked.project, run) for run in asked.runs)
    found = control_density(
        asked.project,
        (first, second),
        test_sentences=test_sentences,
        progress=control.report,
        should_stop=control.should_stop,
    )
    if found is None:
        return None
    return MeasuredControl(found, {each.run.name: each.step for each in (first, second)})
