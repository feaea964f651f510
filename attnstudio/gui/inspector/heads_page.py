"""The heads of a model beside its heat map, with a line that says what their numbers are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from attnstudio.axes import Meaning, Record
from attnstudio.evaluation.reading import ChosenBy, ReadingChoice
from attnstudio.gui.inspector.best_head import BestHead
from attnstudio.gui.inspector.figure_choice import FigureChoice
from attnstudio.gui.inspector.figure_words import figure_words
from attnstudio.gui.inspector.head_changes import HeadChanges
from attnstudio.gui.inspector.head_overview import HeadOverview
from attnstudio.gui.inspector.head_thumbs import HeadSorting
from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.site_words import reading_words, site_name
from attnstudio.interpretation.head_figures import told_figures
from attnstudio.interpretation.view import View


class HeadsPage(QWidget):
    """Thumbnails of all layers and heads of the site that is looked at.

    Args:
        shown: what is looked at; a thumbnail that is chosen is looked at there.
        parent: owns the page.

    Attributes:
        overview: the thumbnails.
        figures: choose by which number they are told apart.
        ask_best: asks which of them links words best.
    """

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.overview = HeadOverview()
        self.figures = FigureChoice()
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        set_role(self._title, "muted")
        self._choice: ReadingChoice | None = None
        self._best = BestHead(shown)
        self.ask_best = QPushButton(self.tr("Which aligns best?"))
        self.ask_best.setToolTip(
            self.tr(
                "Hold the links of each layer and head against those that people drew, or else "
                "against those that the text itself gives. It takes some seconds."
            )
        )
        self._lay_out()
        shown.changed.connect(self._refresh)
        shown.recoloured.connect(self._recolour)
        self.overview.chosen.connect(shown.read_as)
        self.overview.hold_asked.connect(shown.hold)
        self.figures.changed.connect(self._sort)
        shown.change.changed.connect(self._refresh)

    @property
    def title(self) -> str:
        """What stands above the thumbnails."""
        return self._title.text()

    def show_choice(self, choice: ReadingChoice | None) -> None:
        """Show how well each layer and head links words, or none of it; the same is looked at."""
        is_new = choice is not None and choice is not self._choice
        self._choice = choice
        self.overview.show_choice(choice)
        self._refresh()
        if is_new and not self.overview.best_rect.isNull():
            self._column.activate()  # the words above have taken their room
            place = self.overview.best_rect
            across, down = place.width(), place.height()
            self._scroll.ensureVisible(place.center().x(), place.center().y(), across, down)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea()
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.overview)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SMALL_SPACE, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.figures)
        column.addSpacing(SMALL_SPACE)
        column.addWidget(self._title)
        column.addSpacing(SMALL_SPACE)
        column.addWidget(self.ask_best, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._best)
        column.addSpacing(SMALL_SPACE)
        column.addWidget(self._scroll, stretch=1)

    def _refresh(self) -> None:
        view = self._shown.view
        record = self._shown.record if view else None
        shown = self._shown
        self.overview.show_record(record, shown.reading, shown.held, shown.of_head)
        changes = self._changes(record)
        self.overview.show_changes(changes)
        can_align = view is not None and view.site.is_cross
        self.ask_best.setVisible(can_align and self._choice is None)
        self._best.setVisible(can_align and self._choice is not None)
        if self._choice is not None:
            self._best.show_choice(self._choice)
        if view is None:
            self._title.setText("")
            return
        template = self.tr("{site}, in each layer and head.")
        if self.overview.is_alone:
            template = self.tr("{site}, of all layers and heads.")
        words = template.format(site=site_name(view.site))
        self._offer_figures(record, view)
        if view.meaning is Meaning.DISTRIBUTION:
            sentence = figure_words(self.figures.sorting.figure).sentence
            words = self.tr("{words} {sentence}").format(words=words, sentence=sentence)
        if later := self.overview.later_words:
            words = self.tr("{words} Read one step later than the others: {heads}.").format(
                words=words, heads=later
            )
        if self.overview.has_idle:
            words = self.tr(
                "{words} Idle: words look at </s>, <s> and punctuation more than at words."
            ).format(words=words)
        if record is not None and record.shape_of(view.site) != (1, 1):
            words = self.tr("{words} Ctrl+click holds a head's lines.").format(words=words)
        if self.overview.can_switch:
            words = self.tr("{words} Shift+click, or Delete, switches a head off.").format(
                words=words
            )
        if changes.off or changes.reached is not None:
            words = self.tr(
                "{words} Crossed out: switched off. Shaded: what the changes can reach."
            ).format(words=words)
        if view.prefix is not None:
            words = self.tr("{heads} Heads have no contributions of their own.").format(heads=words)
        if self._choice is not None and can_align:
            words = self.tr("{heads} {errors}").format(
                heads=words, errors=self._errors(self._choice)
            )
        self._title.setText(words)

    def _offer_figures(self, record: Record | None, view: View) -> None:
        self.figures.setVisible(view.meaning is Meaning.DISTRIBUTION)
        if record is not None:
            self.figures.offer(told_figures(record, view.site))

    def _changes(self, record: Record | None) -> HeadChanges:
        """What *What if* changes among the heads that are shown."""
        site = self._shown.reading.site
        if record is None or site not in record.matrices:
            return HeadChanges((0, 0))
        change = self._shown.change
        return HeadChanges(record.shape_of(site), change.off(site), change.reached(site))

    def _errors(self, choice: ReadingChoice) -> str:
        if choice.by is ChosenBy.GOLD:
            words = self.tr(
                "In colour: the error of its links against those that people drew in {n} pairs. 0 "
                "is none; ★ has the least as shown now."
            )
        else:
            words = self.tr(
                "In colour: how far its links are from those that the text gives {n} pairs. 0 is "
                "not at all; ★ is the nearest as shown now."
            )
        words = words.format(n=count(choice.pairs))
        if choice.runner_up is not None and choice.is_close:
            words = self.tr("{words} As good: {reading}.").format(
                words=words, reading=reading_words(choice.runner_up.reading)
            )
        return words

    def _sort(self, sorting: HeadSorting) -> None:
        self.overview.sort(sorting)
        self._refresh()

    def _recolour(self) -> None:
        self.overview.set_colour_map(self._shown.colour_map)
