"""A line that says which layer and head link words best, with a way to them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from attnstudio.evaluation.reading import ReadingChoice
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import set_role
from attnstudio.gui.look.wording import decimals
from attnstudio.gui.widgets.link_label import LinkLabel
from attnstudio.gui.widgets.site_words import reading_words
from attnstudio.interpretation.site_words import capitalised
from attnstudio.reading import Measure, ReadingMethod


class BestHead(LinkLabel):
    """Says what was found out; what is looked at changes only where its link is followed.

    A head that was taught such links has an easy win among heads that were not, and that is said.

    Args:
        shown: what is looked at.
        parent: owns the line.
    """

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._shown = shown
        self._choice: ReadingChoice | None = None
        self.setWordWrap(True)
        set_role(self, "muted")
        self.linkActivated.connect(self._look_at_it)

    def show_choice(self, choice: ReadingChoice) -> None:
        """Say which reading was found."""
        self._choice = choice
        best = self.tr("The best of all that was tried: {reading}, {error}.").format(
            reading=reading_words(choice.reading), error=decimals(choice.score.aer, 2)
        )
        words = [best, self._taught_words()]
        if self._shown.reading != choice.reading:
            words.append(f'<a href="best">{self.tr("Show the best")}</a>')
        self.setText(" ".join(filter(None, words)))

    def _taught_words(self) -> str:
        record = self._shown.record
        if record is None or record.taught is None or not record.taught.site.is_cross:
            return ""
        head = replace(record.taught, method=ReadingMethod.NAIVE, measure=Measure.WEIGHTS)
        words = self.tr("{head}, was taught links like these: no wonder that it does well here.")
        return words.format(head=capitalised(reading_words(head)))

    def _look_at_it(self) -> None:
        if self._choice is not None:
            self._shown.read_as(self._choice.reading)
