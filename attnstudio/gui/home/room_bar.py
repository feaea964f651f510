"""What a project weighs, as parts of one bar."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from attnstudio.gui.widgets.bar_picture import BarData, BarSeries
from attnstudio.gui.widgets.split_bar import SplitBar
from attnstudio.project.room import Kind
from attnstudio.project.weight import in_units


class RoomBar(SplitBar):
    """A part for each kind of things that takes room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Room that the project takes, by kind"))

    def show_weights(self, weights: Mapping[Kind, int]) -> None:
        """Draw what takes room, the heaviest first."""
        names = {
            Kind.CORPORA: self.tr("corpora"),
            Kind.LINKS: self.tr("word links"),
            Kind.TOKENIZERS: self.tr("tokenizers"),
            Kind.DATASETS: self.tr("datasets"),
            Kind.RUNS: self.tr("runs"),
            Kind.REPORTS: self.tr("reports"),
            Kind.COMPARISONS: self.tr("comparisons"),
            Kind.TRASH: self.tr("trash"),
        }
        there = sorted((kind for kind in Kind if weights[kind]), key=lambda kind: -weights[kind])
        labels = tuple(names[kind] for kind in there)
        sizes = BarSeries(self.tr("bytes"), tuple(weights[kind] for kind in there))
        self.show_data(BarData(self.tr("kind"), labels, labels, (sizes,)))

    def words(self, bar: int) -> str:
        """A part as a sentence: ``corpora: 1.2 MB``."""
        return f"{self.data.labels[bar]}: {in_units(self.data.series[0].counts[bar])}"

    def _legend(self, bar: int) -> str:
        return f"{self.data.labels[bar]} {in_units(self.data.series[0].counts[bar])}"

    def _choose(self, bar: int, place: QPoint) -> None:
        """A part leads nowhere."""

    def _add_choices(self, menu: QMenu, bar: int) -> None:
        """A part leads nowhere."""
