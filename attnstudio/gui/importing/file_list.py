"""The files that are about to be imported: their names, what each is for, and columns of tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QScrollArea, QWidget

from attnstudio.corpus.import_plan import PlannedFiles
from attnstudio.corpus.parallel_corpus import Split
from attnstudio.corpus.table import TableFile
from attnstudio.gui.look.theme import SPACE
from attnstudio.gui.look.wording import split_name
from attnstudio.interpretation.lettering import elide

_NAME_EM = 30.0
_COLUMN_EM = 16.0
_HEIGHT = 130


class FileList(QScrollArea):
    """A line a file, and one more where columns are to be chosen.

    Args:
        files: what they seem to be.
        parent: owns it.

    Signals:
        columns_chosen: the number of a file whose columns are others now.
    """

    columns_chosen = Signal(int)

    def __init__(self, files: Sequence[PlannedFiles], parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMaximumHeight(_HEIGHT)
        self._columns: dict[int, tuple[QComboBox, QComboBox]] = {}
        self._names: list[tuple[QLabel, QLabel]] = []
        self._splits = [self._split_box(one) for one in files]
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for number, (one, box) in enumerate(zip(files, self._splits, strict=True)):
            source, target = QLabel(), QLabel()
            self._names.append((source, target))
            for column, widget in enumerate((source, target, box)):
                grid.addWidget(widget, 2 * number, column)
            if one.rows:
                self._columns[number] = self._column_boxes(number, one)
                for column, chooser in enumerate(self._columns[number]):
                    grid.addWidget(chooser, 2 * number + 1, column)
        self.setWidget(inside)

    @property
    def splits(self) -> list[Split]:
        """What each file is for."""
        return [box.currentData() for box in self._splits]

    @property
    def columns(self) -> dict[int, tuple[int, int]]:
        """The columns of source and target that are chosen, by the numbers of tables."""
        return {
            number: (source.currentIndex(), target.currentIndex())
            for number, (source, target) in self._columns.items()
        }

    def swap_columns(self, number: int) -> None:
        """Exchange the columns of a table."""
        source, target = self._columns[number]
        places = source.currentIndex(), target.currentIndex()
        source.setCurrentIndex(places[1])
        target.setCurrentIndex(places[0])

    def show_names(self, number: int, source: str, target: str) -> None:
        """Say which files the texts are read from."""
        for label, name in zip(self._names[number], (source, target), strict=True):
            label.setText(elide(name, _NAME_EM))
            label.setToolTip(name)

    def _split_box(self, files: PlannedFiles) -> QComboBox:
        box = QComboBox()
        text = files.item.sides[0]
        box.setAccessibleName(self.tr("What {name} is for").format(name=text.name))
        for split in Split:
            box.addItem(split_name(split), split)
        box.setCurrentIndex(list(Split).index(files.split))
        return box

    def _column_boxes(self, number: int, files: PlannedFiles) -> tuple[QComboBox, QComboBox]:
        """Which columns of a table are source and target."""
        assert isinstance(files.item, TableFile)
        boxes = QComboBox(), QComboBox()
        names = self.tr("Source column of {name}"), self.tr("Target column of {name}")
        chosen = files.item.source_column, files.item.target_column
        for box, name, place in zip(boxes, names, chosen, strict=True):
            box.setAccessibleName(name.format(name=files.item.table.text.name))
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            for column in range(max(map(len, files.rows))):
                box.addItem(self._column_name(files, column))
            box.setCurrentIndex(place)
            box.currentIndexChanged.connect(partial(self._tell_columns, number))
        return boxes

    def _tell_columns(self, number: int, _: int) -> None:
        self.columns_chosen.emit(number)

    def _column_name(self, files: PlannedFiles, column: int) -> str:
        first = files.rows[0][column] if len(files.rows[0]) > column else ""
        words = self.tr("Column {n}: {first}").format(n=column + 1, first=elide(first, _COLUMN_EM))
        return words.rstrip(": ")
