"""The attention of a sentence for a hall: large, and nothing else on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QKeySequence, QPainter, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.shown_attention import ShownAttention
from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE
from attnstudio.gui.widgets.attention_heatmap import AttentionHeatmap
from attnstudio.gui.widgets.heatmap_geometry import CellPlace
from attnstudio.gui.widgets.site_words import change_words, reading_words, site_name
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.token_strips import TokenStrips
from attnstudio.interpretation.ordering import OrderKind
from attnstudio.interpretation.site_words import capitalised

_HEIGHT = 560  # of what is shown, in pixels before it is made larger: words fill a hall's screen
_STRIPS = 190


class Lecture(QWidget):
    """Chips and heat map over the whole screen; F11 or Escape leaves it.

    It is a window of its own and looks at what the inspector looks at. All of it is drawn larger,
    so that what is large enough on a desk is so in the last row.

    Args:
        shown: what is looked at.
        parent: owns the window.

    Attributes:
        strips: the chips.
        heatmap: the matrix as a picture.
    """

    def __init__(self, shown: ShownAttention, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Attention"))
        self._shown = shown
        self.strips = TokenStrips()
        self.heatmap = AttentionHeatmap()
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self._title.font())
        font.setBold(True)
        self._title.setFont(font)
        self._lay_out()
        for keys in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            QShortcut(QKeySequence(keys), self, self.close)
        shown.changed.connect(self._follow)
        shown.recoloured.connect(self._follow)
        self.strips.chosen.connect(self._mark)
        self.heatmap.chosen.connect(self._choose_cell)

    @property
    def title(self) -> str:
        """What is said to be shown."""
        return self._title.text()

    def begin(
        self,
        choice: ChosenToken | None,
        *,
        links: bool,
        sureness: bool,
        order: OrderKind = OrderKind.TEXT,
    ) -> None:
        """Take the whole screen.

        Args:
            choice: the token whose attention is shown at first.
            links: draw them while nothing is chosen.
            sureness: draw how probable each word was.
            order: of the map.
        """
        self.heatmap.order_by(order)
        self.strips.set_links_shown(links)
        self.strips.set_sureness_shown(sureness)
        self._refresh()
        self.strips.choose(choice)
        self._mark(choice)
        self.showFullScreen()
        self.strips.setFocus()

    def _lay_out(self) -> None:
        self._content = QWidget()
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(PAGE_MARGIN, SPACE, PAGE_MARGIN, SPACE)
        inside.setSpacing(SPACE)
        inside.addWidget(self._title)
        self.strips.setFixedHeight(_STRIPS)
        inside.addWidget(self.strips)
        inside.addWidget(self.heatmap, stretch=1)
        self._scene = QGraphicsScene(self)
        self._proxy = self._scene.addWidget(self._content)
        self._view = QGraphicsView(self._scene)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setRenderHint(QPainter.RenderHint.Antialiasing)
        for turn_off in (
            self._view.setHorizontalScrollBarPolicy,
            self._view.setVerticalScrollBarPolicy,
        ):
            turn_off(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._view)

    def _follow(self) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        view = self._shown.view
        self.heatmap.set_colour_map(self._shown.colour_map)
        for seen in (self.strips, self.heatmap):
            seen.show_view(view)
        self.strips.hold(self._shown.held_views)
        words = ""
        if view is not None:
            changed = ""
            if self._shown.is_changed:
                changed = self.tr("with the change: {changes}").format(
                    changes="; ".join(self._shown.change.words)
                )
            parts = (reading_words(view.reading), change_words(view), changed)
            words = " · ".join([site_name(view.site), *map(capitalised, filter(None, parts))])
        self._title.setText(words)

    def _mark(self, token: ChosenToken | None) -> None:
        is_target = token is not None and token.side is Side.TARGET
        place = token.index if token is not None else None
        row, column = place if is_target else None, None if is_target else place
        self.heatmap.highlight(row, column)
        self.heatmap.order_for(row, column)

    def _choose_cell(self, cell: CellPlace | None) -> None:
        token = ChosenToken(Side.TARGET, cell.row) if cell is not None else None
        self.strips.choose(token)
        self._mark(token)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        scale = max(1.0, self.height() / _HEIGHT)
        self._view.resetTransform()
        self._view.scale(scale, scale)
        room = QRectF(0, 0, self.width() / scale, self.height() / scale)
        self._proxy.setGeometry(room)
        self._scene.setSceneRect(room)
