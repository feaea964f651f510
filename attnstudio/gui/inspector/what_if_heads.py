"""What each head is worth: a map of layers and heads, each switched off in turn."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.axes import Reading, Site
from attnstudio.gui.inspector.what_if_bars import BAR, BarDelegate
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import count, decimals
from attnstudio.gui.studio.tasks import TaskProgress
from attnstudio.gui.widgets.busy_bar import BusyBar
from attnstudio.gui.widgets.site_words import site_name
from attnstudio.project.head_ablation import HeadAblation

_MOST_ROWS = 12


class HeadWorth(QWidget):
    """Asks what each head is worth, and shows it for the attention that is looked at.

    Args:
        parent: where it stands.

    Signals:
        asked: each head is to be switched off in turn.
        stop_asked: that is to end.
        head_chosen: a `Reading` of the head that was clicked.
    """

    asked = Signal()
    stop_asked = Signal()
    head_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: HeadAblation | None = None
        self._site: Site | None = None
        self.words = QLabel()
        self.words.setWordWrap(True)
        set_role(self.words, "muted")
        self.ask = QPushButton(self.tr("Switch off each head in turn"))
        self.stop = QPushButton(self.tr("Stop"))
        self.bar = BusyBar(self.tr("How many heads were tried"))
        self.map = QTableWidget()
        self.map.setAccessibleName(self.tr("What each head is worth"))
        self.map.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.map.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.map.setTabKeyNavigation(False)
        delegate = BarDelegate(signed=True)
        delegate.setParent(self)
        self.map.setItemDelegate(delegate)
        self._lay_out()
        self.ask.clicked.connect(self.asked)
        self.stop.clicked.connect(self.stop_asked)
        self.map.cellClicked.connect(self._choose)
        self.map.cellActivated.connect(self._choose)
        self.show_working(None)
        self.show_heads(None, None)

    def show_working(self, progress: TaskProgress | None, *, is_going: bool = False) -> None:
        """Show how far it is."""
        self.ask.setVisible(not is_going and self._found is None)
        self.stop.setVisible(is_going)
        self.bar.setVisible(is_going)
        if progress is not None and progress.total:
            self.bar.setRange(0, 1_000)
            self.bar.setValue(round(1_000 * progress.done / progress.total))

    def show_heads(self, found: HeadAblation | None, site: Site | None) -> None:
        """Show what the heads of a site are worth, or nothing."""
        self._found, self._site = found, site
        is_there = found is not None and site in found.shapes
        self.map.setVisible(is_there)
        self.ask.setVisible(found is None)
        if found is None or site is None or not is_there:
            self.words.setText(
                self.tr(
                    "How much worse does the model read 200 held-out sentences without a head? "
                    "It takes about as long as some validations; you can go on meanwhile."
                )
            )
            return
        self.words.setText(
            self.tr(
                "{site}: how much the loss of {n} held-out sentences grows without a head, in "
                "nats a token; it is {loss} with all. Bold is more than chance. Click a head to "
                "look at it."
            ).format(site=site_name(site), n=count(found.sentences), loss=decimals(found.loss, 3))
        )
        self._fill(found, site)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.ask)
        row.addWidget(self.bar, stretch=1)
        row.addWidget(self.stop)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.words)
        column.addLayout(row)
        column.addWidget(self.map, stretch=1)
        column.addStretch()

    def _fill(self, found: HeadAblation, site: Site) -> None:
        added, errors = found.loss_added(site), found.loss_error(site)
        layers, heads = added.shape
        strongest = max(float(np.abs(added).max(initial=0.0)), 1e-9)
        self.map.setRowCount(layers)
        self.map.setColumnCount(heads)
        self.map.setHorizontalHeaderLabels([self.tr("Head {n}").format(n=h) for h in range(heads)])
        self.map.setVerticalHeaderLabels([self.tr("Layer {n}").format(n=n) for n in range(layers)])
        self.map.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for layer, head in np.ndindex(layers, heads):
            value, error = float(added[layer, head]), float(errors[layer, head])
            sign = "+" if value > 0 else "−" if value < 0 else ""
            cell = QTableWidgetItem(f"{sign}{decimals(abs(value), 3)}")
            cell.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            cell.setData(BAR, value / strongest)
            cell.setToolTip(
                self.tr("Layer {layer}, head {head}: {value}, standard error {error}").format(
                    layer=layer, head=head, value=cell.text(), error=decimals(error, 4)
                )
            )
            font = cell.font()
            font.setBold(math.isfinite(error) and abs(value) > 2 * error)
            cell.setFont(font)
            self.map.setItem(layer, head, cell)
        rows = min(layers, _MOST_ROWS)
        height = self.map.horizontalHeader().sizeHint().height() + 6
        self.map.setFixedHeight(height + sum(self.map.rowHeight(row) for row in range(rows)))

    def _choose(self, layer: int, head: int) -> None:
        if self._site is not None:
            self.head_chosen.emit(Reading(layer, head, site=self._site))
