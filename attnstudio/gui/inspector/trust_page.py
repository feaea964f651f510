"""How far to trust the picture: what each word really does, beside what attention says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from attnstudio.gui.inspector.attention_panel import AttentionPanel
from attnstudio.gui.inspector.averages_box import AveragesBox
from attnstudio.gui.inspector.inspection import Candidate
from attnstudio.gui.inspector.inspector_terms import ExplainedTerm, term_words
from attnstudio.gui.inspector.method_words import row_names, tau_text
from attnstudio.gui.inspector.trust_asking import TrustAsking
from attnstudio.gui.inspector.trust_averaging import TrustAveraging
from attnstudio.gui.inspector.verdict_words import VerdictWords
from attnstudio.gui.inspector.what_is import WhatIs
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.plain_line import plain_line
from attnstudio.gui.widgets.token_rows import Side
from attnstudio.interpretation.colours import ColourMap
from attnstudio.interpretation.lettering import isolate
from attnstudio.interpretation.methods import Method, cross_reading, method_of, reading_by
from attnstudio.interpretation.trust import Trust, finding_of, findings_of
from attnstudio.interpretation.trust_view import trust_view
from attnstudio.interpretation.trust_words import finding_words, summary_words
from attnstudio.interpretation.words import word_groups
from attnstudio.reading import Measure, Reading
from attnstudio.sites import TARGET

if TYPE_CHECKING:  # torch takes seconds to load
    from attnstudio.project.trust_report import TrustReport

_METHODS_HEIGHT = (168, 260)  # seven rows whose names can all be read, and no stripes


class TrustPage(QWidget):
    """A sentence that says what the picture is worth, and a row for each method below.

    What it shows takes a while, so that it is worked out only where the page is seen.

    Args:
        panel: what is looked at and chosen; a row that is clicked is looked at as its heat map.
        asking: works it out.
        averaging: works out the average of many sentences.
        parent: owns the page.

    Attributes:
        unchanged: says that all of it is of the attention without the change that is shown.
        sentence: of the chosen target word, or of all.
        words: those of each verdict, while none is chosen.
        progress: how much is worked out.
        methods: the rows.
        beside: what else there is to say: the attention on no word, and tau without training.
        ask: works it out where that was stopped.
        averages: the same over the validation set.
    """

    def __init__(
        self,
        panel: AttentionPanel,
        asking: TrustAsking,
        averaging: TrustAveraging,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel, self._shown, self._asking = panel, panel.shown, asking
        self._candidate: Candidate | None = None
        self._base = Reading()
        self._trust: Trust | None = None
        self.unchanged = plain_line()
        self.unchanged.setText(
            self.tr("Of the attention without the change; map and lines show it with the change.")
        )
        set_role(self.unchanged, "warning")
        self.sentence = plain_line()
        self.sentence.setAccessibleName(self.tr("How far the picture can be trusted"))
        set_role(self.sentence, "heading")
        self.words = VerdictWords()
        self.progress = BusyBar(self.tr("Working out what each word does"))
        self.beside = plain_line()
        set_role(self.beside, "muted")
        self.methods = AttentionHeatmap()
        self.methods.setAccessibleName(self.tr("What each method says of each source word"))
        self.methods.set_colour_map(ColourMap.DIVERGING)  # some of its numbers have a sign
        self.methods.setMinimumHeight(_METHODS_HEIGHT[0])
        self.methods.setMaximumHeight(_METHODS_HEIGHT[1])
        self.ask = QPushButton(self.tr("Work out what each word does"))
        self.averages = AveragesBox(averaging)
        self.averages.hide()  # until there is an answer
        self._lay_out()
        self._connect()
        self.refresh()

    def show_candidate(self, candidate: Candidate | None) -> None:
        """Be about another translation, or about none."""
        self._candidate, self._base = candidate, Reading()
        self.averages.refresh()
        self.averages.setVisible(candidate is not None)
        if candidate is None:
            self._asking.drop()
        elif self.isVisible():
            self._ask_once()
        self.refresh()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE, SPACE, SPACE, SMALL_SPACE)
        column.setSpacing(SPACE)
        top = QHBoxLayout()
        top.addWidget(self.sentence, stretch=1)
        top.addWidget(WhatIs(*term_words(ExplainedTerm.TRUST)), alignment=Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.unchanged)
        column.addLayout(top)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addWidget(self.ask)
        column.addWidget(self.methods, stretch=1)
        column.addWidget(self.beside)
        column.addWidget(self.averages)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # one that comes and goes changes how lines are wrapped, and that whether it is needed
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        scroll.setWidget(content)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(scroll)

    def _connect(self) -> None:
        self._shown.changed.connect(self.refresh)
        self._asking.changed.connect(self.refresh)
        self._asking.progressed.connect(self.progress.show_share)
        self.words.asked.connect(self._choose_word)
        for chosen in (self._panel.strips.chosen, self._panel.heatmap.chosen):
            chosen.connect(self.refresh)
        self.methods.chosen.connect(self._look_at_row)
        self.ask.clicked.connect(self._ask)

    def refresh(self) -> None:
        """Be about the word of the target that is chosen, or about all where none is."""
        report = self._report()
        self.unchanged.setVisible(report is not None and self._shown.is_changed)
        if report is None or self._candidate is None:
            self._show_nothing()
            return
        record, analyses = self._shown.record, report.analyses()
        is_same = record is not None and record.axes is self._candidate.record.axes
        if record is not None and is_same and not analyses.keys() <= record.matrices.keys():
            self._shown.add_analyses(analyses)  # comes back here
            return
        self._base = _base_of(self._shown.reading, self._base)
        self._trust = report.trust(self._base)
        for passing in (self.ask, self.progress, self.words):
            passing.hide()
        for part in (self.methods, self.beside):
            part.setVisible(self._trust is not None)
        if self._trust is None:
            self.sentence.setText(
                self.tr("This model does not look at its source: there is no picture to trust.")
            )
            return
        self._show_trust(self._trust, report.forgotten_taus(self._base))

    def _report(self) -> TrustReport | None:
        return None if self._candidate is None else self._asking.report_of(self._candidate)

    def _show_nothing(self) -> None:
        self._trust = None
        is_working = self._candidate is not None and self._asking.is_working_on(self._candidate)
        for part in (self.methods, self.beside, self.words):
            part.hide()
        self.progress.setVisible(is_working)
        self.ask.setVisible(self._candidate is not None and not is_working)
        words = self.tr("Translate a sentence to see how far its picture can be trusted.")
        if is_working:
            words = self.tr("Each source word is hidden in turn to see what it really does…")
        elif self._candidate is not None:
            words = self.tr("Whether this picture can be trusted is not known yet.")
        self.sentence.setText(words)

    def _show_trust(self, trust: Trust, forgotten: Mapping[Method, float]) -> None:
        target = self._target(trust)
        self.sentence.setText(_sentence(trust, target))
        self.words.setVisible(target is None)
        self.words.show_trust(trust)
        self.methods.show_view(trust_view(trust, target, row_names(trust, target)))
        shown = method_of(self._shown.reading)
        rows = [row.method for row in trust.rows]
        self.methods.highlight(rows.index(shown) if shown in rows else None, None)
        self.beside.setText(self._beside_words(trust, target, forgotten))

    def _target(self, trust: Trust) -> int | None:
        """The target word that is chosen; None for all of them."""
        view, record, token = self._shown.view, self._shown.record, self._panel.strips.choice
        if view is None or record is None or view.site.queries != TARGET:
            return None
        if token is None or token.side is not Side.TARGET:
            return None
        groups = word_groups(record.target)
        place = token.index
        if not self._shown.has_words:
            place = next(n for n, group in enumerate(groups) if token.index in group)
        return None if trust.targets.is_special(place) else place

    def _beside_words(
        self, trust: Trust, target: int | None, forgotten: Mapping[Method, float]
    ) -> str:
        counted = [
            place for place in range(len(trust.targets)) if not trust.targets.is_special(place)
        ]
        asked = counted if target is None else [target]
        marks, signs = (
            float(each[asked].mean()) if asked else 0.0 for each in (trust.on_marks, trust.on_signs)
        )
        words = self.tr("✓: the same source word comes first as by erasure; –: another one does.")
        if target is None:
            words = self.tr(
                "Beside each method: Kendall's τ with erasure, the mean of all words. Attention "
                "of the same model with shuffled weights, which has learnt nothing, has {tau}."
            ).format(tau=tau_text(forgotten.get(Method.ATTENTION, math.nan)))
        if self._base.is_shifted:
            words = self.tr(
                "{words} Attention and norms are of the step after a word, as the picture shows "
                "them; all else is of the step that wrote it."
            ).format(words=words)
        return self.tr(
            "{words} Of the attention, {marks} % is on </s> and {signs} % on punctuation."
        ).format(words=words, marks=decimals(100 * marks, 0), signs=decimals(100 * signs, 0))

    def _look_at_row(self, cell: CellPlace | None) -> None:
        record = self._shown.record
        if cell is None or self._trust is None or record is None:
            return
        base = cross_reading(record, self._base)
        if base is None:
            return
        reading = reading_by(self._trust.rows[cell.row].method, base)
        if reading != self._shown.reading:
            self._shown.read_as(reading)

    def _choose_word(self, place: int) -> None:
        record, view = self._shown.record, self._shown.view
        base = None if record is None else cross_reading(record, self._base)
        if record is None or view is None or base is None:
            return
        if view.site.queries != TARGET:  # whose rows are no words of the translation
            self._shown.read_as(base)
        index = place if self._shown.has_words else word_groups(record.target)[place][0]
        self._panel.choose_target(index)
        self.refresh()

    def _ask(self) -> None:
        if self._candidate is not None and not self._asking.is_working_on(self._candidate):
            self.progress.show_share(0.0)
            self._asking.ask(self._candidate)

    def _ask_once(self) -> None:
        if self._report() is None:
            self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_once()


def _base_of(shown: Reading, before: Reading) -> Reading:
    """The attention that is asked about: what is shown, or was shown before an analysis."""
    if not shown.site.is_cross:
        return before
    if shown.measure is Measure.ALTI:  # which no head has: the one before stays, and its step
        return replace(before, layer=shown.layer, site=shown.site)
    return shown.by(Measure.WEIGHTS)


def _sentence(trust: Trust, target: int | None) -> str:
    if target is None:
        return summary_words(findings_of(trust), translate=_tr)
    return finding_words(
        finding_of(trust, target),
        translate=_tr,
        number=decimals,
        name=lambda word: f"“{isolate(word)}”",
    )


def _tr(text: str) -> str:
    """Templates of sentences too, which stand in `interpretation.trust_words`."""
    return QCoreApplication.translate("trust", text)
