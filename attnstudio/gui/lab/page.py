"""The Lab: what each kind of attention costs on this machine, against the length of sentences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.lab.lab_chart import LabChart
from attnstudio.gui.lab.lab_export import ChoosePath, LabExport
from attnstudio.gui.lab.lab_legend import LabLegend
from attnstudio.gui.lab.lab_work import LabWork
from attnstudio.gui.lab.request_panel import RequestPanel
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, set_role
from attnstudio.gui.look.wording import moment
from attnstudio.gui.studio.actions import ActionRegistry
from attnstudio.gui.studio.studio import Studio
from attnstudio.gui.widgets.card import framed
from attnstudio.gui.widgets.empty_state import EmptyState
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.lab.findings import PieceLengths, disturbance_words, end_words, findings
from attnstudio.lab.keeping import kept_report
from attnstudio.lab.machine import is_outdated
from attnstudio.lab.measuring import LabProgress, LabRequest
from attnstudio.lab.report import LabReport, Measure, Work
from attnstudio.lab.schedule import MOST_S
from attnstudio.presets import DEFAULT_PRESET, PRESETS

_SHOWN = (
    (Work.TRAINING, Measure.SECONDS),
    (Work.TRAINING, Measure.MEMORY),
    (Work.DECODING, Measure.SECONDS),
    (Work.DECODING, Measure.MEMORY),
)
_USUAL_LENGTH = 64
_WORDS_HEIGHT = 132


class LabPage(QWidget):
    """Kinds to choose on the left, their picture on the right, what it means below.

    Args:
        studio: has the project and the tasks.
        actions: takes the page's actions; it has none.
        parent: what the page stands in.
        choose_path: asks for a file to write, as `choose_save_path` does.
    """

    def __init__(
        self,
        studio: Studio,
        actions: ActionRegistry,  # noqa: ARG002 - as every page is made
        parent: QWidget | None = None,
        *,
        choose_path: ChoosePath = choose_save_path,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._report: LabReport | None = None
        self._lengths: PieceLengths | None = None
        self._is_due = True  # the lengths of the corpus, once the page is seen
        self.work = LabWork(studio, self)
        self.panel = RequestPanel()
        self.chart = LabChart()
        self.legend = LabLegend()
        self.words = QLabel()
        self._export = LabExport(self, self.chart.plot, studio.notifier.show_error, choose_path)
        self._lay_out()
        self._connect()
        preset = studio.settings.value("lab/preset", DEFAULT_PRESET)
        names = studio.settings.value("lab/kinds", "").split()
        self.panel.offer(preset if preset in PRESETS else DEFAULT_PRESET, names)
        self._show_kept()
        self._say_disturbed()

    @property
    def report(self) -> LabReport | None:
        """What is shown."""
        return self._report

    def _lay_out(self) -> None:
        self._empty = EmptyState("", "", "")
        self._empty.say(
            self.tr("What does attention cost here?"),
            self.tr(
                "Each kind that is ticked makes a training step and writes a translation, with "
                "sentences from 8 to 4,096 pieces. The Lab measures time and memory, and says "
                "from which length on a kind pays. On a quiet machine it takes about half a "
                "minute for each kind, and can be stopped at any time. What was measured stays "
                "with this machine."
            ),
            "",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._content())
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, 2 * SPACE, PAGE_MARGIN, 2 * SPACE)
        row.setSpacing(3 * SPACE)
        row.addWidget(self.panel)
        row.addWidget(self._stack, stretch=1)

    def _content(self) -> QWidget:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(self.tr("What is shown"))
        for name in (
            self.tr("Training: time"),
            self.tr("Training: memory"),
            self.tr("Writing: time"),
            self.tr("Writing: memory"),
        ):
            self.tabs.addTab(name)
        export = QPushButton(self.tr("Export"))
        export.setMenu(self._export.menu)
        top = QHBoxLayout()
        top.addWidget(self.tabs)
        top.addStretch()
        top.addWidget(export)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACE)
        middle.addWidget(framed(self.chart), stretch=1)
        middle.addWidget(self.legend)
        self._about = QLabel()
        self._about.setWordWrap(True)
        set_role(self._about, "muted")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        said = QScrollArea(widgetResizable=True)
        said.setFrameShape(QFrame.Shape.NoFrame)
        said.setFixedHeight(_WORDS_HEIGHT)
        said.setWidget(self.words)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addLayout(middle, stretch=1)
        column.addWidget(said)
        column.addWidget(self._about)
        return content

    def _connect(self) -> None:
        self.panel.wanted.connect(self._measure)
        self.panel.cancelled.connect(self.work.cancel)
        self.panel.preset_chosen.connect(self._choose_preset)
        self.tabs.currentChanged.connect(self._show)
        self.chart.pointed.connect(self._point_at)
        self.work.progressed.connect(self._show_progress)
        self.work.measured.connect(self._show_measured)
        self.work.stopped.connect(self._show_stopped)
        self.work.failed.connect(self._show_failure)
        self.work.lengths_found.connect(self._take_lengths)
        self._studio.project_changed.connect(self._find_lengths)
        self._studio.corpus_changed.connect(self._find_lengths)
        self._studio.runs_changed.connect(self._find_lengths)
        self._studio.session.state_changed.connect(self._say_disturbed)

    # measuring

    def _measure(self) -> None:
        kinds = self.panel.chosen
        if not kinds:
            return
        settings = self._studio.settings
        settings.set_value("lab/preset", self.panel.preset)
        settings.set_value("lab/kinds", " ".join(kind.name for kind in kinds))
        self.panel.begin()
        self.work.measure(LabRequest(self.panel.preset, kinds))

    def _show_progress(self, progress: LabProgress) -> None:
        self.panel.show_progress(progress)
        if any(curve.points for curve in progress.report.curves):
            self._show_report(progress.report)

    def _show_measured(self, report: LabReport) -> None:
        self._show_report(report)
        self.panel.end(has_report=True)

    def _show_stopped(self, report: LabReport | None) -> None:
        if report is not None and any(curve.points for curve in report.curves):
            self._show_report(report)
        self.panel.end(has_report=self._report is not None)

    def _show_failure(self, error: Exception) -> None:
        self.panel.end(has_report=self._report is not None)
        self._studio.notifier.show_error(error)

    # what is shown

    def _choose_preset(self, preset: str) -> None:
        self.panel.offer(preset, [kind.name for kind in self.panel.chosen])
        self._show_kept()
        self._find_lengths()

    def _show_kept(self) -> None:
        """What was measured with these sizes before, or the way to it."""
        self._report = kept_report(self.panel.preset)
        if self._report is None:
            self._stack.setCurrentWidget(self._empty)
        else:
            self._show_report(self._report)
        self.panel.end(has_report=self._report is not None)

    def _show_report(self, report: LabReport) -> None:
        self._report = report
        self._stack.setCurrentIndex(1)
        self._show()

    def _show(self) -> None:
        report = self._report
        if report is None:
            return
        work, measure = _SHOWN[self.tabs.currentIndex()]
        self.chart.show_report(report, work, measure)
        self.legend.show_report(report, work, measure, self._usual_length(report, work))
        self._export.follow(report, work, measure)
        self._say(report, work, measure)

    def _say(self, report: LabReport, work: Work, measure: Measure) -> None:
        sentences = findings(report, work, measure, self._lengths)
        if not self.work.is_measuring:
            sentences += end_words(report, work, MOST_S)
        self.words.setText("\n".join(sentences))
        self._about.setText(self._about_words(report))

    def _about_words(self, report: LabReport) -> str:
        """When and on what it was measured, and what the numbers are."""
        if self.work.is_measuring:
            when = self.tr("Being measured")
        elif report.is_whole:
            when = self.tr("Measured on {moment}").format(moment=moment(report.measured_at))
        else:
            when = self.tr("Stopped before its end and not kept; measured")
        machine = report.machine
        if machine is not None:
            when += " " + self.tr(
                "with {threads} of {processor}, torch {torch}, version {program}"
            ).format(
                threads=machine.threads_in_words,
                processor=machine.processor,
                torch=machine.torch,
                program=machine.program,
            )
        what = self.tr(
            "Whole models of preset {preset} and one pair of sentences, both as long as the axis "
            "says. Memory is that of all tensors at once, the model's weights aside."
        ).format(preset=report.preset)
        words = [f"{when}.", self._outdated_words(report), what, disturbance_words(report)]
        return " ".join(filter(None, words))

    def _outdated_words(self, report: LabReport) -> str:
        if report.machine is None or not is_outdated(report.machine):
            return ""
        return self.tr("That is another machine or version than now: measure again.")

    def _usual_length(self, report: LabReport, work: Work) -> int:
        """A measured length near the longest sentence, at which costs are told."""
        wanted = self._lengths.longest if self._lengths is not None else _USUAL_LENGTH
        lengths = {length for curve in report.of(work) for length in curve.lengths}
        return min(lengths or set(report.lengths), key=lambda length: abs(length - wanted))

    def _point_at(self, length: float | None) -> None:
        if self._report is None:
            return
        work, _ = _SHOWN[self.tabs.currentIndex()]
        usual = self._usual_length(self._report, work)
        self.legend.point_at(usual if length is None else round(length))

    # the corpus and the training

    def _find_lengths(self) -> None:
        self._is_due = not self.isVisible()
        if not self._is_due:
            self.work.find_lengths(self.panel.preset)

    def _take_lengths(self, lengths: PieceLengths | None) -> None:
        self._lengths = self._export.lengths = lengths
        self.chart.show_band(lengths)
        self.legend.explain_band(lengths)
        self._show()

    def _say_disturbed(self) -> None:
        self.panel.say_disturbed(is_training=self._studio.session.is_active)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_due:
            self._find_lengths()
