"""Some of the pairs that a rule of a cleaning drops."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from attnstudio.corpus.cleaning_report import DroppedPair, Finding
from attnstudio.gui.corpus.cleaning_label import cleaning_label
from attnstudio.gui.look.theme import SPACE, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.interpretation.lettering import elide, isolate

_HEIGHT = 190
_SHOWN_EM = 85.0  # of a sentence


class CleaningSample(QWidget):
    """A random sample, with a link to each of its pairs.

    Signals:
        pair_wanted: the index of a pair that is to be seen.
    """

    pair_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding: Finding | None = None
        self._title = cleaning_label(self, "muted")
        self._pairs = QTextBrowser(self)
        self._pairs.setOpenLinks(False)
        self._pairs.setFixedHeight(_HEIGHT)
        self._pairs.setAccessibleName(self.tr("Some pairs that would go"))
        self._pairs.anchorClicked.connect(self._follow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._title)
        column.addWidget(self._pairs)

    def show_finding(self, finding: Finding, rule: str) -> None:
        """Show what a rule of this name drops."""
        self._finding = finding
        title = self.tr("{rule}: {n} of {total}, drawn at random")
        if len(finding.examples) == finding.count:
            title = self.tr("{rule}: all of them")
        self._title.setText(
            title.format(rule=rule, n=len(finding.examples), total=count(finding.count))
        )
        self._pairs.setHtml("".join(map(self._example, finding.examples)))

    def _example(self, pair: DroppedPair) -> str:
        colours = colours_of(self.palette())
        sides = "<br>".join(
            html.escape(isolate(elide(text, _SHOWN_EM))) for text in (pair.source, pair.target)
        )
        return (
            f"<p style='margin:0 0 6px 0'><a style='color:{colours.accent}' href='{pair.index}'>"
            f"{count(pair.index + 1)}</a><br>{sides}</p>"
        )

    def _follow(self, link: QUrl) -> None:
        self.pair_wanted.emit(int(link.toString()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._finding is not None:
            self._pairs.setHtml("".join(map(self._example, self._finding.examples)))
