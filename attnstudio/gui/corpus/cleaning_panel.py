"""What a cleaning of the corpus would drop: a rule a row with its count, and a random sample."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.config import CleaningConfig
from attnstudio.config_fields import describe_cleaning, value_of
from attnstudio.config_text import merge_cleaning
from attnstudio.corpus.cleaning import Rule
from attnstudio.corpus.cleaning_report import CleaningReport
from attnstudio.errors import ConfigError
from attnstudio.gui.corpus.cleaning_label import cleaning_label
from attnstudio.gui.corpus.cleaning_rule_row import CleaningRuleRow
from attnstudio.gui.corpus.cleaning_sample import CleaningSample
from attnstudio.gui.corpus.past_cleanings import PastCleanings
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.project.project_file import AppliedCleaning

_LOOKING_MS = 400  # after the last change
_STEPS = 1_000


class CleaningPanel(QWidget):
    """Rules with their counts, a sample of one of them, and the cleanings that were made.

    Signals:
        look_wanted: a `CleaningConfig` whose report is to be shown with `show_report`.
        look_cancelled: the person does not want to wait for it.
        cleaning_wanted: a `CleaningConfig` that is to be applied.
        undo_wanted: the last cleaning is to be taken back.
        rule_wanted: the `Rule` whose pairs are to be seen.
        pair_wanted: the index of a pair that is to be seen.
        alignment_wanted: the corpus is to be aligned, so that all rules can be used.
    """

    look_wanted = Signal(object)
    look_cancelled = Signal()
    cleaning_wanted = Signal(object)
    undo_wanted = Signal()
    rule_wanted = Signal(object)
    pair_wanted = Signal(int)
    alignment_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.config = CleaningConfig()
        self.report: CleaningReport | None = None
        self._is_busy = False
        self._reason = ""
        self._looking = QTimer(self, singleShot=True, interval=_LOOKING_MS)
        self._looking.timeout.connect(self.look)
        self._rows: dict[Rule, CleaningRuleRow] = {}
        self._shown = QButtonGroup(self)
        self._make_verdict()
        self._sample = CleaningSample(self)
        self._sample.pair_wanted.connect(self.pair_wanted)
        self._past = PastCleanings(self)
        self._past.undo_wanted.connect(self.undo_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, SPACE)
        column.setSpacing(SPACE)
        about = self.tr("Drop training pairs that would do harm. Validation and test pairs stay.")
        column.addWidget(cleaning_label(self, "muted", about))
        column.addLayout(self._make_rules())
        column.addSpacing(SPACE)
        column.addWidget(self._verdict)
        column.addLayout(self._verdict_row)
        column.addWidget(self._sample)
        column.addWidget(self._past)
        column.addStretch()
        self._show_config()
        self.show_nothing()
        self.show_past(())

    def begin_with(self, config: CleaningConfig) -> None:
        """Start from other rules, those of a project that was cleaned before for example."""
        self.config = config
        self._show_config()

    def look(self) -> None:
        """Ask what the rules as they stand would drop."""
        self._looking.stop()
        if not self._is_busy:
            self.look_wanted.emit(self.config)

    def show_nothing(self) -> None:
        """Show that nothing is known about the corpus yet."""
        self.report = None
        self._looking.stop()
        self._end_progress()
        self._verdict.setText(self.tr("Not counted yet."))
        self._count.show()
        for row in self._rows.values():
            row.show_count(None)
        self._show_rule(None)
        self._show_wish()

    def show_progress(self, done: float, total: float | None) -> None:
        """Show how far the counting is."""
        self._verdict.setText(self.tr("Counting…"))
        self._progress.setValue(round(_STEPS * done / total) if total else 0)
        self._count.hide()
        for widget in (self._progress, self._cancel):
            widget.show()

    def show_report(self, report: CleaningReport) -> None:
        """Show what the rules would drop."""
        if report.config != self.config:
            return  # a rule was changed meanwhile; the next report is on its way
        chosen = self._chosen()
        self.report = report
        self._end_progress()
        self._count.hide()
        found = {finding.rule: finding for finding in report.findings}
        for rule, row in self._rows.items():
            row.show_count(found[rule].count if rule in found else None)
        share = decimals(100 * report.dropped / report.train if report.train else 0.0, 1)
        words = self.tr("{n} of {total} training pairs would go ({share} %).")
        if not report.dropped:
            words = self.tr("None of the {total} training pairs would go.")
        self._verdict.setText(
            words.format(n=count(report.dropped), total=count(report.train), share=share)
        )
        with_pairs = [finding.rule for finding in report.findings if finding.count]
        largest = max(with_pairs, key=lambda rule: found[rule].count, default=None)
        self._show_rule(chosen if chosen in with_pairs else largest)
        self._show_wish()

    def show_alignment(self, is_aligned: bool) -> None:
        """Offer the rule that goes by word links where there are any, else the way to them."""
        self._rows[Rule.MIN_TRANSLATION].field.editor.setEnabled(is_aligned)
        self._without_links.setHidden(is_aligned)
        if not is_aligned and self.config.min_translation:
            self._reset(Rule.MIN_TRANSLATION)

    def show_past(self, cleanings: Sequence[AppliedCleaning]) -> None:
        """Show the cleanings that led to this corpus."""
        self._past.show_cleanings(cleanings)

    def show_busy(self, *, busy: bool) -> None:
        """The corpus is being changed, or no longer: nothing else can be asked for meanwhile."""
        self._is_busy = busy
        self.allow(self._reason)
        self._count.setDisabled(busy)
        self._show_wish()

    def allow(self, reason: str) -> None:
        """Let the corpus be changed, or say why it cannot be."""
        self._reason = reason
        self._past.allow(reason, is_busy=self._is_busy)
        self._apply.setToolTip(reason)
        self._show_wish()

    def label_of(self, rule: Rule) -> str:
        """What a rule is called."""
        return self._rows[rule].field.field.label

    def _make_rules(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SMALL_SPACE)
        grid.setColumnStretch(0, 1)
        for column, words in ((0, self.tr("Drop what is")), (3, self.tr("pairs"))):
            heading = cleaning_label(self, "muted", words)
            heading.setAlignment(Qt.AlignmentFlag.AlignHCenter if column else Qt.AlignmentFlag(0))
            grid.addWidget(heading, 0, column)
        for place, description in enumerate(describe_cleaning()):
            rule = Rule(description.path)
            row = CleaningRuleRow(description, self)
            row.place(grid, 2 * place + 1)
            row.field.edited.connect(partial(self._set, rule))
            row.field.reset_asked.connect(partial(self._reset, rule))
            row.button.clicked.connect(partial(self._show_rule, rule))
            row.button.clicked.connect(partial(self.rule_wanted.emit, rule))
            self._shown.addButton(row.button)
            self._rows[rule] = row
        words = self.tr("“{rule}” goes by word links: <a href='links'>align this corpus</a> first.")
        label = self.label_of(Rule.MIN_TRANSLATION)
        self._without_links = LinkLabel(words.format(rule=label), self)
        self._without_links.setWordWrap(True)
        self._without_links.linkActivated.connect(lambda _: self.alignment_wanted.emit())
        grid.addWidget(self._without_links, grid.rowCount(), 0, 1, grid.columnCount())
        return grid

    def _make_verdict(self) -> None:
        self._verdict = cleaning_label(self, "heading")
        self._progress = QProgressBar(self, maximum=_STEPS, textVisible=False)
        self._progress.setAccessibleName(self.tr("Progress of the counting"))
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAccessibleName(self.tr("Cancel the counting"))
        set_role(self._cancel, "quiet")
        self._cancel.clicked.connect(self.look_cancelled)
        self._count = QPushButton(self.tr("Count"), self)
        self._count.setToolTip(self.tr("Find the pairs that these rules would drop"))
        self._count.clicked.connect(self.look)
        self._apply = QPushButton(self)
        set_role(self._apply, "primary")
        self._apply.clicked.connect(lambda: self.cleaning_wanted.emit(self.config))
        self._verdict_row = QHBoxLayout()
        self._verdict_row.setSpacing(SPACE)
        for widget in (self._apply, self._count, self._progress, self._cancel):
            self._verdict_row.addWidget(widget)
        self._verdict_row.addStretch()

    def _set(self, rule: Rule, value: object) -> None:
        """Take what was typed, or say what is wrong with it."""
        try:
            self.config = merge_cleaning(self.config, {rule.value: value})
        except ConfigError as error:
            words = error.message.replace(rule.value, self.label_of(rule))
            self._rows[rule].field.show_error(words, value)
            return
        self._show_config()
        self.show_nothing()
        self._looking.start()

    def _reset(self, rule: Rule) -> None:
        self._set(rule, value_of(CleaningConfig(), rule))

    def _show_config(self) -> None:
        usual = CleaningConfig()
        for rule, row in self._rows.items():
            row.field.show_value(value_of(self.config, rule), value_of(usual, rule))

    def _show_wish(self) -> None:
        """Offer to drop what was found."""
        dropped = self.report.dropped if self.report else 0
        words = self.tr("Drop {n} pairs").format(n=count(dropped))
        self._apply.setText(self.tr("Drop the one pair") if dropped == 1 else words)
        self._apply.setVisible(self.report is not None and dropped > 0)
        self._apply.setDisabled(self._is_busy or bool(self._reason))

    def _chosen(self) -> Rule | None:
        checked = self._shown.checkedButton()
        return next((rule for rule, row in self._rows.items() if row.button is checked), None)

    def _show_rule(self, rule: Rule | None, *_: Any) -> None:  # noqa: ANN401 - of a click
        """Show a sample of what a rule drops."""
        found = self.report.findings if self.report else ()
        finding = next((finding for finding in found if finding.rule is rule), None)
        self._sample.setVisible(finding is not None)
        if finding is None:
            self._shown.setExclusive(False)
            for row in self._rows.values():
                row.button.setChecked(False)
            self._shown.setExclusive(True)
            return
        self._rows[finding.rule].button.setChecked(True)
        self._sample.show_finding(finding, self.label_of(finding.rule))

    def _end_progress(self) -> None:
        for widget in (self._progress, self._cancel):
            widget.hide()
