"""How each head has learnt to look, over the training, for one run or two side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from attnstudio.errors import RunningError
from attnstudio.gui.charts.drawn_picture import ENDINGS, DrawnPicture
from attnstudio.gui.charts.head_lines import HeadLines
from attnstudio.gui.charts.head_run import HeadRun, fits_lines, place_title, tr
from attnstudio.gui.charts.head_strips import HeadStrips
from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.training.head_choice import HeadChoice
from attnstudio.gui.training.head_words import nothing_left_out, run_words
from attnstudio.gui.widgets.file_dialogs import choose_save_path
from attnstudio.training.events import Validation
from attnstudio.training.head_quantities import HeadPlace, words_of
from attnstudio.training.head_series import places_told, runs_table, series_at


@dataclass(frozen=True, slots=True)
class ToldRun:
    """What a run has told so far.

    Attributes:
        name: the run's.
        validations: ascending.
    """

    name: str
    validations: Sequence[Validation]


class HeadsView(QWidget):
    """Numbers of all heads: as lines where these can be told apart, else as strips of colour.

    Args:
        show_error: what becomes of a file that cannot be written.
        choose_path: asks for a file to write.
        parent: owns it.

    Attributes:
        choice: which numbers.
        verdict: what they say, in words.
        lines: the picture of few heads.
        strips: that of many.
    """

    def __init__(
        self,
        show_error: Callable[[BaseException], None],
        choose_path: Callable[[QWidget, str, str, str], str] = choose_save_path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._show_error, self._choose_path = show_error, choose_path
        self._told: Sequence[ToldRun] = ()
        self._shown: Sequence[HeadRun] = ()
        self.choice = HeadChoice()
        self.what, self.verdict, self.reading, self.nothing = (QLabel() for _ in range(4))
        for label in (self.what, self.verdict, self.nothing):
            label.setWordWrap(True)
        for label in (self.what, self.reading, self.nothing):
            set_role(label, "muted")
        self.lines, self.strips = HeadLines(), HeadStrips()
        self.pictures = QStackedWidget()
        self.pictures.addWidget(self.lines)
        self.pictures.addWidget(self.strips)
        self.export = QPushButton(self.tr("Export"))
        self._lay_out()
        self.choice.changed.connect(self._draw)
        self.strips.read.connect(self._say)
        self.show_runs((), has_attention=True)

    def _lay_out(self) -> None:
        menu = QMenu(self.export)
        menu.addAction(self.tr("Copy as image"), self._copy_image)
        menu.addAction(self.tr("Copy data"), self._copy_table)
        menu.addSeparator()
        menu.addAction(self.tr("Save as…"), self._ask_and_save)
        self.export.setMenu(menu)
        self.strips.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strips.customContextMenuRequested.connect(
            lambda place: menu.popup(self.strips.mapToGlobal(place))
        )
        for plot in self.lines.plots:
            plot.menu_asked.connect(menu.popup)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.choice)
        top.addStretch()
        top.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(top)
        for part in (self.nothing, self.what, self.verdict):
            column.addWidget(part)
        column.addWidget(self.pictures, stretch=1)
        column.addWidget(self.reading)
        column.addStretch()

    def show_runs(self, told: Sequence[ToldRun], *, has_attention: bool) -> None:
        """Show one run, or two side by side.

        Args:
            told: what they have told so far.
            has_attention: whether the first has any; True where that is not known.
        """
        self._told = told
        places = [place for run in told for place in places_told(run.validations)]
        self.choice.offer(list(dict.fromkeys(places)))
        self.nothing.setText(self._why_nothing(has_attention=has_attention))
        self._draw()

    @property
    def shown(self) -> Sequence[HeadRun]:
        """The numbers that are shown, one for each run."""
        return self._shown

    def _draw(self) -> None:
        place = self.choice.place
        self._shown = [] if place is None else [
            HeadRun(run.name, series_at(run.validations, place)) for run in self._told
        ]  # fmt: skip
        drawn = [run for run in self._shown if run.series is not None]
        for part in (self.choice.quantity, self.choice.site, self.what, self.verdict):
            part.setVisible(bool(drawn))
        self.nothing.setVisible(not drawn)
        has_picture = bool(drawn) and not nothing_left_out(drawn)
        self.pictures.setVisible(has_picture)
        self.export.setVisible(has_picture)
        if place is not None:
            self.strips.setAccessibleName(place_title(place))
            self.what.setText(tr(words_of(place.quantity).what))
            self.verdict.setText("\n".join(run_words(run, place.quantity) for run in self._shown))
        if has_picture:
            self._show_picture(drawn)
        self.reading.setVisible(has_picture and self.pictures.currentWidget() is self.strips)
        self._say("")

    def _show_picture(self, drawn: Sequence[HeadRun]) -> None:
        picture = self.lines if fits_lines(drawn) else self.strips
        picture.show_runs(drawn)
        self.pictures.setCurrentWidget(picture)

    def _why_nothing(self, *, has_attention: bool) -> str:
        if not any(run.validations for run in self._told):
            return self.tr(
                "Here stands, from the first validation on, how each head has learnt to look."
            )
        if not has_attention:
            return self.tr("This model has no attention: there are no heads that look anywhere.")
        return self.tr(
            "This run has not told how its heads look, as runs of older versions have not. Go on "
            "with it, and it tells from its next validation on. Which words get nothing can be "
            "counted now."
        )

    def _say(self, words: str) -> None:
        hint = self.tr("Point at a head, or use the arrow keys, to read its value.")
        self.reading.setText(words or hint)

    def picture(self, place: HeadPlace) -> DrawnPicture:
        """What is shown, to be taken along."""
        is_lines = self.pictures.currentWidget() is self.lines
        series = {run.name: [run.series] for run in self._shown if run.series is not None}
        return DrawnPicture(
            place_title(place),
            self.lines.paint_on if is_lines else self.strips.paint_on,
            self.lines.picture_size if is_lines else self.strips.size(),
            partial(runs_table, series),
            self.logicalDpiX(),
        )

    def _copy_image(self) -> None:
        if (place := self.choice.place) is not None:
            QGuiApplication.clipboard().setImage(self.picture(place).image())

    def _copy_table(self) -> None:
        if (place := self.choice.place) is not None:
            QGuiApplication.clipboard().setText(self.picture(place).table("\t"))

    def _ask_and_save(self) -> None:
        place = self.choice.place
        if place is None:
            return
        kinds = ";;".join(f"*.{ending}" for ending in ENDINGS)
        path = self._choose_path(self, self.tr("Save the heads"), "heads.svg", kinds)
        if path:
            try:
                self.picture(place).write(Path(path))
            except RunningError as error:
                self._show_error(error)
